"""When somebody works. PURE: wall-clock hours in their own zone, right over daylight-saving changes.

Hours are what the clock on the wall shows: in an hour that happens twice they work twice, in an hour
that is left out they do not work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

WHOLE_DAY = 24 * 60
"""Minutes."""
ALL_DAYS = "1234567"
MINUTE = timedelta(minutes=1)
LONGEST_GAP_DAYS = 15
"""Who works one day a week, and that day is left out at the date line, waits a fortnight."""


class Worker(Protocol):
    """What is looked at of a user here; the words are those of the table."""

    time_zone: str
    hours_start: int
    hours_end: int
    work_days: str
    away_from: date | None
    away_until: date | None


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Somebody's working hours: minutes after midnight in their zone, on these ISO weekdays.

    Around the clock is 0 to 1440 on all seven days.
    """

    time_zone: str
    start: int
    end: int
    days: str

    def __post_init__(self) -> None:
        """Refuse hours that never come.

        Raises:
            ValueError: the start is not before the end, or there is no day.

        """
        if not 0 <= self.start < self.end <= WHOLE_DAY:
            msg = "Working hours begin before they end, within one day"
            raise ValueError(msg)
        if not self.days or not set(self.days) <= set(ALL_DAYS):
            msg = "Working days are some of 1 (Monday) to 7 (Sunday)"
            raise ValueError(msg)

    @classmethod
    def of(cls, user: Worker) -> WorkingHours:
        """Give a user's working hours."""
        return cls(user.time_zone, user.hours_start, user.hours_end, user.work_days)

    @property
    def around_the_clock(self) -> bool:
        """Whether there is no time outside them."""
        return self.start == 0 and self.end == WHOLE_DAY and set(self.days) == set(ALL_DAYS)

    def is_open(self, now: datetime) -> bool:
        """Whether `now` (aware) is within the hours."""
        local = now.astimezone(ZoneInfo(self.time_zone))
        return (
            str(local.isoweekday()) in self.days and self.start <= local.hour * 60 + local.minute < self.end
        )

    def next_start(self, now: datetime) -> datetime:
        """Give the first moment at or after `now` that is within the hours, in UTC."""
        if self.is_open(now):
            return now.astimezone(UTC)
        today = now.astimezone(ZoneInfo(self.time_zone)).date()
        # The day before, too: where clocks go back over midnight, yesterday comes again.
        for number in range(-1, LONGEST_GAP_DAYS):
            for moment in self._openings(today + timedelta(days=number)):
                if moment > now and self.is_open(moment):
                    return moment
        msg = f"no working hours within {LONGEST_GAP_DAYS} days: {self}"
        raise AssertionError(msg)

    def _openings(self, day: date) -> Iterator[datetime]:
        """Give moments, in order, among which are all at which this local day's hours can begin."""
        zone = ZoneInfo(self.time_zone)
        midnight = datetime.combine(day, time())
        edges = [midnight, midnight + timedelta(days=1)]
        first, *_, last = sorted(
            edge.replace(tzinfo=zone, fold=fold).astimezone(UTC) for edge in edges for fold in (0, 1)
        )
        if last - first == timedelta(days=1):
            yield first + timedelta(minutes=self.start)
            return
        # The clocks change on this day: look at every minute.
        while first <= last:
            yield first
            first += MINUTE


def is_away(user: Worker, now: datetime) -> bool:
    """Whether the user is away on the day that it is in their zone at `now`; without an end, until told."""
    if user.away_from is None:
        return False
    today = now.astimezone(ZoneInfo(user.time_zone)).date()
    return user.away_from <= today and (user.away_until is None or today <= user.away_until)
