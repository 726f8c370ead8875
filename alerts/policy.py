"""Call now, put it in the digest, or hold? PURE: every answer has a name and a sentence.

The rules in their order: what forbids any alert; what makes a visit worth a call; what makes even
that wait. All numbers are here, with the reason for each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, Self

from alerts.quiet import SPOKE_QUIET
from alerts.words import Decision
from tracker.ingest.intent import AT_ONCE_TOPICS, HIGH_INTENT_TOPICS, TIERS, Tier, tier_of
from tracker.words import DealStatus, State, SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tracker.settings import Settings

CALL_INTENT = TIERS[Tier.HOT]
"""A score from which a confirmed visit is worth a call whatever was read."""
CALL_WINDOW = timedelta(seconds=20)
"""How long a call waits for more context, or for a machine's burst to show."""
ACCOUNT_COOLDOWN = timedelta(hours=24)
"""One alert an account in this time, unless intent rises a tier."""
DAILY_LIMIT = 5
"""Alerts a rep and day; reps stop reading the sixth."""
STALE_CALL = timedelta(hours=4)
"""After their last sign; "call now" is no longer true half a working day later, so the digest has it."""
NEWS = timedelta(hours=24)
"""After their last sign; an older visit is no news any more once a newer one of theirs is told of."""


class Trigger(StrEnum):
    """What makes a confirmed visit worth a call, or else the digest."""

    HIGH_INTENT_PAGE = "high-intent page"
    ANSWERS_REASON = "answers the loss reason"
    UNPROMPTED = "came on their own"
    HIGH_INTENT = "high intent"
    ORDINARY = "ordinary visit"


class Hold(StrEnum):
    """Why the rep is not told, or not yet."""

    INTERNAL = "internal"
    MACHINE = "machine"
    UNCONFIRMED = "unconfirmed"
    SUPPRESSED = "suppressed"
    DO_NOT_CALL = "do not call"
    CUSTOMER = "customer"
    OPEN_DEAL = "open deal"
    NOT_QUALIFIED = "not qualified"
    NO_LOST_DEAL = "no lost deal"
    QUIET = "quiet after an outcome"
    NO_OWNER = "no owner"
    REP_AWAY = "rep away"
    COOLDOWN = "cooldown"
    DAILY_LIMIT = "daily limit"
    OUTSIDE_HOURS = "outside working hours"
    TOO_LATE = "too late to call"
    OLD_NEWS = "old news"


DIGEST_HOLDS = frozenset({Hold.DAILY_LIMIT, Hold.OUTSIDE_HOURS, Hold.REP_AWAY, Hold.TOO_LATE})
"""Held now, but listed in the rep's next digest."""

SENTENCES: Mapping[Trigger | Hold, str] = MappingProxyType(
    {
        Trigger.HIGH_INTENT_PAGE: "They read a page that people read before buying.",
        Trigger.ANSWERS_REASON: "They read what answers the reason they said no.",
        Trigger.UNPROMPTED: "They came back on their own, without a mailing.",
        Trigger.HIGH_INTENT: "Taken together, their visits mean a lot.",
        Trigger.ORDINARY: "A visit worth knowing of, not worth a call by itself.",
        Hold.INTERNAL: "It was one of our own people.",
        Hold.MACHINE: "A program opened the link, not a person.",
        Hold.UNCONFIRMED: "The link was opened, but nothing shows yet that a person did it.",
        Hold.SUPPRESSED: "They asked to be left alone.",
        Hold.DO_NOT_CALL: "They asked not to be called.",
        Hold.CUSTOMER: "They are a customer by now.",
        Hold.OPEN_DEAL: "They have an open deal, so somebody is talking to them.",
        Hold.NOT_QUALIFIED: "Their lost deal was marked as never qualified.",
        Hold.NO_LOST_DEAL: "No lost deal of theirs is known.",
        Hold.QUIET: "An outcome that was reported asks for silence for now.",
        Hold.NO_OWNER: "Nobody owns the deal or the account, and no manager is set up to take it.",
        Hold.REP_AWAY: "The rep is away and has no deputy; it waits for their return.",
        Hold.COOLDOWN: "The account was alerted within a day, and interest has not risen since.",
        Hold.DAILY_LIMIT: "The rep had as many alerts that day as anyone reads.",
        Hold.OUTSIDE_HOURS: "It came outside the rep's working hours.",
        Hold.TOO_LATE: "By the time it could be told, it was too late for a call: the digest tells of it.",
        Hold.OLD_NEWS: "It was known only more than a day later, and a newer visit of theirs is told of.",
    }
)


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers an installation may change."""

    call_window: timedelta = CALL_WINDOW
    call_intent: int = CALL_INTENT
    account_cooldown: timedelta = ACCOUNT_COOLDOWN
    daily_limit: int = DAILY_LIMIT
    stale_call: timedelta = STALE_CALL
    spoke_quiet: timedelta = SPOKE_QUIET
    high_intent_topics: frozenset[str] = HIGH_INTENT_TOPICS
    at_once_topics: frozenset[str] = AT_ONCE_TOPICS
    tiers: Mapping[Tier, int] = field(default_factory=lambda: TIERS)
    """The least score of each, highest first."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Give the policy as this installation wants it."""
        return cls(call_window=timedelta(seconds=settings.call_window_s))


