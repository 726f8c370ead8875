"""Loads the visits of the last weeks that may have been told of, in the columns that a replay asks for."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import BigInteger, String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import aggregate_strings

from alerts.models import Alert, Outcome
from alerts.policy import Hold, Trigger
from alerts.quiet import QUIET_FOR_GOOD, SPOKE_QUIET
from alerts.rules.replay import Desk, Past, Record
from alerts.words import OutcomeKind
from tracker.among import among
from tracker.ingest import intent
from tracker.ingest.history import PEOPLE
from tracker.left_alone import left_alone
from tracker.models import Account, Deal, OwnerName, PageView, Prospect, User, Visit
from tracker.months import within
from tracker.people.hours import WorkingHours
from tracker.rules.kept import VISITS_KEPT_AT_LEAST

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

LOOKED_BACK = VISITS_KEPT_AT_LEAST
"""Whatever an admin says of evidence and visits: so young a visit is there, with its state."""
MOST = 25_000
"""Visits on record up to which all are replayed; of a busier site those of some companies, evenly chosen,
that are as many. It is what a page can wait for: 1 to 2 s of a processor.
"""
_SPREAD, _WHOLE, _UPPER = 2_654_435_761, 1 << 32, 1 << 16
"""A number multiplied by the first, modulo the second, is spread evenly (Knuth's multiplicative hash); the
upper half of it is taken. With 31 bits it all fits into the 64 that both databases count with.
"""
_HOUR = len("2026-11-22 12")
"""Of a moment as both databases write it."""
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
_OPEN = [why.value for why in OPEN_TO_RULES]

_PARTED = "\n"
"""Between addresses, none of which has it: browsers leave it out."""


class Said(NamedTuple):
    """An outcome that stands, in what a silence follows from."""

    kind: OutcomeKind
    at: datetime
    call_back_on: date | None
    undone_at: datetime | None = None


class _Reason(msgspec.Struct):
    name: str


_REASONS = msgspec.json.Decoder(list[_Reason])


@dataclass(frozen=True, slots=True)
class Looked:
    """What was loaded, and from when on."""

    past: Past
    since: datetime

    @property
    def told_of(self) -> ColumnElement[bool]:
        """Say which visits, beside their alerts, these are."""
        return _told_of(self.since, self.past.every)


def load_past(
    session: Session, now: datetime, *, weigh: bool, spoke_quiet: timedelta = SPOKE_QUIET, most: int = MOST
) -> Looked:
    """Load the records since `LOOKED_BACK` before `now`; with `weigh` what points of then depend on, too.

    Of more than `most` visits those of every so many companies: whole companies, as one's calls keep
    others of theirs from being made. A talk is loaded if it can have asked for silence, where that lasts
    `spoke_quiet` at most.
    """
    since = now - LOOKED_BACK
    recent = sum(session.scalar(select(func.count()).where(part)) or 0 for part in _lately(since))
    every = max(1, math.ceil(recent / most))
    # Of tens of thousands of rows, plain ones: the session's cost a third more.
    rows = (
        session.connection()
        .execute(
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
            .where(_told_of(since, every))
        )
        .all()
    )
    names = _Names()
    records = [Record._make((*row[:11], names.of(row[11]), row[12])) for row in rows]
    records.sort(key=lambda record: (record.decided_at, record.visit_id))
    people = {record.prospect_id for record in records}
    past = Past(
        records,
        _desks(session),
        _reports(session, since - LONGEST_VISIT - spoke_quiet, people),
        _earlier(session, since, people, every) if weigh else {},
        every,
        _hourly(session, since) if every > 1 else {},
    )
    return Looked(past, since)


def _told_of(since: datetime, every: int) -> ColumnElement[bool]:
    """Say which visits somebody was told of, or would have been by other rules."""
    return and_(
        or_(*_lately(since)),
        Visit.state.in_(PEOPLE),
        Visit.not_theirs.is_(False),
        Alert.why.in_(_OPEN),
        *_of_companies(every),
    )


def _lately(since: datetime) -> tuple[ColumnElement[bool], ...]:
    """Say which visits are so young: those whose evidence is kept, and the others. Each has its index."""
    young = Visit.last_at >= since
    return young & Visit.forgotten_at.is_(None), young & Visit.forgotten_at.is_not(None)


def _of_companies(every: int) -> list[ColumnElement[bool]]:
    """Say which visits are of every so many companies, or of people who have none."""
    if every == 1:
        return []
    whom = func.coalesce(Prospect.account_id, Prospect.id, type_=BigInteger)
    spread = whom * literal(_SPREAD, BigInteger) % literal(_WHOLE, BigInteger)
    chosen = select(Prospect.id).where(spread // literal(_UPPER, BigInteger) % every == 0)
    return [Visit.prospect_id.in_(chosen)]


def stand_ins(session: Session, looked: Looked) -> set[int]:
    """Give those of the visits that somebody else was told of than whose company, or deal, it is now."""
    of_company, of_deal, owner = aliased(OwnerName), aliased(OwnerName), aliased(User)
    wanted = (
        select(Visit.id)
        .join(Alert, Alert.visit_id == Visit.id)
        .outerjoin(Account, Account.id == Alert.account_id)
        .outerjoin(of_company, of_company.id == Account.owner_name_id)
        .outerjoin(Deal, Deal.id == Alert.deal_id)
        .outerjoin(of_deal, of_deal.id == Deal.owner_name_id)
        .join(owner, owner.id == func.coalesce(of_company.user_id, of_deal.user_id))
        .where(looked.told_of, owner.left_at.is_(None), Alert.user_id != owner.id)
    )
    return set(session.connection().scalars(wanted))


def pages_of_topics(
    session: Session, looked: Looked, now: datetime, topics: Collection[str]
) -> Iterator[tuple[int, str]]:
    """Give which of those visits read pages of these topics."""
    yield from session.connection().execute(
        select(PageView.visit_id, PageView.topic)
        .join(Visit, Visit.id == PageView.visit_id)
        .join(Alert, Alert.visit_id == Visit.id)
        .where(looked.told_of, within(looked.since - LONGEST_VISIT, now), PageView.topic.in_(sorted(topics)))
    )


def addresses_read(
    session: Session, looked: Looked, now: datetime
) -> Iterator[tuple[int, int, Sequence[str]]]:
    """Give the addresses of the pages of those visits: visit, site, addresses. A row a visit, not a page."""
    of_visit = (PageView.visit_id == Visit.id) & within(looked.since - LONGEST_VISIT, now)
    urls = select(aggregate_strings(PageView.url, _PARTED)).where(of_visit).correlate(Visit).scalar_subquery()
    wanted = (
        select(Visit.id, Visit.site_id, urls).join(Alert, Alert.visit_id == Visit.id).where(looked.told_of)
    )
    for visit_id, site_id, text in session.connection().execute(wanted):
        if text:
            yield visit_id, site_id, text.split(_PARTED)


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


def _hourly(session: Session, since: datetime) -> dict[int, dict[datetime, int]]:
    """Count what was decided about, by rep and hour; an index has it, without the visits."""
    hour = func.substr(cast(Alert.decided_at, String), 1, _HOUR)
    wanted = (
        select(Alert.user_id, hour, func.count())
        .where(Alert.decided_at >= since, Alert.user_id.is_not(None))
        .group_by(Alert.user_id, hour)
    )
    read = cache(lambda text: datetime.fromisoformat(f"{text}:00+00:00"))
    hourly: dict[int, dict[datetime, int]] = defaultdict(dict)
    for rep, text, visits in session.connection().execute(wanted):
        hourly[rep or 0][read(text)] = visits
    return dict(hourly)


def _reports(session: Session, talks: datetime, people: Collection[int]) -> dict[int, Sequence[Said]]:
    """Load what these people said that stands and asks for silence; of talks those since `talks`."""
    reports: dict[int, list[Said]] = defaultdict(list)
    for person, kind, at, day in session.connection().execute(
        select(Outcome.prospect_id, Outcome.kind, Outcome.at, Outcome.call_back_on).where(
            among(Outcome.prospect_id, people),
            Outcome.undone_at.is_(None),
            Outcome.kind.in_({OutcomeKind.CALL_BACK, *QUIET_FOR_GOOD})
            | ((Outcome.kind == OutcomeKind.SPOKE) & (Outcome.at >= talks)),
        )
    ):
        reports[person].append(Said(kind, at, day))
    for person, at in left_alone(session, people).items():
        reports[person].append(Said(OutcomeKind.STOP, at, None))  # also where the report itself is gone
    return dict(reports)


def _earlier(
    session: Session, since: datetime, people: Collection[int], every: int
) -> dict[int, Sequence[tuple[datetime, int]]]:
    """Load when visits before began, and what they brought."""
    earlier: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for person, began, points in session.connection().execute(
        select(Visit.prospect_id, Visit.started_at, Visit.points)
        .where(
            Visit.last_at.between(since - intent.WINDOW, since),
            Visit.forgotten_at.is_not(None),
            Visit.state.in_(PEOPLE),
            Visit.not_theirs.is_(False),
            *_of_companies(every),
        )
        .order_by(Visit.last_at)
    ):
        if person in people:
            earlier[person].append((began, points))
    return dict(earlier)
