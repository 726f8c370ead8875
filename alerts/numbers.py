"""What came of the alerts: told, called, how soon, reopened, won back; by week, rep and reason.

Counted are calls that were told to somebody, in the week in which they were told. Digests are not: nobody
is asked to call at once. What was taken back counts, since a rep was disturbed by it.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import String, case, literal, literal_column, select, type_coerce

from alerts.models import Alert
from alerts.words import Decision
from tracker.models import Deal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

K = TypeVar("K")
WEEK = timedelta(days=7)
_NOTHING: Mapping[str, int] = MappingProxyType({})
"""What most piles won back: one for all of them."""


@dataclass(frozen=True, slots=True)
class Told:
    """One call that was told to a rep, and what came of it."""

    week: int
    """Its place among the weeks asked about."""
    user_id: int | None
    reason: str
    """The kind of the reason why the deal was lost; empty where nobody said."""
    wait_s: int | None
    """Seconds from the beginning of the visit to the first report of a call; None: nobody called."""
    reopened: bool
    won: bool
    value_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Pile:
    """Calls of one week that were told to one rep about deals lost for one reason, added up.

    However long the time that is asked about, there are few of these.
    """

    week: int | None
    """None: of all weeks."""
    user_id: int | None
    reason: str | None
    """None: for whatever reason."""
    alerts: int
    waits_s: Sequence[int]
    reopened: int
    won: int
    value: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Piles:
    """The calls of some weeks, in piles of three sizes: the larger are quicker to add up."""

    each: Sequence[Pile]
    by_week: Sequence[Pile]
    """For whatever reason."""
    by_reason: Sequence[Pile]
    """Of all these weeks."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Figures about some alerts."""

    alerts: int
    calls: int
    wait_s: float | None
    """The median; None where nobody called."""
    reopened: int
    won: int
    value: Mapping[str, int]
    """Of what was won back, in hundredths, by currency."""


def weeks_before(now: datetime, zone: ZoneInfo, number: int) -> list[datetime]:
    """Give the beginnings of the last weeks, this one included, and the end of this one, as aware UTC.

    A week begins on Monday at midnight where its reader is, whatever clocks do in it.
    """
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    days = [monday + WEEK * place for place in range(1 - number, 2)]
    return [datetime.combine(day, time(), zone).astimezone(UTC) for day in days]


def week_days(bounds: Sequence[datetime], zone: ZoneInfo) -> list[date]:
    """Give the Mondays of the weeks."""
    return [bound.astimezone(zone).date() for bound in bounds[:-1]]


def told(session: Session, bounds: Sequence[datetime], first: int = 0) -> list[Told]:
    """Read the calls that were told in these weeks, whoever was; one query.

    `bounds` are when each week begins, oldest first, and when the last one ends (UTC); `first` is the place
    of the first.
    """
    rows = session.execute(
        select(
            _week(Alert.sent_at, bounds, first).label("week"),
            Alert.user_id,
            type_coerce(Deal.reason_kind, String),
            Alert.called_after_s,
            Alert.reopened_at.is_not(None),
            Alert.won_at.is_not(None),
            Deal.value_minor,
            Deal.currency,
        )
        .outerjoin(Deal, Deal.id == Alert.deal_id)
        .where(*told_in(bounds[0], bounds[-1]))
    )
    return [
        Told(
            week,
            user_id,
            reason or "",
            wait,
            bool(reopened),
            bool(won),
            value or 0,
            currency or "",
        )
        for week, user_id, reason, wait, reopened, won, value, currency in rows
    ]


def piled(rows: Iterable[Told]) -> list[Pile]:
    """Add up what is of one week, rep and reason."""
    groups: dict[tuple[int, int | None, str], list[Told]] = defaultdict(list)
    for row in rows:
        groups[row.week, row.user_id, row.reason].append(row)
    return [
        Pile(
            *key,
            alerts=len(those),
            waits_s=_packed(row.wait_s for row in those if row.wait_s is not None),
            reopened=sum(row.reopened for row in those),
            won=sum(row.won for row in those),
            value=_added({row.currency: row.value_minor} for row in those if row.won and row.value_minor),
        )
        for key, those in groups.items()
    ]


def in_sizes(piles: Sequence[Pile]) -> Piles:
    """Put piles together into larger ones, too."""
    return Piles(
        piles,
        _larger(piles, lambda pile: (pile.week, pile.user_id, None)),
        _larger(piles, lambda pile: (None, pile.user_id, pile.reason)),
    )


def sums(piles: Iterable[Pile]) -> Sums:
    """Add up."""
    those = list(piles)
    waits = list(chain.from_iterable(pile.waits_s for pile in those))
    return Sums(
        alerts=sum(pile.alerts for pile in those),
        calls=len(waits),
        wait_s=median(waits) if waits else None,
        reopened=sum(pile.reopened for pile in those),
        won=sum(pile.won for pile in those),
        value=dict(sorted(_added(pile.value for pile in those).items())),
    )


def sums_by(piles: Iterable[Pile], key: Callable[[Pile], K]) -> dict[K, Sums]:
    """Add up by something."""
    groups: dict[K, list[Pile]] = defaultdict(list)
    for pile in piles:
        groups[key(pile)].append(pile)
    return {name: sums(those) for name, those in groups.items()}


def _larger(
    piles: Iterable[Pile], key: Callable[[Pile], tuple[int | None, int | None, str | None]]
) -> list[Pile]:
    groups: dict[tuple[int | None, int | None, str | None], list[Pile]] = defaultdict(list)
    for pile in piles:
        groups[key(pile)].append(pile)
    return [
        Pile(
            *place,
            alerts=sum(pile.alerts for pile in those),
            # In order: what is sorted by parts is quickly sorted as a whole.
            waits_s=_packed(sorted(chain.from_iterable(pile.waits_s for pile in those))),
            reopened=sum(pile.reopened for pile in those),
            won=sum(pile.won for pile in those),
            value=_added(pile.value for pile in those),
        )
        for place, those in groups.items()
    ]


def _added(values: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    total: dict[str, int] = defaultdict(int)
    for value in values:
        for currency, minor in value.items():
            total[currency] += minor
    return dict(total) if total else _NOTHING


def _packed(waits_s: Iterable[int]) -> Sequence[int]:
    """Put them into four bytes each (68 years): they are remembered."""
    waits = list(waits_s)
    return array("i", waits) if waits else ()


def told_in(begin: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    """Say of alerts that they are calls that were told from one moment until before another (UTC)."""
    # The word is written out, so that the index of just these is found.
    is_call = Alert.decision == literal_column(f"'{Decision.CALL}'")
    return is_call, Alert.sent_at >= begin, Alert.sent_at < end


def _week(
    at: Any,  # noqa: ANN401  (a column)
    bounds: Sequence[datetime],
    first: int,
) -> ColumnElement[int]:
    """Find a moment's week by halves: of a year's, six comparisons for each alert."""
    weeks = len(bounds) - 1
    if weeks == 1:
        return literal(first)
    half = weeks // 2
    return case(
        (at < bounds[half], _week(at, bounds[: half + 1], first)),
        else_=_week(at, bounds[half:], first + half),
    )
