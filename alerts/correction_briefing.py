"""Gather what a correction mail says as of now: which alerts it takes back, and which no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.briefing import who_is
from alerts.briefing.moments import UTC_ZONE, moment_in_words, zone_named
from alerts.correction import A_PERSON_AFTER_ALL
from alerts.correction_message import TakenBack
from alerts.doors import Door, alert_links
from alerts.models import Alert, Message
from alerts.plain import plain
from alerts.policy import NEWS
from alerts.recheck import ANSWERED, GONE
from alerts.words import Decision, MessageKind
from tracker.ingest.history import PEOPLE
from tracker.models import Prospect, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.installation import Installation
    from tracker.models import User

FOUND_LENGTH = 240
ANOTHER_STANDS = "Another alert about them stands, so there is a reason to call."
ANOTHER_LISTED = "Another alert about them stands, which tells as much."


def objection(session: Session, alert: Alert) -> str | None:
    """Say why a correction is not to be mailed any more; None: it is."""
    visit = session.get(Visit, alert.visit_id)
    if visit is None:
        return GONE
    if visit.state in PEOPLE or alert.corrected_at is None or alert.sent_at is None:
        return A_PERSON_AFTER_ALL
    if alert.closed_at is not None:
        return ANSWERED
    return _another(session, alert, alert.sent_at - NEWS)


def _another(session: Session, alert: Alert, since: datetime) -> str | None:
    """Say that the reader was told as much of the person after `since` by another alert that stands.

    A call is outweighed by a call only: an entry in a digest asks for none. None: there is no such alert.
    """
    was_call = alert.decision is Decision.CALL
    query = (
        select(Alert.id)
        .join(Visit, Visit.id == Alert.visit_id)
        .where(
            Alert.prospect_id == alert.prospect_id,
            Alert.user_id == alert.user_id,
            Alert.sent_at > since,
            Alert.corrected_at.is_(None),
            Alert.closed_at.is_(None),
            Visit.state.in_(PEOPLE),
            Visit.not_theirs.is_(False),
        )
        .limit(1)
    )
    if session.scalar(query.where(Alert.decision == Decision.CALL) if was_call else query) is None:
        return None
    return ANOTHER_STANDS if was_call else ANOTHER_LISTED


def corrections_briefing(
    session: Session, installation: Installation, reader: User, alerts: Iterable[Alert], now: datetime
) -> tuple[TakenBack, ...]:
    """Tell of `alerts` that are taken back, one entry a person: of theirs the alert that was sent last."""
    latest = {
        alert.prospect_id: alert for alert in sorted(alerts, key=lambda one: (one.sent_at or now, one.id))
    }
    originals = _originals(session, latest.values())
    zone = zone_named(reader.time_zone) or UTC_ZONE
    told = []
    for alert in latest.values():
        original = originals.get(alert.message_id or 0)
        told.append(
            TakenBack(
                who=who_is(session, session.get_one(Prospect, alert.prospect_id)),
                told=moment_in_words(alert.sent_at or now, now, zone),
                in_digest=original is not None and original.kind is MessageKind.DIGEST,
                found=plain(alert.correction, FOUND_LENGTH),
                links=alert_links(
                    installation.signer, installation.settings.base_url, Door(alert.id, reader.id), now
                ),
            )
        )
    return tuple(told)


def threads(session: Session, alerts: Sequence[Alert], most: int) -> tuple[str, ...]:
    """Give the Message-IDs of the mails that told of these alerts, oldest first, at most so many."""
    mails = sorted(_originals(session, alerts).values(), key=lambda mail: mail.id)
    return tuple(mail.mail_id for mail in mails[-most:])


def _originals(session: Session, alerts: Iterable[Alert]) -> dict[int, Message]:
    ids = {alert.message_id for alert in alerts}
    return {mail.id: mail for mail in session.scalars(select(Message).where(Message.id.in_(ids - {None})))}
