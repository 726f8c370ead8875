"""Sam's floor: deals that were lost lately, what is due about them, and a browser."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alerts.followups.agenda import plan_agendas
from alerts.models import Debrief, FollowUp, Invitation, PostMortem
from tests.builders import add_account, add_deal, add_owner_name, add_prospect
from tests.tracker.web.company import Company, open_company
from tracker.listing import relist
from tracker.models import Deal, Prospect, Team

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from tests.tracker.web.company import Browser
    from tracker.db import Database
    from tracker.models import User

SAID: dict[str, Any] = {
    "chose": "Acme",
    "reasons": "The price, and SSO was missing.\nTheir IT insisted.",
    "reason_kinds": ["price", "feature"],
    "why_not_us": "We came late.",
    "differently": "Ask about SSO first.",
    "project": "Slow.",
}
"""What Dana told of why."""


@dataclass
class Lost:
    """A deal of Dana's."""

    deal_id: int
    dana_id: int

    @property
    def thanks(self) -> str:
        return f"/deals/{self.deal_id}/thanks"

    @property
    def why(self) -> str:
        return f"/deals/{self.deal_id}/post-mortem"

    @property
    def debrief(self) -> str:
        return f"/deals/{self.deal_id}/debrief"

    @property
    def talks(self) -> str:
        return f"/prospects/{self.dana_id}/talks"


@dataclass
class Floor:
    """`sam` is the rep."""

    company: Company
    sam: User

    @property
    def today(self) -> date:
        return self.company.door.now.date()

    def lose(
        self, owner: User | None = None, person: dict[str, object] | None = None, **fields: object
    ) -> Lost:
        """Sam loses Dana's deal today, unless told otherwise; what is due is worked out."""
        days = fields.pop("days_ago", 0)
        assert isinstance(days, int)
        with self.company.database.writing() as session:
            name = add_owner_name(session, owner or self.sam)
            values = {"time_zone": "Europe/London", "email": "dana@brightwell.example"} | (person or {})
            dana = add_prospect(session, add_account(session, "Brightwell", name), **values)  # type: ignore[arg-type]
            values = {"closed_on": self.today - timedelta(days=days), "imported_at": self.company.door.now}
            deal = add_deal(session, dana, owner=name, **(values | fields))  # type: ignore[arg-type]
            found = Lost(deal.id, dana.id)
        self.plan()
        return found

    def plan(self) -> None:
        """What the clock does: follow-ups are worked out from what is on record."""
        signer = self.company.door.setting.installation.signer
        with self.company.database.writing() as session:
            relist(session, session.scalars(select(Prospect.id)).all(), signer=signer)
        plan_agendas(self.company.database, self.company.door.now)

    def due(self, lost: Lost) -> FollowUp | None:
        with self.company.database.reading() as session:
            wanted = select(FollowUp).where(FollowUp.deal_id == lost.deal_id, FollowUp.done_at.is_(None))
            return session.scalar(wanted)

    def post_mortem(self, lost: Lost) -> PostMortem | None:
        with self.company.database.reading() as session:
            return session.scalar(select(PostMortem).where(PostMortem.deal_id == lost.deal_id))

    def debriefs(self) -> list[Debrief]:
        with self.company.database.reading() as session:
            return list(session.scalars(select(Debrief).order_by(Debrief.id)))

    def invitation(self, lost: Lost) -> Invitation | None:
        with self.company.database.reading() as session:
            return session.scalar(select(Invitation).where(Invitation.deal_id == lost.deal_id))

    def deal(self, lost: Lost) -> Deal:
        with self.company.database.reading() as session:
            return session.get_one(Deal, lost.deal_id)

    def change(self, what: type[Deal | Prospect], row_id: int, **values: object) -> None:
        with self.company.database.writing() as session:
            row = session.get_one(what, row_id)
            for name, value in values.items():
                setattr(row, name, value)

    def manages(self, manager: User, *reps: User) -> None:
        with self.company.database.writing() as session:
            team = Team(name=f"Team of {manager.name}", manager_id=manager.id)
            session.add(team)
            session.flush()
            for user in (manager, *reps):
                session.merge(user).team_id = team.id

    def browser(self, user: User | None = None) -> Browser:
        return self.company.browser(user or self.sam)


@contextmanager
def open_floor(database: Database, **settings: object) -> Iterator[Floor]:
    with open_company(database, **{"company": "Northwind"} | settings) as company:
        yield Floor(company, company.hire("Sam Reed", time_zone="Europe/London"))
