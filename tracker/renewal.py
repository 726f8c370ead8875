"""When does the contract they chose instead of ours come up again? PURE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from tracker.words import LossOutcome

if TYPE_CHECKING:
    from datetime import date

ASSUMED_TERM = relativedelta(years=1)
"""Contracts of business software mostly run for a year, so a renewal not known is assumed yearly."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """The next renewal, and whether anybody said so."""

    on: date
    assumed: bool


def next_renewal(
    outcome: LossOutcome | None, lost_on: date | None, renewal_on: date | None, today: date
) -> Renewal | None:
    """Give the next renewal at or after `today`; None when there is nothing to renew or to go by.

    Known dates are used as they are, and yearly after; without one it is assumed from the day of the
    loss, and only where a competitor was chosen.
    """
    if renewal_on is not None:
        return Renewal(_on_or_after(renewal_on, today), assumed=renewal_on < today)
    if outcome is not LossOutcome.CHOSE_COMPETITOR or lost_on is None:
        return None
    return Renewal(_on_or_after(lost_on + ASSUMED_TERM, today), assumed=True)


def _on_or_after(first: date, today: date) -> date:
    years = max(0, today.year - first.year)
    day = first + relativedelta(years=years)
    return day if day >= today else first + relativedelta(years=years + 1)
