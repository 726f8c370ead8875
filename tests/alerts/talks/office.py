"""Sam's office for the stories about agreed calls: a lost deal, a clock, an outbox and a real mail server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from icalendar import Calendar, Event
from sqlalchemy import select, true

from alerts.models import Invitation, Message
from alerts.outbox import due
from alerts.policy import Policy
from alerts.talks.about import find_talk
from alerts.talks.invitations import keep_in_step
from alerts.workplace import mailroom_of
from tests.alerts.desk import LEASE, Desk
from tests.alerts.scenes import MORNING, installation
from tests.builders import add_account, add_deal, add_owner_name, add_prospect, add_user
from tracker.models import Deal, Prospect, User

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import EmailMessage

    from tests.smtp_sink import SmtpSink
    from tracker.db import Database

MAIL_FROM = "Ringback <ringback@northwind.example>"
SLOT = datetime(2026, 2, 24, 10, 0, tzinfo=UTC)
"""A Tuesday, two weeks on; 10:00 in London, too."""


@dataclass
class Office:
    """Sam lost Dana's deal; a call about why is agreed, moved, called off."""

    desk: Desk
    sam_id: int
    dana_id: int
    deal_id: int

    @classmethod
    def open(
        cls, database: Database, sink: SmtpSink, person: Mapping[str, object] | None = None, **sam: object
    ) -> Office:
        here = installation(database, mail_from=MAIL_FROM)
        desk = Desk(database, sink)
        desk.clock.now = MORNING
        desk.compose = mailroom_of(here, Policy()).compose
        with database.writing() as session:
            fields = {"email": "sam@northwind.example", "time_zone": "Europe/London"} | sam
            user = add_user(session, **fields)  # type: ignore[arg-type]  # the fields of a user
            owner = add_owner_name(session, user)
            dana = {"time_zone": "Europe/Berlin", "email": "dana@brightwell.example"} | dict(person or {})
            prospect = add_prospect(session, add_account(session, "Brightwell", owner), **dana)  # type: ignore[arg-type]
            deal = add_deal(session, prospect, owner=owner)
            return cls(desk, user.id, prospect.id, deal.id)

    @property
    def database(self) -> Database:
        return self.desk.database

    @property
    def now(self) -> datetime:
        return self.desk.clock.now

    def agree(self, at: datetime | None, *, invite: bool = False) -> None:
        """On the page: the call is agreed for then, or not any more."""
        with self.database.writing() as session:
            talk = find_talk(session, self.deal_id, true(), lock=True)
            assert talk is not None
            talk.deal.post_mortem_at = at
            keep_in_step(session, MAIL_FROM, talk, self.now, invite=invite)

    def change(self, what: type[Deal | Prospect | User], **values: object) -> None:
        ids = {Deal: self.deal_id, Prospect: self.dana_id, User: self.sam_id}
        with self.database.writing() as session:
            row = session.get_one(what, ids[what])
            for name, value in values.items():
                setattr(row, name, value)

    def deliver(self, **later: float) -> list[EmailMessage]:
        """Deliver what is due by then; gives the mails that arrived."""
        self.desk.clock.move(**later)
        self.desk.sink.mails.clear()
        with self.database.reading() as session:
            mails = due(session, self.now, LEASE, within=timedelta(0), limit=100)
        self.desk.deliver(*(mail.message_id for mail in mails))
        return list(self.desk.sink.mails)

    def reasons(self) -> list[str]:
        """Why mails did not go out, in their order."""
        with self.database.reading() as session:
            found = session.scalars(select(Message.last_reason).order_by(Message.id))
            return [reason for reason in found if reason]


def invited(mail: EmailMessage) -> tuple[str, Event]:
    """The method and the event of the invitation that a mail program shows."""
    part = next(one for one in mail.walk() if one.get_content_type() == "text/calendar")
    written = part.get_payload(decode=True)
    assert isinstance(written, bytes)
    calendar = Calendar.from_ical(written)
    assert isinstance(calendar, Calendar)
    assert part.get_param("method") == calendar["METHOD"]
    (event,) = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    return str(calendar["METHOD"]), event


def guests(event: Event) -> list[str]:
    """Who takes part."""
    return [str(one).removeprefix("mailto:") for one in event.attendees]


def to(mails: list[EmailMessage], address: str) -> EmailMessage:
    """The one mail to somebody."""
    (mail,) = [mail for mail in mails if address in mail["To"]]
    return mail


def row(office: Office) -> Invitation:
    with office.database.reading() as session:
        return session.scalars(select(Invitation)).one()
