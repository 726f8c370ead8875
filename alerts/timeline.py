"""What happened between us and one person: visits, what was decided about each, sent, and reported.

Read from the rows into frozen objects, newest first, for the pages and for `ringback why`. Every text
is printable here, so that neither a page nor a terminal is led astray by what cannot be seen.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from alerts.models import Alert, Delivery, Message, Outcome
from alerts.plain import printable
from tracker.models import Campaign, PageView, User, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from alerts.words import OutcomeKind

MAX_VISITS = 50
"""Visits shown of one person; older ones are counted."""


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
    """The mail that an alert became, alone or in a digest."""

    kind: str
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
    letter: Letter | None
    reports: tuple[Report, ...]
    corrected_at: datetime | None = None
    correction: str = ""
    """Why it was taken back."""
    correction_letter: Letter | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """One visit: what was seen, how it was judged, and the verdict."""

    visit_id: int
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


@dataclass(frozen=True, slots=True)
class Timeline:
    """The latest visits, newest first, and how many there are in all."""

    sightings: tuple[Sighting, ...]
    total: int


def timeline(session: Session, prospect_id: int) -> Timeline:
    """Read what happened with one prospect; a handful of queries, however many visits there are."""
    total = session.scalar(select(func.count()).where(Visit.prospect_id == prospect_id)) or 0
    rows = session.execute(
        select(Visit, Campaign.label)
        .outerjoin(Campaign, Campaign.id == Visit.campaign_id)
        .where(Visit.prospect_id == prospect_id)
        .order_by(Visit.started_at.desc(), Visit.id.desc())
        .limit(MAX_VISITS)
    ).all()
    ids = [row.Visit.id for row in rows]
    pages, verdicts = _pages(session, ids), _verdicts(session, ids)
    sightings = (
        _sighting(row.Visit, row.label or "", pages[row.Visit.id], verdicts.get(row.Visit.id)) for row in rows
    )
    return Timeline(tuple(sightings), total)


def reports_on(session: Session, alert_id: int) -> tuple[Report, ...]:
    """Read what was reported on one alert, newest first, undone ones included."""
    return _reports(session, [alert_id])[alert_id]


def _sighting(visit: Visit, label: str, pages: tuple[Page, ...], verdict: Verdict | None) -> Sighting:
    return Sighting(
        visit_id=visit.id,
        started_at=visit.started_at,
        last_at=visit.last_at,
        by_link=visit.by_link,
        campaign=printable(label),
        state=visit.state,
        state_reasons=tuple(printable(reason) for reason in visit.state_reasons),
        intent=visit.intent,
        intent_reasons=tuple(
            IntentReason(int(reason["points"]), printable(str(reason["sentence"])))
            for reason in visit.intent_reasons
        ),
        identity=tuple(printable(odd) for odd in visit.identity),
        pages=pages,
        verdict=verdict,
    )


def _pages(session: Session, visit_ids: Sequence[int]) -> Mapping[int, tuple[Page, ...]]:
    pages: dict[int, tuple[Page, ...]] = defaultdict(tuple)
    for view in session.scalars(
        select(PageView).where(PageView.visit_id.in_(visit_ids)).order_by(PageView.at, PageView.id)
    ):
        pages[view.visit_id] += (
            Page(
                at=view.at,
                url=printable(view.url),
                title=printable(view.title),
                referrer=printable(view.referrer),
                topic=printable(view.topic),
                visible_s=view.visible_ms // 1000,
            ),
        )
    return pages


def _verdicts(session: Session, visit_ids: Sequence[int]) -> Mapping[int, Verdict]:
    alerts = session.scalars(select(Alert).where(Alert.visit_id.in_(visit_ids))).all()
    names = _names(session, (user for one in alerts for user in (one.user_id, one.claimed_by)))
    letters = _letters(
        session, [each for one in alerts for each in (one.message_id, one.correction_id) if each is not None]
    )
    reports = _reports(session, [one.id for one in alerts])
    return {
        one.visit_id: Verdict(
            alert_id=one.id,
            decision=one.decision,
            why=printable(one.why),
            sentence=printable(one.sentence),
            tier=one.tier,
            decided_at=one.decided_at,
            due_at=one.due_at,
            sent_at=one.sent_at,
            tells=names.get(one.user_id, ""),
            claimed_by=names.get(one.claimed_by, ""),
            claimed_at=one.claimed_at,
            closed_at=one.closed_at,
            letter=letters.get(one.message_id) if one.message_id is not None else None,
            reports=reports[one.id],
            corrected_at=one.corrected_at,
            correction=printable(one.correction),
            correction_letter=letters.get(one.correction_id) if one.correction_id is not None else None,
        )
        for one in alerts
    }


def _letters(session: Session, message_ids: Sequence[int]) -> Mapping[int, Letter]:
    attempts: dict[int, tuple[Attempt, ...]] = defaultdict(tuple)
    for row in session.scalars(
        select(Delivery).where(Delivery.message_id.in_(message_ids)).order_by(Delivery.id)
    ):
        attempts[row.message_id] += (
            Attempt(
                number=row.attempt,
                channel=row.channel,
                to_address=printable(row.to_address),
                at=row.started_at,
                result=row.result,
                reason=printable(row.reason),
            ),
        )
    return {
        one.id: Letter(
            kind=one.kind,
            state=one.state,
            next_attempt_at=one.next_attempt_at,
            sent_at=one.sent_at,
            last_reason=printable(one.last_reason),
            attempts=attempts[one.id],
        )
        for one in session.scalars(select(Message).where(Message.id.in_(message_ids)))
    }


def _reports(session: Session, alert_ids: Sequence[int]) -> Mapping[int, tuple[Report, ...]]:
    reports: dict[int, tuple[Report, ...]] = defaultdict(tuple)
    for one, name in session.execute(
        select(Outcome, User.name)
        .join(User, User.id == Outcome.user_id)
        .where(Outcome.alert_id.in_(alert_ids))
        .order_by(Outcome.at.desc(), Outcome.id.desc())
    ):
        reports[one.alert_id] += (
            Report(
                id=one.id,
                alert_id=one.alert_id,
                user_id=one.user_id,
                by=printable(name),
                kind=one.kind,
                at=one.at,
                note=printable(one.note),
                call_back_on=one.call_back_on,
                stops=tuple(one.stops),
                undone_at=one.undone_at,
            ),
        )
    return reports


def _names(session: Session, user_ids: Iterable[int | None]) -> Mapping[int | None, str]:
    wanted = {user for user in user_ids if user is not None}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {user: printable(name) for user, name in rows}
