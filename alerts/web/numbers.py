"""*Numbers*, for managers: what came of the alerts, by week, rep and reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from babel.dates import format_skeleton
from flask import Blueprint, render_template, request
from sqlalchemy import select

from alerts.briefing.moments import how_long
from alerts.known_weeks import KnownWeeks
from alerts.numbers import sums, sums_by, week_days, weeks_before
from alerts.review.labels import REASONS, reason_words
from tracker.models import User
from tracker.web.charts import Bar, bars
from tracker.web.house import Entry
from tracker.web.rooms import Page, open_room
from tracker.words import ReasonKind, Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from flask.typing import ResponseReturnValue
    from markupsafe import Markup
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from alerts.known_weeks import Weeks
    from alerts.numbers import Pile, Sums
    from tracker.web.house import House
    from tracker.web.me import Desk, Me

NUMBERS = Entry("Numbers", "numbers.show", Verb.SEE, Thing.REVIEW)
WEEKS = (4, 12, 26, 52)
USUAL = 12
MS = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table."""

    name: str | Markup
    sums: Sums


Wanted: TypeAlias = "tuple[Weeks, Container[int | None], ReasonKind | None]"
"""Of which weeks, whose, and lost for what."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The figures that the page shows."""

    total: Sums
    weeks: Sequence[Row]
    """The latest first."""
    reps: Sequence[Row]
    reasons: Sequence[Row]
    chart: Markup
    known: Weeks
    """What they are made of, and when that was counted."""


class Numbers:
    """The one page."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._weeks = KnownWeeks(desk.database)

    def show(self, me: Me) -> ResponseReturnValue:
        """Show the figures of the weeks, the rep and the reason that are asked for."""
        number = _weeks(request.args.get("weeks", ""))
        bounds = weeks_before(me.reader.now, me.reader.zone, number)
        with self._desk.database.reading() as session:
            names = _names(session, self._desk.scope(me, Verb.SEE, Thing.REVIEW).users())
        user_id = _one_of(request.args.get("rep", ""), names)
        reason = _reason(request.args.get("reason", ""))
        looked = self._weeks.of(bounds, me.reader.now)
        whose = names if user_id is None else {user_id}
        return render_template(
            "numbers/show.html",
            it=_shown(me, bounds, names, (looked.weeks, whose, reason)) if looked.weeks else None,
            looked=looked,
            spans=WEEKS,
            span=number,
            names=names,
            rep=user_id,
            kinds=REASONS,
            reason=reason,
            wait=_wait,
        )


def numbers_room(house: House) -> Blueprint:
    """Give the page its address."""
    blueprint = Blueprint("numbers", __name__, template_folder="templates")
    return open_room(
        house, blueprint, (Page("/numbers", "show", Verb.SEE, Thing.REVIEW, Numbers(house.desk).show),)
    )


def _shown(me: Me, bounds: Sequence[datetime], names: Mapping[int, str], wanted: Wanted) -> Shown:
    weeks, whose, reason = wanted
    piles = list(weeks.by_reason(whose, reason))
    days = week_days(bounds, me.reader.zone)
    by_week, empty = sums_by(weeks.by_week(whose, reason), lambda pile: pile.week), sums(())
    in_weeks = [by_week.get(place, empty) for place in range(len(days))]
    return Shown(
        total=sums(piles),
        weeks=[Row(me.reader.day(day), one) for day, one in zip(days, in_weeks, strict=True)][::-1],
        reps=_ranked(sums_by(piles, lambda pile: names.get(pile.user_id or 0, "Somebody who is gone"))),
        reasons=_ranked(_by_reason(piles)),
        chart=_chart(me, days, in_weeks),
        known=weeks,
    )


def _chart(me: Me, days: Sequence[date], weeks: Sequence[Sums]) -> Markup:
    those = [
        Bar(
            format_skeleton("MMMd", day, locale=me.reader.locale),
            one.alerts,
            one.calls,
            f"Week of {day:%Y-%m-%d}: {one.alerts} alerts, {one.calls} called",
        )
        for day, one in zip(days, weeks, strict=True)
    ]
    return bars("Alerts a week, and those that were called; the table below has the figures", those)


def _names(session: Session, users: Select[int]) -> dict[int, str]:
    rows = session.execute(select(User.id, User.name).where(User.id.in_(users)).order_by(User.name))
    return dict(rows.all())


def _ranked(groups: dict[str, Sums]) -> list[Row]:
    return [
        Row(name, one) for name, one in sorted(groups.items(), key=lambda item: (-item[1].alerts, item[0]))
    ]


def _by_reason(piles: Iterable[Pile]) -> dict[str, Sums]:
    return {
        reason_words(reason or ""): one for reason, one in sums_by(piles, lambda pile: pile.reason).items()
    }


def _weeks(text: str) -> int:
    return int(text) if text in {str(number) for number in WEEKS} else USUAL


def _one_of(text: str, names: dict[int, str]) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text) in names else None


def _reason(text: str) -> ReasonKind | None:
    return ReasonKind(text) if text in set(ReasonKind) else None


def _wait(seconds: float | None) -> str:
    return "" if seconds is None else how_long(round(seconds * MS)) or "at once"