class OwnDeal(Protocol):
    """What counts of a deal here."""

    @property
    def status(self) -> DealStatus:
        """Lost, open or won."""

    @property
    def not_qualified(self) -> bool:
        """It never was a real chance."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the prospect that speaks against telling anybody."""

    suppressed: bool = False
    do_not_call: bool = False
    customer: bool = False
    open_deal: bool = False
    lost_deals: int = 1
    qualified: bool = True
    """At least one of the lost deals was a real chance."""
    quiet_until: datetime | None = None

    @classmethod
    def of(
        cls,
        deals: Collection[OwnDeal],
        colleagues: Collection[DealStatus],
        wishes: Collection[SuppressionKind],
        quiet: datetime | None,
    ) -> Self:
        """Put it together from a person's own deals, the states of their company's, and their wishes."""
        lost = [deal for deal in deals if deal.status is DealStatus.LOST]
        states = {deal.status for deal in deals} | set(colleagues)
        return cls(
            suppressed=SuppressionKind.DO_NOT_TRACK in wishes,
            do_not_call=SuppressionKind.DO_NOT_CALL in wishes,
            customer=DealStatus.WON in states,
            open_deal=DealStatus.OPEN in states,
            lost_deals=len(lost),
            qualified=not lost or any(not deal.not_qualified for deal in lost),
            quiet_until=quiet,
        )


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom to tell, and how things stand with them. `user_id` None: nobody."""

    user_id: int | None
    away: bool = False
    open: bool = True
    """It is their working time now."""
    calls_today: int = 0
    """Alerts they had on their own calendar day."""


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the policy decides by."""

    state: State
    topics: frozenset[str]
    """Of the pages of this visit."""
    answers_reason: bool
    by_link: bool
    intent: int
    receiver: Receiver
    standing: Standing = field(default_factory=Standing)
    account_tier: Tier | None = None
    """The highest tier the account was alerted with during the cooldown, if it was."""
    age: timedelta = timedelta(0)
    """Since the last sign of them in this visit: it may be judged, or reported, long after it was."""
    newer_told: bool = False
    """Somebody is told of a later visit of theirs, and was not to be told of this one so far."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """The decision, its name, why in a sentence, and when a call is due."""

    decision: Decision
    why: Trigger | Hold
    due_at: datetime | None = None

    @property
    def sentence(self) -> str:
        """Say why, in plain words."""
        return SENTENCES[self.why]


def decide(case: Case, now: datetime, policy: Policy) -> Ruling:
    """Decide about one visit as it stands."""
    hold = barrier(case.state, case.standing, now)
    if hold is None and case.receiver.user_id is None:
        hold = Hold.NO_OWNER
    if hold is None and case.newer_told and case.age > NEWS:
        hold = Hold.OLD_NEWS
    if hold is not None:
        return Ruling(Decision.HOLD, hold)
    trigger = _trigger(case, policy)
    if trigger is Trigger.ORDINARY:
        return Ruling(Decision.DIGEST, trigger)
    wait = _wait(case, policy)
    if wait is not None:
        return Ruling(Decision.HOLD, wait)
    at_once = bool(case.topics & policy.at_once_topics)
    return Ruling(Decision.CALL, trigger, now if at_once else now + policy.call_window)


def barrier(state: State, standing: Standing, now: datetime) -> Hold | None:
    """Name what forbids any alert about this visit; asked once more right before the mail goes out."""
    checks = (
        (state is State.INTERNAL, Hold.INTERNAL),
        (state is State.MACHINE, Hold.MACHINE),
        (standing.suppressed, Hold.SUPPRESSED),
        (standing.do_not_call, Hold.DO_NOT_CALL),
        (standing.customer, Hold.CUSTOMER),
        (standing.open_deal, Hold.OPEN_DEAL),
        (standing.lost_deals == 0, Hold.NO_LOST_DEAL),
        (not standing.qualified, Hold.NOT_QUALIFIED),
        (standing.quiet_until is not None and standing.quiet_until > now, Hold.QUIET),
        (state is State.UNCONFIRMED, Hold.UNCONFIRMED),
    )
    return next((hold for applies, hold in checks if applies), None)


def put_off(*, is_open: bool, waited: timedelta, stale: timedelta = STALE_CALL) -> Hold | None:
    """Name what makes a call wait for the digest after all, `waited` after the last sign of them.

    Asked right before the mail goes out: a mail server that was down overnight must not ring in the dark.
    """
    return Hold.TOO_LATE if not is_open or waited > stale else None


def _trigger(case: Case, policy: Policy) -> Trigger:
    """Name what makes this a call; engagement without a trusted gesture never does."""
    if case.state not in (State.CONFIRMED, State.STRONG):
        return Trigger.ORDINARY
    checks = (
        (case.answers_reason, Trigger.ANSWERS_REASON),
        (bool(case.topics & policy.high_intent_topics), Trigger.HIGH_INTENT_PAGE),
        (not case.by_link, Trigger.UNPROMPTED),
        (case.intent >= policy.call_intent, Trigger.HIGH_INTENT),
    )
    return next((trigger for applies, trigger in checks if applies), Trigger.ORDINARY)


def _wait(case: Case, policy: Policy) -> Hold | None:
    """Name what keeps a call from going out now."""
    tiers = policy.tiers
    risen = case.account_tier is None or tiers[tier_of(case.intent, tiers)] > tiers[case.account_tier]
    checks = (
        (not risen, Hold.COOLDOWN),
        (case.age > policy.stale_call, Hold.TOO_LATE),
        (case.receiver.away, Hold.REP_AWAY),
        (case.receiver.calls_today >= policy.daily_limit, Hold.DAILY_LIMIT),
        (not case.receiver.open, Hold.OUTSIDE_HOURS),
    )
    return next((hold for applies, hold in checks if applies), None)
