"""From rows to what happened: visits with their verdicts, pages, mails with their attempts, reports.

Each is one query, however many there are of it. Whose or which is the caller's condition.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import aliased

from alerts.happened import Attempt, IntentReason, Letter, Page, Report, Sighting, Verdict
from alerts.models import Alert, Delivery, Message, Outcome
from alerts.plain import printable
from tracker.among import among
from tracker.models import Campaign, PageView, User, Visit
from tracker.months import of_visits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

_TOLD, _CLAIMED = aliased(User), aliased(User)
Seen: TypeAlias = "tuple[Visit, str | None, Alert | None, str | None, str | None]"
"""A row of that query: the visit, its label, its alert, whom it told and who claimed it."""


def visits_with_verdicts() -> Select[*Seen]:
    """Give the query for visits, each with its campaign's label, its alert, and whom that concerns."""
    return (
        select(Visit, Campaign.label, Alert, _TOLD.name, _CLAIMED.name)
        .outerjoin(Campaign, Campaign.id == Visit.campaign_id)
        .outerjoin(Alert, Alert.visit_id == Visit.id)
        .outerjoin(_TOLD, _TOLD.id == Alert.user_id)
        .outerjoin(_CLAIMED, _CLAIMED.id == Alert.claimed_by)
    )


def sightings(session: Session, rows: Sequence[Row[*Seen]]) -> tuple[Sighting, ...]:
    """Make visits of those rows, with the pages that were seen."""
    pages = _pages(session, [visit for visit, *_ in rows])
    return tuple(
        _sighting(visit, label or "", pages[visit.id], _verdict(alert, told, claimed) if alert else None)
        for visit, label, alert, told, claimed in rows
    )


def letters(session: Session, which: ColumnElement[bool]) -> dict[int, Letter]:
    """Read mails, those that a condition is true of, by their ids, latest first, with their attempts."""
    rows = session.execute(
        select(Message, User.name, Delivery)
        .join(User, User.id == Message.user_id)
        .outerjoin(Delivery, Delivery.message_id == Message.id)
        .where(which)
        .order_by(Message.id.desc(), Delivery.id)
    )
    found: dict[int, tuple[Message, str, list[Delivery]]] = {}
    for message, name, delivery in rows:
        _, _, attempts = found.setdefault(message.id, (message, name, []))
        if delivery is not None:
            attempts.append(delivery)
    return {key: _letter(*parts) for key, parts in found.items()}


def reports(session: Session, which: ColumnElement[bool]) -> list[Report]:
    """Read the reports that a condition is true of, newest first, undone ones included."""
    rows = session.execute(
        select(Outcome, User.name)
        .join(User, User.id == Outcome.user_id)
        .where(which)
        .order_by(Outcome.at.desc(), Outcome.id.desc())
    )
    return [
        Report(
            id=one.id,
            alert_id=one.alert_id,
            prospect_id=one.prospect_id,
            user_id=one.user_id,
            by=printable(name),
            kind=one.kind,
            at=one.at,
            note=printable(one.note),
            call_back_on=one.call_back_on,
            stops=tuple(one.stops),
            undone_at=one.undone_at,
        )
        for one, name in rows
    ]


def _sighting(visit: Visit, label: str, pages: tuple[Page, ...], verdict: Verdict | None) -> Sighting:
    return Sighting(
        visit_id=visit.id,
        prospect_id=visit.prospect_id,
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


def _pages(session: Session, visits: Sequence[Visit]) -> Mapping[int, tuple[Page, ...]]:
    pages: dict[int, tuple[Page, ...]] = defaultdict(tuple)
    if not visits:
        return pages
    for view in session.scalars(
        select(PageView)
        .where(among(PageView.visit_id, [visit.id for visit in visits]), of_visits(visits))
        .order_by(PageView.at, PageView.id)
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


def _verdict(alert: Alert, told: str | None, claimed: str | None) -> Verdict:
    return Verdict(
        alert_id=alert.id,
        decision=alert.decision,
        why=printable(alert.why),
        sentence=printable(alert.sentence),
        tier=alert.tier,
        decided_at=alert.decided_at,
        due_at=alert.due_at,
        sent_at=alert.sent_at,
        tells=printable(told or ""),
        claimed_by=printable(claimed or ""),
        claimed_at=alert.claimed_at,
        closed_at=alert.closed_at,
        message_id=alert.message_id,
        corrected_at=alert.corrected_at,
        correction=printable(alert.correction),
        correction_id=alert.correction_id,
    )


def _letter(message: Message, reader: str, attempts: Sequence[Delivery]) -> Letter:
    return Letter(
        id=message.id,
        kind=message.kind,
        reader=printable(reader),
        made_at=message.created_at,
        state=message.state,
        next_attempt_at=message.next_attempt_at,
        sent_at=message.sent_at,
        last_reason=printable(message.last_reason),
        attempts=tuple(
            Attempt(
                number=row.attempt,
                channel=row.channel,
                to_address=printable(row.to_address),
                at=row.started_at,
                result=row.result,
                reason=printable(row.reason),
            )
            for row in attempts
        ),
    )
