"""When a call was agreed, in words. PURE."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from alerts.briefing.moments import zone_named
from alerts.followups.thanks import day_in_full

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

COMES_TWICE = "The clocks are put back then, and that hour comes twice: the first of the two is meant."


def slot_in_words(at: datetime, theirs: str, ours: ZoneInfo) -> str:
    """Write e.g. `Tuesday 24 March at 10:00 (London time)`: in their zone if it is on record."""
    zone = zone_named(theirs) or ours
    local = at.astimezone(zone)
    return f"{day_in_full(local.date())} at {local:%H:%M} ({clock_of(zone)})"


def clock_of(zone: ZoneInfo) -> str:
    """Write e.g. `London time`; `UTC` is its own name."""
    place = zone.key.rpartition("/")[2].replace("_", " ")
    return place if "/" not in zone.key else f"{place} time"


def comes_twice(at: datetime, zone: ZoneInfo) -> bool:
    """Tell whether the clock on the wall shows this time twice, because it is put back."""
    local = at.astimezone(zone).replace(tzinfo=None)
    first, second = (local.replace(fold=fold, tzinfo=zone).astimezone(UTC) for fold in (0, 1))
    return second - first > timedelta(0)
