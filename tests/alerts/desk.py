"""A desk to tell delivery's stories at: an outbox, a clock that is moved by hand, a real mail server."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alerts.channels.mail import SmtpChannel
from alerts.delivery import Delivered, Mailroom, deliver
from alerts.mail import Content, Mail
from alerts.models import Alert, Breaker, Delivery, Message
from tests.alerts.channels.test_mail import settings_for
from tests.alerts.scenes import add_message
from tests.builders import NOON, add_user
from tracker.models import User

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from alerts.delivery import Compose, DecideAgain
    from tests.smtp_sink import SmtpSink
    from tracker.db import Database

LEASE = timedelta(seconds=45)


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def real_clock() -> datetime:
    return datetime.now(UTC)


def call_somebody(session: Session, message: Message, now: datetime) -> Mail:
    """Write a mail that says no more than a test has to see."""
    del now
    user = session.get_one(User, message.user_id)
    content = Content(f"Call about {message.dedupe_key}", "Call.\n", "<p>Call.</p>\n")
    about = session.scalars(select(Alert.id).where(Alert.message_id == message.id))
    return Mail(user.name, user.email, content, message.mail_id, alert_ids=tuple(about))


@dataclass
class Desk:
    database: Database
    sink: SmtpSink
    clock: Clock = field(default_factory=Clock)
    compose: Compose = call_somebody
    decide_again: DecideAgain | None = None
    patience_s: float = 1.0
    """How long the mail server may take over a mail."""

    @property
    def mailroom(self) -> Mailroom:
        patience = {"smtp_timeout_s": self.patience_s, "smtp_deadline_s": self.patience_s}
        channel = SmtpChannel(settings_for(self.sink, **patience))
        return Mailroom(self.database, channel, self.compose, self.clock, LEASE, self.decide_again)

    def put(self, count: int = 1, **fields: object) -> list[int]:
        """Put mails into the outbox, due now."""
        values: dict[str, Any] = {"next_attempt_at": self.clock.now, "created_at": self.clock.now} | fields
        with self.database.writing() as session:
            user = add_user(session)
            return [add_message(session, user, **values).id for _ in range(count)]

    def deliver(self, *ids: int) -> list[Delivered]:
        return deliver(self.mailroom, ids)

    def results(self, *ids: int) -> list[str]:
        return [each.result.value for each in self.deliver(*ids)]

    def message(self, message_id: int) -> Message:
        with self.database.reading() as session:
            return session.get_one(Message, message_id)

    def attempts(self, message_id: int) -> list[Delivery]:
        with self.database.reading() as session:
            query = select(Delivery).where(Delivery.message_id == message_id).order_by(Delivery.id)
            return list(session.scalars(query))

    def breaker(self) -> Breaker | None:
        with self.database.reading() as session:
            return session.get(Breaker, "mail")
