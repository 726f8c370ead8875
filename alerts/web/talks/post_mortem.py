"""The post-mortem: when the call is, what was asked and said in it, and that it took place."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from flask import flash, redirect, render_template, request, url_for

from alerts.followups.record import Report, follow_ups_within, record
from alerts.ground import ClosedError, NotYoursError
from alerts.talks.post_mortem import UNSEEN, Answers, ChangedError, save, stored
from alerts.talks.questions import OFFER, POST_MORTEM, asks_who
from alerts.web.talks.answers import KINDS, filled, read_answers
from alerts.web.talks.reach import talk_in_reach
from alerts.words import FollowUpKind, FollowUpResult
from tracker.models import User
from tracker.web.again import looking_again
from tracker.web.edits import SEEN, seen_version
from tracker.web.forms import Filled
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from alerts.models import PostMortem
    from alerts.talks.about import Talk
    from tracker.web.me import Desk, Me

DONE = "done"
"""The button that says that they talked."""


class Beside(NamedTuple):
    """What stands beside the form."""

    talk: Talk
    row: PostMortem | None
    by: str = ""
    """Who wrote it last."""
    now: Filled | None = None
    """What is stored by now, where somebody else changed it meanwhile."""

    @property
    def is_due(self) -> bool:
        """The talk is still to be reported."""
        one = self.talk.follow_up
        return one is not None and one.kind is FollowUpKind.POST_MORTEM


class PostMortemPage:
    """One deal's post-mortem."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me, deal_id: int) -> ResponseReturnValue:
        """Show the questions, and what was answered so far."""
        with self._desk.database.reading() as session:
            beside = self._beside(session, me, Verb.SEE, deal_id)
            return _page(filled(Answers.of(beside.row)), beside)

    @looking_again
    def keep(self, me: Me, deal_id: int) -> ResponseReturnValue:
        """Save what was said; and report the talk, where the button says so."""
        form = Filled.of(request.form, "chose", "outside_look", several=("reason_kinds",))
        answers = read_answers(form)
        if form.problems:
            with self._desk.database.reading() as session:
                beside = self._beside(session, me, Verb.CHANGE, deal_id)
                return _page(form, beside), HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            with self._desk.database.writing() as session:
                talk = talk_in_reach(
                    session, self._desk, me, Verb.CHANGE, Thing.FOLLOW_UP, deal_id, lock=True
                )
                save(session, talk, me.id, answers, seen_version(), me.reader.now)
                told = self._report(session, me, talk) if request.form.get("act") == DONE else "Saved."
        except ChangedError:
            return self._changed(me, deal_id, form)
        flash(told, "good")
        there = url_for("talks.post_mortem", deal_id=deal_id)
        if request.form.get("act") == DONE:
            there = url_for("talks.show", prospect_id=talk.person.id)
        return redirect(there, HTTPStatus.SEE_OTHER)

    def _report(self, session: Session, me: Me, talk: Talk) -> str:
        """Say that they talked; what nobody asks for any more is saved all the same."""
        due = talk.follow_up
        if due is None or due.kind is not FollowUpKind.POST_MORTEM:
            return "Saved. The call itself was reported already, or is not asked for any more."
        scope = self._desk.scope(me, Verb.CHANGE, Thing.FOLLOW_UP)
        user, report = session.get_one(User, me.id), Report(FollowUpResult.SPOKE)
        try:
            record(session, due.id, user, follow_ups_within(scope), report, me.reader.now)
        except (ClosedError, NotYoursError):
            return "Saved. Somebody reported the call meanwhile."
        return "Saved, and noted: you talked."

    def _changed(self, me: Me, deal_id: int, form: Filled) -> ResponseReturnValue:
        with self._desk.database.reading() as session:
            beside = self._beside(session, me, Verb.CHANGE, deal_id)
            now = filled(Answers.of(beside.row))
            return _page(form, beside._replace(now=now)), HTTPStatus.CONFLICT

    def _beside(self, session: Session, me: Me, verb: Verb, deal_id: int) -> Beside:
        talk = talk_in_reach(session, self._desk, me, verb, Thing.FOLLOW_UP, deal_id)
        row = stored(session, deal_id)
        writer = session.get(User, row.user_id) if row else None
        return Beside(talk, row, writer.name if writer else "")


def _page(form: Filled, beside: Beside) -> str:
    version = beside.row.version if beside.row else UNSEEN
    # What was typed over an older version is only saved once its writer saw the newer one.
    seen = version if request.method == "GET" or beside.now else seen_version()
    return render_template(
        "talks/post_mortem.html",
        **beside._asdict(),
        form=form,
        is_due=beside.is_due,
        seen_name=SEEN,
        seen=seen,
        questions=POST_MORTEM,
        asks_who=asks_who(beside.talk.deal.outcome),
        offer=OFFER,
        kinds=[(str(kind), words) for kind, words in KINDS.items()],
    )
