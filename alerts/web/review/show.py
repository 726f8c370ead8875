"""The page of one month's review."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from babel.dates import format_skeleton
from flask import abort, render_template
from sqlalchemy import select

from alerts.briefing.moments import how_long
from alerts.review.asked import Asked
from alerts.review.complaints import About
from alerts.review.known import KnownReviews
from alerts.review.labels import reason_words
from alerts.review.notes import kept
from alerts.review.patterns import METHOD
from alerts.review.reps import shows_reps
from alerts.review.weights import suggestions
from alerts.talks.questions import DEBRIEF, Answer
from alerts.web.review.form import filled
from alerts.web.review.wording import INTERVIEW, of_intent
from tracker.calendar_month import Month
from tracker.models import User
from tracker.people.rights import Reach
from tracker.rules.points import CIRCUMSTANCES, OF_TOPIC, points_of
from tracker.rules.stored import load_rules
from tracker.rules.words import RuleName
from tracker.web.charts import Bar, bars
from tracker.web.edits import SEEN
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask.typing import ResponseReturnValue
    from markupsafe import Markup
    from sqlalchemy.orm import Session

    from alerts.review.figures import Figures
    from tracker.rules.words import StoredRules
    from tracker.web.forms import Filled
    from tracker.web.me import Desk, Me

MS = 1000
ABOUT = {
    About.REASON: "Reasons",
    About.COMPETITOR: "Competitors",
    About.MISSING: "What was missing",
}


@dataclass(frozen=True, slots=True)
class Circle:
    """Whose figures and notes somebody sees, and who they are."""

    whose: tuple[int, ...] | None
    """None: everybody's."""
    names: Mapping[int, str]
    doers: Sequence[tuple[int, str]]
    """Those who work here still, who may be named to do something."""

    @property
    def is_all(self) -> bool:
        """Whether nothing is out of reach."""
        return self.whose is None


class ReviewPage:
    """Shows a month, with what its session wrote down."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self.desk = desk
        self._known = KnownReviews(desk.database)

    def latest(self, me: Me) -> ResponseReturnValue:
        """Show the last month that is over: the one to talk about."""
        return self.page(me, Month.of(me.reader.today).later(-1))

    def show(self, me: Me, month: str) -> ResponseReturnValue:
        """Show a month."""
        return self.page(me, self.month(me, month))

    def month(self, me: Me, text: str) -> Month:
        """Read a month from an address; what has not begun, or is none, is not there."""
        month = Month.read(text)
        if month is None or month > Month.of(me.reader.today):
            abort(HTTPStatus.NOT_FOUND)
        return month

    def reach(self, session: Session, me: Me, verb: Verb = Verb.SEE) -> Circle:
        """Look up who is within reach."""
        scope = self.desk.scope(me, verb, Thing.REVIEW)
        rows = session.execute(
            select(User.id, User.name, User.left_at).where(User.id.in_(scope.users())).order_by(User.name)
        ).all()
        names = {number: f"{name} (left)" if left_at else name for number, name, left_at in rows}
        doers = [(number, name) for number, name, left_at in rows if left_at is None]
        return Circle(None if scope.is_all else tuple(sorted(names)), names, doers)

    def page(self, me: Me, month: Month, form: Filled | None = None, told: str = "") -> str:
        """Show a month, with what was typed into the form of notes; `told` is what went wrong meanwhile."""
        with self.desk.database.reading() as session:
            reach = self.reach(session, me)
            notes = kept(session, month, reach.whose)
            stored = load_rules(session)
        asked = Asked(month, me.reader.zone.key, me.reader.today, reach.whose)
        looked = self._known.of(asked, me.reader.now)
        known = looked.known.get(asked)
        it = known.value if known else None
        this_month = Month.of(me.reader.today)
        return render_template(
            "review/show.html",
            month=month,
            before=month.later(-1),
            after=month.later(1) if month < this_month else None,
            goes_on=month == this_month,
            it=it,
            at=known.at if known else None,
            looked=looked,
            notes=notes,
            reach=reach,
            form=form or filled(),
            told=told,
            chart=_chart(me, it) if it else "",
            suggested=suggestions(it.led, points_by_name(stored)) if it else (),
            seen=(SEEN, stored.version(RuleName.POINTS)),
            seen_reps=stored.version(RuleName.REVIEW),
            by_rep=shows_reps(stored),
            method=METHOD,
            about=ABOUT,
            debrief=DEBRIEF,
            answers=Answer,
            interview=INTERVIEW,
            reason_words=reason_words,
            of_intent=of_intent,
            wait=wait,
            str=str,
            rep_name=lambda number: reach.names.get(number, "Somebody who is gone") if number else "Nobody",
            debriefs_shown=it is not None and it.debriefs.may_be_shown(to_manager=_leads(me)),
            own_reps=_own_reps(me, it) if it else (),
        )


def points_by_name(stored: StoredRules) -> dict[str, int]:
    """Give the points in force, by the names of the rules' numbers."""
    table = points_of(stored)
    return {OF_TOPIC + topic: points for topic, points in table.topics.items()} | {
        number.name: getattr(table, number.name) for number in CIRCUMSTANCES
    }


def _leads(me: Me) -> bool:
    """Whether these reps' debriefs are theirs to see one by one."""
    return me.reach(Verb.SEE, Thing.DEBRIEF) is Reach.TEAM


def _own_reps(me: Me, it: Figures) -> list[tuple[int, Mapping[Answer, int]]]:
    return sorted(it.debriefs.by_rep.items()) if _leads(me) else []


def wait(seconds: float | None) -> str:
    """Write how long it took; empty where nobody called."""
    return "" if seconds is None else how_long(round(seconds * MS)) or "at once"


def _chart(me: Me, it: Figures) -> Markup:
    those = [
        Bar(
            format_skeleton("MMMy" if month.number == 1 else "MMM", month.first_day, locale=me.reader.locale),
            lost,
            back,
            f"{month.name}: {lost} deals lost, somebody of {back} came back since",
        )
        for month, lost, back in it.by_month
    ]
    return bars("Deals lost a month, and those of whom somebody came back; the table has the figures", those)
