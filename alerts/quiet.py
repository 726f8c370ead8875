"""How long a rep's reports keep a prospect quiet. PURE: the policy asks this before it alerts anybody."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol

from alerts.words import OutcomeKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, tzinfo

SPOKE_QUIET = timedelta(days=7)
"""After a talk nobody is told to call again for a week."""
QUIET_FOR_GOOD = frozenset({OutcomeKind.STOP})
"""Reports after which nobody is ever told to call. *Wrong person* is of one browser: from their others the
person goes on ringing.
"""
FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of a silence that has no end."""


class Report(Protocol):
    """What counts of an outcome here."""

    @property
    def kind(self) -> OutcomeKind:
        """What was reported."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def call_back_on(self) -> date | None:
        """Of *call back*: the day agreed, in the rep's zone."""

    @property
    def undone_at(self) -> datetime | None:
        """Set when it no longer holds."""


def quiet_until(
    outcomes: Iterable[Report], now: datetime, zone: tzinfo = UTC, spoke_quiet: timedelta = SPOKE_QUIET
) -> datetime | None:
    """Say until when a prospect's outcomes ask for silence, or None when they ask for none.

    For `spoke_quiet` after *spoke*; until the day of *call back* begins in the rep's `zone`, a later one
    replacing an earlier; `FOR_GOOD` after *stop*. The longest silence counts, and
    what was undone does not.
    """
    standing = sorted((one for one in outcomes if one.undone_at is None), key=lambda one: one.at)
    ends = [one.at + spoke_quiet for one in standing if one.kind == OutcomeKind.SPOKE]
    days = [one.call_back_on for one in standing if one.kind == OutcomeKind.CALL_BACK and one.call_back_on]
    if days:
        ends.append(datetime.combine(days[-1], time(), zone).astimezone(UTC))
    if any(one.kind in QUIET_FOR_GOOD for one in standing):
        ends.append(FOR_GOOD)
    until = max(ends, default=now)
    return until if until > now else None
