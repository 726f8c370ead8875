"""The numbers of the alert policy that an installation may change, and the policy that follows. PURE.

What a setting of the environment fixes goes before what is stored, for whoever set it there meant to.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from alerts.policy import Policy
from tracker.ingest.intent import Tier
from tracker.rules.numbers import Number, Section, Topics, listed, values_of, whole

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tracker.rules.numbers import Rule, Value
    from tracker.settings import Settings

_DEFAULT = Policy()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CALL_WINDOW = "call_window"

_IN_SECONDS = (
    Number(
        CALL_WINDOW,
        "Wait before a call",
        int(_DEFAULT.call_window.total_seconds()),
        0,
        300,
        "seconds",
        "For more context, or the burst of a machine, to show.",
    ),
)
_IN_HOURS = (
    Number(
        "account_cooldown",
        "One call an account in",
        _DEFAULT.account_cooldown // HOUR,
        1,
        720,
        "hours",
        "Unless interest rises a tier.",
    ),
    Number(
        "stale_call",
        "Too late for a call after",
        _DEFAULT.stale_call // HOUR,
        1,
        72,
        "hours",
        "Since their last sign; the digest tells of it then.",
    ),
)
_IN_DAYS = (
    Number(
        "spoke_quiet",
        "Silence after a talk",
        _DEFAULT.spoke_quiet // DAY,
        0,
        365,
        "days",
        "After the outcome Spoke nobody is told to call them.",
    ),
)
_PLAIN = (
    Number(
        "call_intent",
        "Call from an intent of",
        _DEFAULT.call_intent,
        1,
        100,
        "points",
        "Whatever was read, where a person is confirmed.",
    ),
    Number(
        "daily_limit",
        "Calls a rep and day",
        _DEFAULT.daily_limit,
        1,
        100,
        "calls",
        "The rest goes into the digest.",
    ),
)
_TOPICS = (
    Topics(
        "high_intent_topics",
        "Topics worth a call",
        tuple(sorted(_DEFAULT.high_intent_topics)),
        "A confirmed visit to such a page is a call. Parted by commas.",
    ),
    Topics(
        "at_once_topics",
        "Topics that never wait",
        tuple(sorted(_DEFAULT.at_once_topics)),
        "Where a call is due, it goes out at once.",
    ),
)
_TIERS = tuple(
    Number(str(tier), f"{tier.capitalize()} from", _DEFAULT.tiers[tier], 1, 100, "points")
    for tier in (Tier.WARM, Tier.HOT, Tier.BURNING)
)
ALL: tuple[Rule, ...] = (*_TOPICS, *_PLAIN, *_IN_SECONDS, *_IN_HOURS, *_IN_DAYS, *_TIERS)
_BY_NAME = {rule.name: rule for rule in ALL}


def _these(*names: str) -> tuple[Rule, ...]:
    return tuple(_BY_NAME[name] for name in names)


SECTIONS = (
    Section(
        "What is worth a call",
        "A confirmed visit is a call when it answers why they said no, when they came on their own, or when:",
        _these("high_intent_topics", "call_intent"),
    ),
    Section("When it goes out", "", _these(CALL_WINDOW, "at_once_topics", "stale_call")),
    Section(
        "Limits",
        "What they keep from being a call is held, or goes into the digest.",
        _these("daily_limit", "account_cooldown", "spoke_quiet"),
    ),
    Section(
        "Tiers of intent",
        "Within the time of one call an account, only a visit of a higher tier is called about again.",
        _these(*(rule.name for rule in _TIERS)),
    ),
)
FIXED_BY: Mapping[str, str] = MappingProxyType({CALL_WINDOW: "call_window_s"})
"""Settings that fix a number, where they are given."""


def fixed_by(settings: Settings) -> frozenset[str]:
    """Name the numbers that the environment fixes."""
    return frozenset(name for name, setting in FIXED_BY.items() if setting in settings.model_fields_set)


def problems_of(values: Mapping[str, Value]) -> dict[str, str]:
    """Say what is wrong with numbers beside each other, by the name of the field to look at."""
    problems = {}
    for lower, higher in pairwise(_TIERS):
        if whole(values[lower.name]) >= whole(values[higher.name]):
            problems[higher.name] = f"Write more than {lower.label.lower().removesuffix(' from')} has"
    return problems


def policy_with(policy: Policy, changes: Mapping[str, Any], fixed: Collection[str] = ()) -> Policy:
    """Give a policy with some changes, but for what is `fixed`; one that cannot be is left out."""
    changes = {name: value for name, value in changes.items() if name in _BY_NAME and name not in fixed}
    if not changes:
        return policy
    values = values_of([_BY_NAME[name] for name in changes], changes)
    given: dict[str, Any] = {}
    for rules, unit in ((_IN_SECONDS, timedelta(seconds=1)), (_IN_HOURS, HOUR), (_IN_DAYS, DAY)):
        given |= {rule.name: whole(values[rule.name]) * unit for rule in rules if rule.name in values}
    given |= {rule.name: whole(values[rule.name]) for rule in _PLAIN if rule.name in values}
    given |= {rule.name: listed(values[rule.name]) for rule in _TOPICS if rule.name in values}
    tiers = {tier: whole(values[tier]) if tier in values else least for tier, least in policy.tiers.items()}
    return replace(policy, **given, tiers=tiers)
