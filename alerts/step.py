"""Keeps the mails of alerts in step with the decisions: written, brought forward, or withdrawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import delete, select

from alerts.mail import new_mail_id
from alerts.models import Alert, Message
from alerts.policy import DIGEST_HOLDS, Ruling
from alerts.words import Decision, MessageKind, MessageState
from tracker.among import among
from tracker.ingest.pipeline import Nudge
from tracker.setwise import as_row, columns_of, insert_rows, new_ids, update_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.models import Base

_Row = TypeVar("_Row", Alert, Message)

_decided = columns_of(
    (
        "id",
        "prospect_id",
        "account_id",
        "deal_id",
        "user_id",
        "decision",
        "why",
        "sentence",
        "intent",
        "tier",
        "decided_at",
        "due_at",
        "message_id",
    )
)
"""What a decision says of an alert."""


@dataclass(slots=True)
class Mails:
    """The mails of a group of decisions, written all at once."""

    session: Session
    mail_from: str
    now: datetime
    _calls: list[tuple[Alert, Message | None, int]] = field(default_factory=list)
    _new_alerts: list[Alert] = field(default_factory=list)
    _changed_alerts: list[Alert] = field(default_factory=list)

    def new_alert(self, visit_id: int) -> Alert:
        """Make the alert of a visit that has none; it is written with the mails."""
        alert = Alert(visit_id=visit_id, decided_at=self.now)
        self._new_alerts.append(alert)
        return alert

    def take(self, alert: Alert) -> Alert:
        """Take an alert out of the session's hands: it is written with the others, at once."""
        self.session.expunge(alert)
        self._changed_alerts.append(alert)
        return alert

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
        for alert, number in _numbered(self.session, Alert, self._new_alerts):
            alert.id = number
        old = self._old_mails()
        mails = [(alert, message or old.get(_key(alert)), to) for alert, message, to in self._calls]
        new = [self._new_mail(alert, to) for alert, message, to in mails if message is None]
        for mail, number in _numbered(self.session, Message, new):
            mail.id = number
        by_key = {mail.dedupe_key: mail for mail in new}
        nudges = []
        for alert, message, to in mails:
            mail = message or by_key[_key(alert)]
            mail.state = MessageState.PENDING
            mail.last_reason = ""
            mail.next_attempt_at = alert.due_at or self.now
            mail.user_id = to
            alert.message_id = mail.id
            nudges.append(Nudge(mail.id, mail.next_attempt_at))
        self._forget_namesakes(new)
        insert_rows(self.session, Message, [as_row(mail) for mail in new])
        insert_rows(self.session, Alert, [as_row(alert) for alert in self._new_alerts])
        update_rows(self.session, Alert, [_decided(alert) for alert in self._changed_alerts])
        self.session.flush()
        return nudges

    def _old_mails(self) -> dict[str, Message]:
        """Give the mails that were withdrawn when their alert went to the digest: each alert has one."""
        new = {alert.id for alert in self._new_alerts}
        keys = {_key(alert) for alert, message, _ in self._calls if message is None and alert.id not in new}
        query = select(Message).where(among(Message.dedupe_key, keys))
        return {one.dedupe_key: one for one in self.session.scalars(query)} if keys else {}

    def _forget_namesakes(self, new: Sequence[Message]) -> None:
        """Let go of mails about alerts that are gone with their visits, and whose numbers come again.

        SQLite gives the numbers after the highest that there is; PostgreSQL gives none twice.
        """
        if new and self.session.get_bind().dialect.name == "sqlite":
            named = among(Message.dedupe_key, [mail.dedupe_key for mail in new])
            self.session.execute(delete(Message).where(named).execution_options(synchronize_session=False))

    def _new_mail(self, alert: Alert, to: int) -> Message:
        return Message(
            dedupe_key=_key(alert),
            kind=MessageKind.ALERT,
            user_id=to,
            mail_id=new_mail_id(self.mail_from),
            created_at=self.now,
        )


def _key(alert: Alert) -> str:
    return f"alert:{alert.id}"


def _numbered(session: Session, table: type[Base], new: Sequence[_Row]) -> Iterable[tuple[_Row, int]]:
    return zip(new, new_ids(session, table, len(new)), strict=True) if new else ()


def is_for_digest(ruling: Ruling) -> bool:
    """Whether a decision belongs into the rep's next digest."""
    return ruling.decision is Decision.DIGEST or ruling.why in DIGEST_HOLDS
