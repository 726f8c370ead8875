"""Calls decided lately: what the cooldown of an account and the daily limit of a rep count."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from sqlalchemy import or_, select

from alerts.models import Alert, Message
from alerts.words import Decision, MessageState
from tracker.among import among
from tracker.ingest.intent import TIERS, Tier
from tracker.models import Visit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session

A_DAY_AHEAD = timedelta(days=1)
"""So far the calendars of the world are ahead of UTC's at most."""
A_DAY_SOMEWHERE = timedelta(hours=25)
"""Longest calendar day: on that of the change from summer time."""


@dataclass(frozen=True, slots=True)
class Call:
    """A decision to call: about whom, to whom, when."""

    visit_id: int
    prospect_id: int
    account_id: int | None
    user_id: int | None
    tier: Tier
    decided_at: datetime
    taken_back: bool = False
    """Nobody was there after all, or somebody else: the rep was told, but nobody of the account was met."""

    @property
    def whom(self) -> tuple[tuple[str, int | None], ...]:
        """Name whom it concerns."""
        return ("user", self.user_id), ("account", self.account_id), ("person", self.prospect_id)


@dataclass(slots=True)
class RecentCalls:
    """By visit, since each visit has one decision. `count` keeps them true while decisions are made."""

    calls: dict[int, Call] = field(default_factory=dict)
    _by_whom: dict[tuple[str, int | None], dict[int, Call]] = field(default_factory=lambda: defaultdict(dict))
    """The same, by user, by account, and by person: each is asked for with every decision."""

    @classmethod
    def load(
        cls,
        session: Session,
        since: datetime,
        *,
        accounts: Collection[int],
        prospects: Collection[int],
        users: Collection[int],
    ) -> Self:
        """Load the calls after `since` about these accounts and people, or to these users."""
        found = session.execute(
            select(
                Alert.visit_id,
                Alert.prospect_id,
                Alert.account_id,
                Alert.user_id,
                Alert.tier,
                Alert.decided_at,
                or_(Alert.corrected_at.is_not(None), Visit.not_theirs),
            )
            .join(Visit, Visit.id == Alert.visit_id)
            .outerjoin(Message, Message.id == Alert.message_id)
            .where(
                Alert.decision == Decision.CALL,
                # Of a mail that reached nobody, nobody was told.
                or_(Message.id.is_(None), Message.state.in_((MessageState.PENDING, MessageState.SENT))),
                Alert.decided_at > since,
                or_(
                    among(Alert.account_id, accounts),
                    among(Alert.prospect_id, prospects),
                    among(Alert.user_id, users),
                ),
            )
        )
        recent = cls()
        for visit_id, prospect_id, account_id, user_id, tier, decided_at, taken_back in found:
            recent._add(
                Call(visit_id, prospect_id, account_id, user_id, Tier(tier), decided_at, bool(taken_back))
            )
        return recent

    def count(self, alert: Alert, *, not_theirs: bool) -> None:
        """Let a decision count for the next ones, or count no longer."""
        old = self.calls.pop(alert.visit_id, None)
        if old is not None:
            for whom in old.whom:
                self._by_whom[whom].pop(alert.visit_id, None)
        if alert.decision is Decision.CALL:
            self._add(
                Call(
                    alert.visit_id,
                    alert.prospect_id,
                    alert.account_id,
                    alert.user_id,
                    Tier(alert.tier),
                    alert.decided_at,
                    taken_back=not_theirs or alert.corrected_at is not None,
                )
            )

    def _add(self, call: Call) -> None:
        self.calls[call.visit_id] = call
        for whom in call.whom:
            self._by_whom[whom][call.visit_id] = call

    def to_user(self, user_id: int, zone: ZoneInfo, now: datetime, *, but: int) -> int:
        """Count a user's calls on the day that it is in `zone`, without that of the visit `but`."""
        today = now.astimezone(zone).date()
        return sum(
            call.decided_at.astimezone(zone).date() == today for call in self._others(("user", user_id), but)
        )

    def highest_tier(
        self, account_id: int | None, prospect_id: int, since: datetime, *, but: int
    ) -> Tier | None:
        """Give the highest tier called after `since`: of the account, or of a person without one."""
        whom = ("account", account_id) if account_id is not None else ("person", prospect_id)
        tiers = {
            call.tier for call in self._others(whom, but) if call.decided_at > since and not call.taken_back
        }
        return next((tier for tier in TIERS if tier in tiers), None)

    def _others(self, whom: tuple[str, int | None], visit_id: int) -> Iterator[Call]:
        return (call for call in self._by_whom[whom].values() if call.visit_id != visit_id)
