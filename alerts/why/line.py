"""Sentences that keep their moments, so that each reader gets them in their own zone. PURE."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from alerts.briefing.moments import day_in_words, local_day, moment_in_words
from alerts.plain import capital

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Line: TypeAlias = tuple[str | datetime, ...]
"""A sentence; its moments (UTC) stand where the words around them want them."""


def when(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Write a moment in `zone`: `today 08:15`, `Mon 17:40`, `2 Mar 17:40`; one ahead by its date."""
    day, today = local_day(at, zone), local_day(now, zone)
    if day > today:
        return f"{day_in_words(day, today)} {at.astimezone(zone):%H:%M}"
    return moment_in_words(at, now, zone)


def spoken(line: Line, now: datetime, zone: ZoneInfo) -> str:
    """Write a sentence as text, its moments in `zone`."""
    return capital("".join(when(part, now, zone) if isinstance(part, datetime) else part for part in line))
