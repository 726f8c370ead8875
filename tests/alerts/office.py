"""Sam's office: lost prospects visit, and the policy decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.decide import Decider
from alerts.models import Alert, Message
from alerts.policy import Policy
from tests.alerts.scenes import MORNING, add_page, add_visit
from tests.builders import add_account, add_deal, add_owner_name, add_prospect, visit_row

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.installation import Installation
    from tracker.models import OwnerName, Prospect, User, Visit

ALWAYS = {"hours_start": 0, "hours_end": 1440, "work_days": "1234567"}
WINDOW = Policy().call_window
MINUTE = timedelta(minutes=1)


@dataclass
class Office:
    """Sam, who owns accounts with lost prospects, and the policy at work."""

    session: Session
    installation: Installation
    sam: User

    def owner_name(self) -> OwnerName:
        return add_owner_name(self.session, self.sam)

    def lost(self, **fields: object) -> Prospect:
        """Somebody of an account of Sam's, with a lost deal."""
        account = add_account(self.session, owner=self.owner_name())
        person = add_prospect(self.session, account, "Dana Ortiz", **fields)
        add_deal(self.session, person)
        return person

    def visit(
        self, person: Prospect, at: datetime = MORNING, topic: str = "pricing", **fields: object
    ) -> Visit:
        """A confirmed visit by a link, of an intent that is warm."""
        visit = add_visit(self.session, person, None, at, **({"by_link": True, "intent": 40} | fields))
        add_page(self.session, visit, topic)
        return visit

    def decides(
        self, *visits: Visit, now: datetime | None = None, policy: Policy | None = None
    ) -> list[Alert]:
        """Decide at the moment of the last visit, unless told otherwise; gives their alerts."""
        moment = now or max(visit.last_at for visit in visits)
        Decider(self.installation, policy or Policy())(
            self.session, [visit_row(visit) for visit in visits], moment
        )
        rows = self.session.scalars(select(Alert).where(Alert.visit_id.in_([visit.id for visit in visits])))
        by_visit = {row.visit_id: row for row in rows}
        return [by_visit[visit.id] for visit in visits]

    def decides_one(self, visit: Visit, now: datetime | None = None) -> Alert:
        return self.decides(visit, now=now)[0]

    def mail_of(self, alert: Alert) -> Message:
        assert alert.message_id is not None
        return self.session.get_one(Message, alert.message_id)
