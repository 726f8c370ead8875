"""The post-mortem: when the call is, what was asked and said in it, and that it took place."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from flask import flash, redirect, render_template, request, url_for

from alerts.followups.record import Report, follow_ups_within, record
from alerts.ground import ClosedError, NotYoursError
from alerts.talks.post_mortem import UNSEEN, Answers, ChangedError, save, stored_with_writer
from alerts.talks.questions import OFFER, POST_MORTEM, asks_who
from alerts.web.talks.answers import KINDS, filled, read_answers
from alerts.web.talks.reach import say_done, talk_in_reach
from alerts.web.talks.slot import NAMES, NOT_LOST, agree, read_wanted, slot_shown, slot_values
from alerts.web.talks.wording import MAILS
from alerts.words import FollowUpKind, FollowUpResult
from tracker.models import User
from tracker.web.again import looking_again
from tracker.web.edits import SEEN, seen_version
from tracker.web.forms import Filled
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from alerts.models import PostMortem
    from alerts.talks.about import Talk
    from alerts.web.talks.slot import SlotShown
    from tracker.web.me import Desk, Me
    from tracker.web.reader import Reader

DONE = "done"
"""The button that says that they talked."""


class Beside(NamedTuple):
    """What stands beside the form."""

    talk: Talk
    row: PostMortem | None
    by: str
    """Who wrote it last."""
    slot: SlotShown
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
            return _page(_stored(beside.row, beside.slot.at, me.reader), beside)

    @looking_again
    def keep(self, me: Me, deal_id: int) -> ResponseReturnValue:
        """Save all that was typed; and report the talk, where the button says so."""
        form = Filled.of(request.form, "chose", "outside_look", *NAMES, several=("reason_kinds",))
        act = request.form.get("act", "")
        answers, wanted = read_answers(form), read_wanted(form, me.reader, act)
        with self._desk.database.reading() as session:
            beside = self._beside(session, me, Verb.CHANGE, deal_id)
            if wanted.at != wanted.seen and wanted.at is not None and not beside.talk.is_lost:
                form.problems["slot"] = NOT_LOST
            if form.problems:
                return _page(form, beside), HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            with self._desk.database.writing() as session:
                talk = talk_in_reach(
                    session, self._desk, me, Verb.CHANGE, Thing.FOLLOW_UP, deal_id, lock=True
                )
                save(session, talk, me.id, answers, seen_version(), me.reader.now)
                # Before the time: who works follow-ups out anew must not hold what a report waits for.
                reported, told = self._report(session, me, talk) if act == DONE else (0, "Saved.")
                told += agree(session, self._desk.installation, me, talk, wanted)
        except ChangedError:
            return self._changed(me, deal_id, form)
        if reported:
            say_done(told, reported, talk.person.id)
        else:
            flash(told, "good")
        there = url_for("talks.post_mortem", deal_id=deal_id)
        if act == DONE:
            there = url_for("talks.show", prospect_id=talk.person.id)
        return redirect(there, HTTPStatus.SEE_OTHER)

    def _report(self, session: Session, me: Me, talk: Talk) -> tuple[int, str]:
        """Say that they talked; what nobody asks for any more is saved all the same (0)."""
        due = talk.follow_up
        if due is None or due.kind is not FollowUpKind.POST_MORTEM:
            return 0, "Saved. The call itself was reported already, or is not asked for any more."
        scope = self._desk.scope(me, Verb.CHANGE, Thing.FOLLOW_UP)
        user, report = session.get_one(User, me.id), Report(FollowUpResult.SPOKE)
        try:
            record(session, due.id, user, follow_ups_within(scope), report, me.reader.now)
        except (ClosedError, NotYoursError):
            return 0, "Saved. Somebody reported the call meanwhile."
        return due.id, "Saved, and noted: you talked."

    def _changed(self, me: Me, deal_id: int, form: Filled) -> ResponseReturnValue:
        with self._desk.database.reading() as session:
            beside = self._beside(session, me, Verb.CHANGE, deal_id)
            now = _stored(beside.row, beside.slot.at, me.reader)
            now.values["reason_kinds"] = ", ".join(KINDS_NAMED[kind] for kind in now.chosen["reason_kinds"])
            form.values["seen_slot"] = now.values["seen_slot"]
            return _page(form, beside._replace(now=now)), HTTPStatus.CONFLICT

    def _beside(self, session: Session, me: Me, verb: Verb, deal_id: int) -> Beside:
        talk = talk_in_reach(session, self._desk, me, verb, Thing.FOLLOW_UP, deal_id)
        row, by = stored_with_writer(session, deal_id)
        return Beside(talk, row, by, slot_shown(session, self._desk.installation, me, talk))


KINDS_NAMED = {str(kind): words for kind, words in KINDS.items()}
LABELS = {
    **POST_MORTEM,
    "reason_kinds": "They come down to",
    "slot_day": "Call agreed for, day",
    "slot_time": "Call agreed for, time",
}


def _stored(row: PostMortem | None, at: datetime | None, reader: Reader) -> Filled:
    form = filled(Answers.of(row))
    form.values.update(slot_values(at, reader))
    return form


def _page(form: Filled, beside: Beside) -> str:
    version = beside.row.version if beside.row else UNSEEN
    # What was typed over an older version is only saved once its writer saw the newer one.
    seen = version if request.method == "GET" or beside.now else seen_version()
    if beside.now:
        form.values["reason_kinds"] = ", ".join(
            KINDS_NAMED.get(kind, "") for kind in form.chosen["reason_kinds"]
        )
    return render_template(
        "talks/post_mortem.html",
        **beside._asdict(),
        form=form,
        is_due=beside.is_due,
        seen_name=SEEN,
        seen=seen,
        questions=POST_MORTEM,
        labels=LABELS,
        asks_who=asks_who(beside.talk.deal.outcome),
        offer=OFFER,
        kinds=list(KINDS_NAMED.items()),
        mails=MAILS,
    )
