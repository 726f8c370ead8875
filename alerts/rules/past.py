"""Loads the visits of the last weeks that may have been told of, in the columns that a replay asks for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import String, cast, select

from alerts.models import Alert, Outcome
from alerts.policy import Hold, Trigger
from alerts.rules.replay import Desk, Past, Record
from tracker.ingest import intent
from tracker.ingest.history import PEOPLE
from tracker.models import Deal, PageView, User, Visit
from tracker.months import within
from tracker.people.hours import WorkingHours
from tracker.retention import EVIDENCE_KEPT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

LOOKED_BACK = EVIDENCE_KEPT
"""Of what is older, less is kept."""
MOST = 40_000
"""Visits that are replayed; of a busier site those of the last days that are so many."""
LONGEST_VISIT = timedelta(days=1)
"""Page views of a visit are not further apart than this, as far as a replay minds."""
OPEN_TO_RULES = (
    *Trigger,
    Hold.QUIET,
    Hold.COOLDOWN,
    Hold.DAILY_LIMIT,
    Hold.OUTSIDE_HOURS,
    Hold.TOO_LATE,
    Hold.REP_AWAY,
)
"""What a decision of then was made by, where other rules could have made another."""


class _Reason(msgspec.Struct):
    name: str


_REASONS = msgspec.json.Decoder(list[_Reason])


@dataclass(frozen=True, slots=True)
class Looked:
    """What was loaded, and from when on."""

    past: Past
    since: datetime
    whole: bool
    """All of the last weeks is here; False: there was more than is replayed."""


def load_past(session: Session, now: datetime, *, weigh: bool, most: int = MOST) -> Looked:
    """Load the records since `LOOKED_BACK` before `now`; with `weigh` what points of then depend on, too."""
    since = now - LOOKED_BACK
    rows = session.execute(
        select(
            Visit.id,
            Visit.prospect_id,
            Alert.account_id,
            Alert.user_id,
            Visit.state,
            Visit.by_link,
            Visit.started_at,
            Visit.last_at,
            Alert.decided_at,
            Alert.why,
            Visit.intent,
            cast(Visit.intent_reasons, String),
            Deal.reason_kind,
        )
        .join(Alert, Alert.visit_id == Visit.id)
        .outerjoin(Deal, Deal.id == Alert.deal_id)
        .where(told_of(since))
        .order_by(Visit.last_at.desc())
        .limit(most + 1)
    ).all()
    whole = len(rows) <= most
    rows = rows[:most]
    if not whole:
        since = rows[-1][7]
    names = _Names()
    records = [Record._make((*row[:11], names.of(row[11]), row[12])) for row in rows]
    records.sort(key=lambda record: (record.decided_at, record.visit_id))
    past = Past(
        records,
        _desks(session),
        _reports(session, now),
        _earlier(session, since, {record.prospect_id for record in records}) if weigh else {},
    )
    return Looked(past, since, whole)


def told_of(since: datetime) -> ColumnElement[bool]:
    """Say which visits somebody was told of, or would have been by other rules."""
    return (
        (Visit.last_at >= since)
        & Visit.forgotten_at.is_(None)
        & Visit.state.in_(PEOPLE)
        & Visit.not_theirs.is_(False)
        & Alert.why.in_([why.value for why in OPEN_TO_RULES])
    )


def pages_read(
    session: Session, since: datetime, now: datetime, topics: Collection[str] | None = None
) -> Iterator[tuple[int, int, str, str]]:
    """Give the pages of those visits, or of these topics alone: visit, site, address, topic."""
    wanted = (
        select(PageView.visit_id, Visit.site_id, PageView.url, PageView.topic)
        .join(Visit, Visit.id == PageView.visit_id)
        .join(Alert, Alert.visit_id == Visit.id)
        .where(told_of(since), within(since - LONGEST_VISIT, now))
    )
    if topics is not None:
        wanted = wanted.where(PageView.topic.in_(sorted(topics)))
    yield from session.execute(wanted)


class _Names:
    """Reads stored reasons; the same text is read once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, text: str) -> tuple[str, ...]:
        found = self._known.get(text)
        if found is None:
            names = {reason.name for reason in _REASONS.decode(text)} - {intent.EARLIER}
            found = self._known[text] = tuple(sorted(names))
        return found


def _desks(session: Session) -> dict[int, Desk]:
    return {
        user.id: Desk(WorkingHours.of(user), ZoneInfo(user.time_zone))
        for user in session.scalars(select(User))
    }


def _reports(session: Session, now: datetime) -> dict[int, list[Outcome]]:
    """Load the outcomes that stand, of people who came lately."""
    reports: dict[int, list[Outcome]] = defaultdict(list)
    came = select(Visit.prospect_id).where(Visit.last_at >= now - LOOKED_BACK, Visit.forgotten_at.is_(None))
    for outcome in session.scalars(select(Outcome).where(Outcome.prospect_id.in_(came))):
        reports[outcome.prospect_id].append(outcome)
    return reports


def _earlier(
    session: Session, since: datetime, people: Collection[int]
) -> dict[int, Sequence[tuple[datetime, int]]]:
    """Load when visits before began, and what they brought."""
    earlier: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for person, began, points in session.execute(
        select(Visit.prospect_id, Visit.started_at, Visit.points)
        .where(
            Visit.last_at.between(since - intent.WINDOW, since),
            Visit.forgotten_at.is_not(None),
            Visit.state.in_(PEOPLE),
            Visit.not_theirs.is_(False),
        )
        .order_by(Visit.last_at)
    ):
        if person in people:
            earlier[person].append((began, points))
    return dict(earlier)
