"""Noting what somebody wants, changing it, and saying that it came to its end."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from alerts.web.goals.show import KINDS
from tracker.audit import by_user
from tracker.goals import (
    GoalWords,
    change_goal,
    end_goal,
    note_goal,
    read_goal,
    read_goal_topic,
    take_up_goal,
)
from tracker.models import Goal
from tracker.topics import topic_lines
from tracker.web.edits import SEEN, seen_version
from tracker.web.forms import FieldError, Filled
from tracker.web.prospects.one import company_of, person_in_reach
from tracker.words import GoalEnd, GoalKind, Thing, Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from alerts.web.goals.show import GoalsPage
    from tracker.models import Prospect
    from tracker.web.me import Desk, Me

FIELDS = ("kind", "text", "topic")
LABELS = {"kind": "Kind", "text": "What they want", "topic": "Topic"}
CHANGE = (Verb.CHANGE, Thing.PROSPECT)


class Noting:
    """The forms of goals and interests."""

    def __init__(self, desk: Desk, page: GoalsPage) -> None:
        """Take what pages work with, and the page that the first form stands on."""
        self._desk = desk
        self._page = page

    def add(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Note one."""
        form = Filled.of(request.form, *FIELDS)
        words = _read(form)
        with self._desk.database.writing() as session:
            person = self._person(session, me, prospect_id)
            if words is not None:
                who, now = by_user(me.id), me.reader.now
                form.check("text", lambda: note_goal(session, person.id, words, who, now))
        if form.problems:
            return self._page.page(me, prospect_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
        flash("Noted.", "good")
        return _back(prospect_id)

    def one(self, me: Me, prospect_id: int, goal_id: int) -> ResponseReturnValue:
        """Show one, to be changed."""
        return self._one(me, prospect_id, goal_id)

    def change(self, me: Me, prospect_id: int, goal_id: int) -> ResponseReturnValue:
        """Say something else of one; who changed it meanwhile goes before, and is told."""
        form, late = Filled.of(request.form, *FIELDS), False
        words = _read(form)
        with self._desk.database.writing() as session:
            self._person(session, me, prospect_id)
            goal = _goal(session, prospect_id, goal_id)
            late = seen_version() != goal.version
            if words is not None and not late:
                change_goal(session, goal, words, by_user(me.id), me.reader.now)
        if late or form.problems:
            status = HTTPStatus.CONFLICT if late else HTTPStatus.UNPROCESSABLE_ENTITY
            return self._one(me, prospect_id, goal_id, form, late=late), status
        flash("Saved.", "good")
        return _back(prospect_id)

    def end(self, me: Me, prospect_id: int, goal_id: int) -> ResponseReturnValue:
        """Say that it was reached, or given up."""
        ended = request.form.get("ended", "")
        with self._desk.database.writing() as session:
            self._person(session, me, prospect_id)
            goal = _goal(session, prospect_id, goal_id)
            if ended not in set(GoalEnd):
                abort(HTTPStatus.BAD_REQUEST, "Say by a button whether it was reached or given up.")
            end_goal(session, goal, GoalEnd(ended), by_user(me.id), me.reader.now)
        undoing = url_for("goals.take_up", prospect_id=prospect_id, goal_id=goal_id)
        words = "Reached." if ended == GoalEnd.REACHED else "Given up."
        said = {"words": words, "action": undoing, "button": "Undo", "place": ""}
        flash(said, "good")  # type: ignore[arg-type]  # the cookie keeps it as JSON, the layout writes its form
        return _back(prospect_id)

    def take_up(self, me: Me, prospect_id: int, goal_id: int) -> ResponseReturnValue:
        """Say that it is theirs again."""
        with self._desk.database.writing() as session:
            self._person(session, me, prospect_id)
            goal = _goal(session, prospect_id, goal_id)
            take_up_goal(session, goal, by_user(me.id), me.reader.now)
        flash("It is theirs again.", "good")
        return _back(prospect_id)

    def _person(self, session: Session, me: Me, prospect_id: int) -> Prospect:
        return person_in_reach(session, self._desk, me, *CHANGE, prospect_id, lock=True)

    def _one(
        self, me: Me, prospect_id: int, goal_id: int, form: Filled | None = None, *, late: bool = False
    ) -> str:
        with self._desk.database.reading() as session:
            person = person_in_reach(session, self._desk, me, *CHANGE, prospect_id)
            goal, company = _goal(session, prospect_id, goal_id), company_of(session, person)
            topics = sorted({line.topic for line in topic_lines(session)})
        there = {"kind": str(goal.kind), "text": goal.text, "topic": goal.topic}
        words = dict(KINDS)
        return render_template(
            "goals/one.html",
            person=person,
            company=company,
            goal=goal,
            form=form or Filled(there),
            seen=request.form.get(SEEN, "") if form and not late else goal.version,
            now=there | {"kind": words[there["kind"]]} if late else None,
            typed=Filled(form.values | {"kind": words.get(form.values["kind"], "")}) if form else None,
            labels=LABELS,
            kinds=KINDS,
            topics=topics,
        )


def _read(form: Filled) -> GoalWords | None:
    kind, text = form.take("kind", _kind), form.take("text", read_goal)
    topic = form.take("topic", read_goal_topic)
    return None if kind is None or text is None or topic is None else GoalWords(kind, text, topic)


def _kind(text: str) -> GoalKind:
    if text not in set(GoalKind):
        msg = "Choose a goal or an interest"
        raise FieldError(msg)
    return GoalKind(text)


def _goal(session: Session, prospect_id: int, goal_id: int) -> Goal:
    goal = session.scalar(select(Goal).where(Goal.id == goal_id, Goal.prospect_id == prospect_id))
    if goal is None:
        abort(HTTPStatus.NOT_FOUND)
    return goal


def _back(prospect_id: int) -> ResponseReturnValue:
    return redirect(url_for("goals.show", prospect_id=prospect_id), HTTPStatus.SEE_OTHER)
