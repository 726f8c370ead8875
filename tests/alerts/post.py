"""The whole way of a mail: visits are judged, the policy decides, a worker delivers to a real mail server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.decide import Decider
from alerts.models import Alert, Message, MessageKind
from alerts.outbox import due
from alerts.policy import Policy
from alerts.workplace import mailroom_of
from tests.alerts.desk import LEASE, Desk
from tests.alerts.office import ALWAYS, Office
from tests.alerts.scenes import MORNING, installation
from tests.builders import add_user
from tracker.ingest.rows import find_visits
from tracker.models import Prospect, User, Visit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.outbox import Result
    from tests.smtp_sink import SmtpSink
    from tracker.db import Database
    from tracker.words import State


@dataclass
class Post:
    """Sam, whose prospects come back, and his mailbox."""

    desk: Desk
    sam_id: int

    @classmethod
    def open(cls, database: Database, sink: SmtpSink, **sam: object) -> Post:
        here = installation(database)
        desk = Desk(database, sink)
        desk.clock.now = MORNING
        room = mailroom_of(here, Policy())
        desk.compose, desk.decide_again = room.compose, room.decide_again
        with database.writing() as session:
            fields = {"email": "sam@northwind.example", "time_zone": "UTC"} | ALWAYS | sam
            user = add_user(session, **fields)  # type: ignore[arg-type]  # the fields of a user
            return cls(desk, user.id)

    @property
    def now(self) -> datetime:
        return self.desk.clock.now

    def visit(
        self,
        name: str = "Dana Ortiz",
        *,
        after: int | None = None,
        beside: int | None = None,
        at: datetime | None = None,
        topic: str = "pricing",
    ) -> int:
        """Somebody, or whose visit `after` was, comes now or came `at`; gives the visit's id.

        `beside`: a colleague of whose visit that was.
        """
        with self.desk.database.writing() as session:
            office = Office(session, installation(self.desk.database), session.get_one(User, self.sam_id))
            if after is None:
                person = office.lost()
                person.name = name
                if beside is not None:
                    person.account_id = _person_of(session, beside).account_id
            else:
                person = _person_of(session, after)
            return office.visit(person, at or self.now, topic).id

    def decide(self, *visit_ids: int) -> None:
        with self.desk.database.writing() as session:
            visits = find_visits(session, Visit.id.in_(visit_ids))
            self.decider()(session, visits, self.now)

    def decider(self) -> Decider:
        return Decider(installation(self.desk.database), Policy())

    def turns_out(self, state: State, *visit_ids: int, reason: str = "") -> None:
        """Their visits are judged anew."""
        with self.desk.database.writing() as session:
            for visit_id in visit_ids:
                visit = session.get_one(Visit, visit_id)
                visit.state, visit.state_reasons = state, [reason] if reason else []
        self.decide(*visit_ids)

    def deliver(self, **later: float) -> list[Result]:
        """Deliver what is due by then; gives how each attempt ended."""
        self.desk.clock.move(**later)
        with self.desk.database.reading() as session:
            mails = due(session, self.now, LEASE, within=timedelta(0), limit=100)
        return [each.result for each in self.desk.deliver(*(mail.message_id for mail in mails))]

    def told(self, *names: str) -> list[int]:
        """They come, and Sam is told of each by mail; gives their visits."""
        visits = [self.visit(name) for name in names]
        self.decide(*visits)
        assert [str(result) for result in self.deliver(minutes=1)] == ["sent"] * len(names)
        self.desk.sink.mails.clear()
        return visits

    def alert(self, visit_id: int) -> Alert:
        with self.desk.database.reading() as session:
            return session.scalars(select(Alert).where(Alert.visit_id == visit_id)).one()

    def corrections(self) -> list[Message]:
        with self.desk.database.reading() as session:
            query = select(Message).where(Message.kind == MessageKind.CORRECTION).order_by(Message.id)
            return list(session.scalars(query))


def _person_of(session: Session, visit_id: int) -> Prospect:
    return session.get_one(Prospect, session.get_one(Visit, visit_id).prospect_id)
