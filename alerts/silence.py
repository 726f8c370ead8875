"""Until when somebody, or a whole company, is left in peace, and why. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.plain import printable
from alerts.policy import SENTENCES, Hold
from alerts.quiet import FOR_GOOD, QUIET_FOR_GOOD, quiet_until
from alerts.words import LABELS, OutcomeKind
from tracker.ingest.intent import TIERS, Tier
from tracker.words import DealStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta, tzinfo

    from alerts.happened import Report
    from alerts.recent import Call
    from alerts.routing import Route
    from alerts.why.line import Line
    from tracker.models import User

ASKING = QUIET_FOR_GOOD | {OutcomeKind.SPOKE, OutcomeKind.CALL_BACK}
"""Reports that ask for silence."""


@dataclass(frozen=True, slots=True)
class Silence:
    """What keeps one person's visits from ringing: the report that asked for it, and until when (UTC)."""

    until: datetime
    report: Report

    @property
    def for_good(self) -> bool:
        """It has no end."""
        return self.until == FOR_GOOD


@dataclass(frozen=True, slots=True)
class Cooldown:
    """A company somebody was called about lately: until when (UTC) it stays silent, unless intent rises."""

    until: datetime
    called_at: datetime
    prospect_id: int
    tier: Tier


def silence_of(
    reports: Sequence[Report], now: datetime, zone: tzinfo, spoke_quiet: timedelta
) -> Silence | None:
    """Say what keeps a person quiet by the policy's own rule; `zone` is that of who would get their calls."""
    until = quiet_until(reports, now, zone, spoke_quiet)
    asked = sorted(reports, key=lambda one: one.at, reverse=True)
    found = (one for one in asked if quiet_until([one], now, zone, spoke_quiet) == until)
    report = next(found, None)
    return Silence(until, report) if until and report else None


def cooldown_of(calls: Iterable[Call], cooldown: timedelta, now: datetime) -> Cooldown | None:
    """Say what keeps a company quiet: its last call that stands, while that is younger than the cooldown."""
    standing = [one for one in calls if not one.taken_back and one.decided_at > now - cooldown]
    last = max(standing, key=lambda one: one.decided_at, default=None)
    if last is None:
        return None
    return Cooldown(last.decided_at + cooldown, last.decided_at, last.prospect_id, last.tier)


def standing_lines(
    statuses: Collection[str],
    cooldown: Cooldown | None,
    silences: Mapping[int, Silence],
    name_of: Callable[[int], str],
    alone: Mapping[int, datetime],
) -> tuple[Line, ...]:
    """Say what keeps a company silent now, or somebody of it, or that nothing does.

    `alone` are those who asked to be left alone and since when (UTC), also where the report is gone.
    """
    holds = ((DealStatus.WON, Hold.CUSTOMER), (DealStatus.OPEN, Hold.OPEN_DEAL))
    lines: list[Line] = [(f"No alerts: {SENTENCES[hold]}",) for status, hold in holds if status in statuses]
    if cooldown is not None:
        about, tier = name_of(cooldown.prospect_id), next_tier(cooldown.tier)
        unless = f" Until then only {tier} intent rings." if tier else ""
        since = f", since {about} was to be called "
        lines.append(("Silent until ", cooldown.until, since, cooldown.called_at, f".{unless}"))
    lines += [_silent(name_of(person_id), one) for person_id, one in silences.items()]
    lines += [
        (f"{name_of(person_id)} is never called: they asked us to stop, as a rep reported ", at, ".")
        for person_id, at in alone.items()
        if person_id not in silences or not silences[person_id].for_good
    ]
    return tuple(lines) or (("Nothing keeps it silent: the next visit that is worth a call rings.",),)


def next_tier(tier: Tier) -> Tier | None:
    """Name the tier to which intent must rise to ring within the cooldown; None: there is no higher one."""
    higher = list(TIERS)[: list(TIERS).index(tier)]
    return higher[-1] if higher else None


def receiver_line(found: Route, owners: Sequence[User]) -> str:
    """Say who gets the calls now, and why it is not an owner where it is none; `owners` in their order."""
    if found.user is None:
        return SENTENCES[Hold.NO_OWNER]
    name = printable(found.user.name)
    if found.away:
        return f"{name} gets the calls, but is away with nobody to stand in: they wait for the return."
    present = next((one for one in owners if one.left_at is None), None)
    if present is found.user:
        return f"{name} gets the calls."
    if present is not None:
        return f"{name} gets the calls now, since {printable(present.name)} is away."
    gone = next((printable(one.name) for one in owners), "")
    why = f"{gone} left" if gone else "nobody here is its owner"
    return f"{name} gets the calls, since {why}."


def _silent(name: str, one: Silence) -> Line:
    by, at = one.report.by, one.report.at
    if one.for_good:
        return (f"{name} is never called: they asked us to stop, as {by} reported ", at, ".")
    what = f", since {by} reported “{LABELS[one.report.kind].lower()}” "
    return (f"{name} is left in peace until ", one.until, what, at, ".")
