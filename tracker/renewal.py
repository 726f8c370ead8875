"""When does the contract they chose instead of ours come up again? PURE."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

from tracker.names import name_key
from tracker.words import LossOutcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

ASSUMED_MONTHS = 12
"""Contracts of business software mostly run for a year, so a renewal not known is assumed after one."""
LONGEST_MONTHS = 120
"""Of a contract that is believed."""
_NONE: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Terms:
    """For how many months contracts run, where nobody said when one ends."""

    months: int = ASSUMED_MONTHS
    by_product: Mapping[str, int] = field(default_factory=lambda: _NONE)
    """Of products, by the keys of their names: what is chosen instead runs as ours would have."""

    def of(self, product: str) -> int:
        """Give the months of a contract for what this product does."""
        return self.by_product.get(name_key(product), self.months)


DEFAULT_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Renewal:
    """The next renewal, and whether anybody said so."""

    on: date
    assumed: bool


def first_renewal(
    outcome: LossOutcome | None, lost_on: date | None, renewal_on: date | None, months: int = ASSUMED_MONTHS
) -> date | None:
    """Give the first renewal: as told, or assumed `months` after the loss, where a competitor was chosen.

    None when there is nothing to renew or to go by.
    """
    if renewal_on is not None:
        return renewal_on
    if outcome is not LossOutcome.CHOSE_COMPETITOR or lost_on is None:
        return None
    return lost_on + relativedelta(months=months)


def next_renewal(
    outcome: LossOutcome | None,
    lost_on: date | None,
    renewal_on: date | None,
    today: date,
    months: int = ASSUMED_MONTHS,
) -> Renewal | None:
    """Give the next renewal at or after `today`: the first, and yearly after it."""
    first = first_renewal(outcome, lost_on, renewal_on, months)
    if first is None:
        return None
    told = renewal_on is not None and renewal_on >= today
    return Renewal(_on_or_after(first, today), assumed=not told)


def _on_or_after(first: date, today: date) -> date:
    years = max(0, today.year - first.year)
    day = first + relativedelta(years=years)
    return day if day >= today else first + relativedelta(years=years + 1)
