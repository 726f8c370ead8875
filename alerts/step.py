"""Keeps the mails of alerts in step with the decisions: written, brought forward, or withdrawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.mail import new_mail_id
from alerts.models import Message
from alerts.policy import DIGEST_HOLDS, Ruling
from alerts.words import Decision, MessageKind, MessageState
from tracker.among import among
from tracker.ingest.pipeline import Nudge

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.models import Alert


@dataclass(slots=True)
class Mails:
    """The mails of a group of decisions, written all at once."""

    session: Session
    mail_from: str
    now: datetime
    _calls: list[tuple[Alert, Message | None, int]] = field(default_factory=list)

    def keep_in_step(self, alert: Alert, message: Message | None, ruling: Ruling) -> None:
        """Note what a decision means for the alert's mail."""
        if ruling.decision is Decision.CALL and alert.user_id is not None:
            self._calls.append((alert, message, alert.user_id))
        elif message is not None:
            message.state = MessageState.WITHDRAWN
            message.last_reason = ruling.sentence
            if is_for_digest(ruling):
                # The digest lists what has no mail of its own.
                alert.message_id = None

    def write(self) -> list[Nudge]:
        """Write alerts and mails; gives the mails that became due, or will."""
        self.session.flush()  # new alerts get their ids
        keys = {f"alert:{alert.id}" for alert, message, _ in self._calls if message is None}
        # Withdrawn when the alert went to the digest: each alert has one mail.
        query = select(Message).where(among(Message.dedupe_key, keys))
        old = {one.dedupe_key: one for one in self.session.scalars(query)} if keys else {}
        mails = [(alert, message or self._message_of(alert, old), to) for alert, message, to in self._calls]
        for alert, message, to in mails:
            message.state = MessageState.PENDING
            message.last_reason = ""
            message.next_attempt_at = alert.due_at or self.now
            message.user_id = to
        self.session.flush()  # new mails get theirs
        for alert, message, _ in mails:
            alert.message_id = message.id
        self.session.flush()
        return [Nudge(message.id, alert.due_at or self.now) for alert, message, _ in mails]

    def _message_of(self, alert: Alert, old: dict[str, Message]) -> Message:
        key = f"alert:{alert.id}"
        message = old.get(key)
        if message is None:
            message = Message(
                dedupe_key=key,
                kind=MessageKind.ALERT,
                mail_id=new_mail_id(self.mail_from),
                created_at=self.now,
            )
            self.session.add(message)
        return message


def is_for_digest(ruling: Ruling) -> bool:
    """Whether a decision belongs into the rep's next digest."""
    return ruling.decision is Decision.DIGEST or ruling.why in DIGEST_HOLDS
