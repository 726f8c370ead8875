"""The mails of made-up alerts, all of them out by now or refused for good: nothing of it is ever sent."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from alerts.digest import ROUND_THE_CLOCK_AT
from alerts.outbox import Result
from alerts.words import MessageKind, MessageState
from tracker.demo_data.shelf import written, written_or_none
from tracker.people.hours import WorkingHours, is_away

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from random import Random

    from tracker.demo_data.shelf import Numbers, Shelf
    from tracker.models import User

RETRY_SHARE, REFUSED_SHARE = 0.03, 0.003
"""Of mails: not taken at the first attempt; never taken."""
RETRY_AFTER = timedelta(seconds=37)
LONG_AGO = timedelta(minutes=10)
"""Younger mails were taken at once, so that none is still under way."""
LATER = "The mail server asks to try later: 451 4.3.0 Try again in a minute"
REFUSED = "The mail server refuses the reader's address. It said: 552 5.2.2 Mailbox full"


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail, and when it was accepted; None: never."""

    message_id: int
    at: datetime | None


@dataclass(slots=True)
class Post:
    """Writes mails and their deliveries."""

    random: Random
    numbers: Numbers
    shelf: Shelf
    domain: str
    """Of the sender's address."""
    begin: datetime
    now: datetime
    _days: dict[int, tuple[list[datetime], list[date]]] = field(default_factory=dict)
    _digests: dict[tuple[int, date], Sent] = field(default_factory=dict)

    def call(self, user: User, alert_id: int, decided_at: datetime, due_at: datetime) -> Sent:
        """Mail a call."""
        return self._mail(f"alert:{alert_id}", MessageKind.ALERT, user, decided_at, due_at)

    def correct(self, user: User, alert_id: int, at: datetime, due_at: datetime) -> Sent:
        """Mail that an alert does not hold."""
        return self._mail(f"correction:{alert_id}:{at.isoformat()}", MessageKind.CORRECTION, user, at, due_at)

    def digest(self, user: User, decided_at: datetime) -> Sent | None:
        """Give the digest that lists what was decided then, made if it is its first; None: it is to come."""
        if user.id not in self._days:
            days = list(self._mornings(user))
            self._days[user.id] = [start for start, _ in days], [day for _, day in days]
        starts, days_of = self._days[user.id]
        place = bisect_right(starts, decided_at)
        if place == len(starts):
            return None
        day = days_of[place]
        if (user.id, day) not in self._digests:
            at = starts[place] + timedelta(seconds=self.random.randint(1, 59))
            key = f"digest:{user.id}:{day}"
            self._digests[user.id, day] = self._mail(key, MessageKind.DIGEST, user, at, at, day)
        return self._digests[user.id, day]

    def _mornings(self, user: User) -> Iterator[tuple[datetime, date]]:
        """Give the beginnings of a reader's working days, for which a digest went out by now."""
        hours, zone = WorkingHours.of(user), ZoneInfo(user.time_zone)
        begins = ROUND_THE_CLOCK_AT if hours.around_the_clock else hours.start
        day = self.begin.astimezone(zone).date()
        while True:
            local = datetime.combine(day, time(begins // 60, begins % 60), zone)
            start = local.astimezone(self.now.tzinfo)
            if start > self.now - LONG_AGO:
                return
            if str(day.isoweekday()) in hours.days and not is_away(user, start):
                yield start, day
            day += timedelta(days=1)

    def _mail(
        self,
        key: str,
        kind: MessageKind,
        user: User,
        created_at: datetime,
        due_at: datetime,
        day: date | None = None,
    ) -> Sent:
        number, luck = next(self.numbers.of("messages")), self.random.random()
        if due_at > self.now - LONG_AGO:
            luck = 1.0
        again = luck < RETRY_SHARE + REFUSED_SHARE
        refused = luck < REFUSED_SHARE and kind is MessageKind.ALERT
        attempts = [due_at, due_at + RETRY_AFTER] if again and not refused else [due_at]
        ended = [at + timedelta(milliseconds=self.random.randint(90, 1_900)) for at in attempts]
        results = [(Result.RETRY, LATER)] * (len(attempts) - 1)
        results.append((Result.REFUSED, REFUSED) if refused else (Result.SENT, ""))
        sent_at = None if refused else ended[-1]
        self.shelf.rows["messages"].append(
            (
                number,
                key,
                kind.value,
                user.id,
                day.isoformat() if day else None,
                f"<{self.random.getrandbits(128):032x}@{self.domain}>",
                (MessageState.FAILED if refused else MessageState.SENT).value,
                len(attempts),
                written(attempts[-1]),
                None,
                results[-1][1],
                written(created_at),
                written_or_none(sent_at),
            )
        )
        for place, (at, (result, reason)) in enumerate(zip(attempts, results, strict=True)):
            self.shelf.rows["deliveries"].append(
                (
                    next(self.numbers.of("deliveries")),
                    number,
                    place + 1,
                    "mail",
                    user.email,
                    written(at),
                    written(ended[place]),
                    result.value,
                    reason,
                )
            )
        return Sent(number, sent_at)
