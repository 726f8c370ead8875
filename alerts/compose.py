"""The last look before a mail goes out: is it still wanted, and what does it say as of now?"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import select

from alerts.briefing import brief, digest_briefing
from alerts.digest_message import digest_content
from alerts.doors import Door, alert_links
from alerts.mail import Content, Mail, Withdrawn
from alerts.message import alert_content
from alerts.models import Alert, Message
from alerts.plain import plain
from alerts.words import MessageKind, MessageState
from tracker.models import User

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.installation import Installation

REFERENCES = 10
"""Message-IDs that a mail refers to, the latest; enough for any mail program to make one thread."""
NAME_LENGTH = 80
StillWanted: TypeAlias = "Callable[[Session, Alert, datetime], str | None]"
"""Looks at an alert again at the moment of sending: the reason not to send it any more, or None."""


def compose(
    session: Session,
    installation: Installation,
    message: Message,
    now: datetime,
    *,
    still_wanted: StillWanted,
) -> Mail | Withdrawn:
    """Write the mail for one row of the outbox as of `now`, or say why it is not to be sent.

    Of a digest, alerts that are not wanted any more are left out.
    """
    user = session.get(User, message.user_id)
    if user is None or user.left_at is not None:
        return Withdrawn("The reader has left the company.")
    if not user.email:
        return Withdrawn(f"{user.name} has no mail address: add one to the user.")
    alerts = session.scalars(select(Alert).where(Alert.message_id == message.id).order_by(Alert.id)).all()
    if not alerts:
        return Withdrawn("The alert is no longer there.")
    reasons = [(alert, still_wanted(session, alert, now)) for alert in alerts]
    wanted = [alert for alert, reason in reasons if reason is None]
    if not wanted:
        return Withdrawn(next(reason for _, reason in reasons if reason is not None))
    if message.kind is MessageKind.ALERT:
        content = _alert(session, installation, wanted[0], user, now)
        references = _references(session, message, wanted[0])
    else:
        content = _digest(session, installation, wanted, user, now)
        references = ()
    return Mail(
        to_name=plain(user.name, NAME_LENGTH),
        to_address=user.email,
        content=content,
        mail_id=message.mail_id,
        references=references,
        alert_ids=tuple(alert.id for alert in wanted),
    )


def _alert(session: Session, installation: Installation, alert: Alert, user: User, now: datetime) -> Content:
    briefing = brief(session, installation, alert.id, now, reader_id=user.id)
    door = Door(alert.id, user.id)
    return alert_content(
        briefing, alert_links(installation.signer, installation.settings.base_url, door, now)
    )


def _digest(
    session: Session, installation: Installation, alerts: Sequence[Alert], user: User, now: datetime
) -> Content:
    return digest_content(
        digest_briefing(session, installation, user.id, [alert.id for alert in alerts], now)
    )


def _references(session: Session, message: Message, alert: Alert) -> tuple[str, ...]:
    """Give the reader's earlier alerts about this prospect, oldest first."""
    earlier = session.scalars(
        select(Message.mail_id)
        .join(Alert, Alert.message_id == Message.id)
        .where(
            Alert.prospect_id == alert.prospect_id,
            Message.user_id == message.user_id,
            Message.kind == MessageKind.ALERT,
            Message.state == MessageState.SENT,
            Message.id != message.id,
        )
        .order_by(Message.sent_at.desc(), Message.id.desc())
        .limit(REFERENCES)
    ).all()
    return tuple(reversed(earlier))
