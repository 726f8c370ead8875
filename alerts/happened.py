"""What happened between us and a person, as frozen facts: visits, verdicts, mails, reports. PURE.

Every text is printable here, so that neither a page nor a terminal is led astray by what cannot be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from alerts.words import OutcomeKind


@dataclass(frozen=True, slots=True)
class Page:
    """One page seen. `url`, `title` and `referrer` are a stranger's text: show them as text."""

    at: datetime
    url: str
    title: str
    referrer: str
    topic: str
    visible_s: int


@dataclass(frozen=True, slots=True)
class IntentReason:
    """Points, and what they were for."""

    points: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to deliver."""

    number: int
    channel: str
    to_address: str
    at: datetime
    result: str
    """One of `alerts.outbox.Result`."""
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """One outcome, by name of who reported it."""

    id: int
    alert_id: int
    prospect_id: int
    user_id: int
    by: str
    kind: OutcomeKind
    at: datetime
    note: str
    call_back_on: date | None
    stops: tuple[str, ...]
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Letter:
    """The mail that an alert became, alone or in a digest, or that takes it back."""

    id: int
    kind: str
    reader: str
    """Whose mail it is, by name."""
    made_at: datetime
    state: str
    next_attempt_at: datetime
    sent_at: datetime | None
    last_reason: str
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy decided about a visit, and what came of it."""

    alert_id: int
    decision: str
    why: str
    sentence: str
    tier: str
    decided_at: datetime
    due_at: datetime | None
    sent_at: datetime | None
    tells: str
    """Whom; empty when nobody."""
    claimed_by: str
    claimed_at: datetime | None
    closed_at: datetime | None
    message_id: int | None = None
    """Its mail; `letter` is that, where it was read, too."""
    letter: Letter | None = None
    reports: tuple[Report, ...] = ()
    corrected_at: datetime | None = None
    correction: str = ""
    """Why it was taken back."""
    correction_id: int | None = None
    correction_letter: Letter | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """One visit: what was seen, how it was judged, and the verdict."""

    visit_id: int
    prospect_id: int
    started_at: datetime
    last_at: datetime
    by_link: bool
    campaign: str
    state: str
    state_reasons: tuple[str, ...]
    intent: int
    intent_reasons: tuple[IntentReason, ...]
    identity: tuple[str, ...]
    """What is odd about whose visit it is, by name."""
    pages: tuple[Page, ...]
    verdict: Verdict | None
