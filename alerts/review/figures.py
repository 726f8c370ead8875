"""All figures of one month's review, counted at once: nine queries, whatever is shown of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.review import calls as told
from alerts.review.complaints import complaints
from alerts.review.intents import led
from alerts.review.losses import losses, said_about
from alerts.review.patterns import judged
from alerts.review.rates import by_competitor, by_reason, by_rep
from alerts.review.talks import debriefs, interviews

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from alerts.review.asked import Asked
    from alerts.review.calls import Back, Beside, Waits
    from alerts.review.patterns import Judged
    from alerts.review.rates import Rate
    from alerts.review.rows import Loss
    from alerts.review.talks import Debriefs, Interviews
    from alerts.review.weights import Led
    from tracker.calendar_month import Month

MOST_COMPLAINTS = 40
"""Of each list; the rest is the fewest voices."""


@dataclass(frozen=True, slots=True)
class Span:
    """What was lost and came back in some time."""

    lost: int
    value: Mapping[str, int]
    """Of what was lost, in hundredths, by currency: different money is never added up."""
    unvalued: int
    """Lost deals whose value nobody said."""
    returned: int
    """Lost deals of this time of which somebody came back since."""
    waits: Waits
    reopened: int
    won: int
    won_value: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a review of a month shows."""

    month: Span
    year: Span
    """The twelve months that end with it."""
    by_month: Sequence[tuple[Month, int, int]]
    """Of each of the twelve: how many deals were lost, and of how many somebody came back since."""
    beside: Beside
    judged: Sequence[Judged]
    reasons: Sequence[Rate[str]]
    competitors: Sequence[Rate[str]]
    reps: Sequence[Rate[int | None]]
    debriefs: Debriefs
    interviews: Interviews
    led: Sequence[Led]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was lost in the month, and nobody came."""
        return not (self.month.lost or self.beside.people or self.month.waits.told or self.month.won)

    @property
    def patterns(self) -> list[Judged]:
        """Give the complaints that are patterns."""
        return [one for one in self.judged if one.is_pattern][:MOST_COMPLAINTS]

    @property
    def single_voices(self) -> list[Judged]:
        """Give the others."""
        return [one for one in self.judged if not one.is_pattern][:MOST_COMPLAINTS]


def count(session: Session, asked: Asked) -> Figures:
    """Count them."""
    lost, those = losses(session, asked), told.calls(session, asked)
    said, backs = said_about(session, asked), told.came_back(session, asked)
    begins = asked.month.first_day
    in_month, in_year = told.waits(session, asked, those)
    return Figures(
        month=_span(
            [loss for loss in lost if loss.day >= begins],
            in_month,
            [one for one in backs if one.in_month],
        ),
        year=_span(lost, in_year, backs),
        by_month=_by_month(lost, asked),
        beside=told.beside(session, asked),
        judged=judged(complaints(lost, said, begins)),
        reasons=by_reason(lost, those),
        competitors=by_competitor(lost, those),
        reps=by_rep(lost, those),
        debriefs=debriefs(session, asked),
        interviews=interviews(session, asked, lost, said),
        led=led(session, asked),
    )


def _span(lost: Sequence[Loss], waits: Waits, backs: Iterable[Back]) -> Span:
    won = [back for back in backs if back.won]
    return Span(
        lost=len(lost),
        value=_added((loss.currency, loss.value_minor or 0) for loss in lost),
        unvalued=sum(loss.value_minor is None for loss in lost),
        returned=sum(loss.returned for loss in lost),
        waits=waits,
        reopened=sum(not back.won for back in backs),
        won=len(won),
        won_value=_added((back.currency, back.value_minor) for back in won),
    )


def _by_month(lost: Iterable[Loss], asked: Asked) -> list[tuple[Month, int, int]]:
    number: Counter[tuple[int, int]] = Counter()
    back: Counter[tuple[int, int]] = Counter()
    for loss in lost:
        number[loss.day.year, loss.day.month] += 1
        back[loss.day.year, loss.day.month] += loss.returned
    months = [asked.first.later(place) for place in range(12)]
    return [(one, number[one.year, one.number], back[one.year, one.number]) for one in months]


def _added(those: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    for currency, minor in those:
        if minor:
            total[currency] += minor
    return dict(sorted(total.items()))
