"""The debrief: a rep's own look back, which only they and their manager read."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from alerts.talks.about import is_within, people_within
from alerts.talks.debrief import LookBack, debriefs_within, own, save
from alerts.talks.post_mortem import UNSEEN, ChangedError
from alerts.talks.questions import DEBRIEF, Answer
from alerts.web.talks.answers import long_text
from alerts.web.talks.reach import talk_in_reach
from alerts.web.talks.wording import ANSWERS
from tracker.web.again import looking_again
from tracker.web.edits import SEEN, seen_version
from tracker.web.forms import Filled
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from tracker.web.me import Desk, Me


class DebriefPage:
    """One deal's debriefs."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me, deal_id: int) -> ResponseReturnValue:
        """Show one's own, and a manager those of their team."""
        with self._desk.database.reading() as session:
            row = own(session, deal_id, me.id)
            return self._page(session, me, deal_id, filled(LookBack.of(row)), row.version if row else UNSEEN)

    @looking_again
    def keep(self, me: Me, deal_id: int) -> ResponseReturnValue:
        """Save one's own."""
        form = Filled.of(request.form, *DEBRIEF)
        look = read(form)
        if form.problems:
            with self._desk.database.reading() as session:
                page = self._page(session, me, deal_id, form, seen_version())
                return page, HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            with self._desk.database.writing() as session:
                talk = talk_in_reach(session, self._desk, me, Verb.CHANGE, Thing.DEBRIEF, deal_id, lock=True)
                save(session, deal_id, me.id, look, seen_version(), me.reader.now)
        except ChangedError:
            with self._desk.database.reading() as session:
                row = own(session, deal_id, me.id)
                now, version = filled(LookBack.of(row)), row.version if row else UNSEEN
                return self._page(session, me, deal_id, form, version, now), HTTPStatus.CONFLICT
        flash("Saved. Only you and your manager can read it.", "good")
        return redirect(url_for("talks.show", prospect_id=talk.person.id), HTTPStatus.SEE_OTHER)

    def _within(self, me: Me, verb: Verb) -> ColumnElement[bool]:
        return people_within(self._desk.scope(me, verb, Thing.DEBRIEF), me.reader.now)

    def _page(
        self, session: Session, me: Me, deal_id: int, form: Filled, seen: int, now: Filled | None = None
    ) -> str:
        talk = talk_in_reach(session, self._desk, me, Verb.SEE, Thing.DEBRIEF, deal_id)
        scope = self._desk.scope(me, Verb.SEE, Thing.DEBRIEF)
        may_write = is_within(session, deal_id, self._within(me, Verb.CHANGE))
        others = [one for one in debriefs_within(session, deal_id, scope) if one.row.user_id != me.id]
        return render_template(
            "talks/debrief.html",
            talk=talk,
            form=form,
            seen_name=SEEN,
            seen=seen,
            now=now,
            others=others,
            may_write=may_write,
            questions=DEBRIEF,
            answers=ANSWERS,
        )


def filled(look: LookBack) -> Filled:
    """Give the form as it is for what is stored."""
    answers = {str(question): str(look.answers.get(question, "")) for question in DEBRIEF}
    return Filled(answers | {"note": look.note})


def read(form: Filled) -> LookBack:
    """Read what was answered; a note that is too long has a problem beside it."""
    long_text(form, "note")
    said = {question: form.values[question] for question in DEBRIEF}
    known = set(Answer)
    return LookBack({one: Answer(text) for one, text in said.items() if text in known}, form.values["note"])
