"""A sales floor: Sam's prospects come and go, and what happens shows on the page of today."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alerts.models import Alert, Outcome
from tests.alerts.scenes import add_alert, add_page, add_visit
from tests.builders import add_account, add_deal, add_owner_name, add_prospect
from tests.tracker.web.company import Company, open_company
from tracker.models import Team

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.tracker.web.company import Browser
    from tracker.db import Database
    from tracker.models import User

ROUND_THE_CLOCK: dict[str, Any] = {"hours_start": 0, "hours_end": 1440, "work_days": "1234567"}


@dataclass
class Floor:
    """Sam, a rep, and whoever else is hired."""

    company: Company
    sam: User

    def visits(
        self,
        name: str = "Dana Ortiz",
        owner: User | None = None,
        *,
        alert: Mapping[str, Any] = MappingProxyType({}),
        **fields: Any,  # noqa: ANN401  (of a row)
    ) -> int:
        """Somebody with a lost deal reads the pricing page right now; gives the alert's id.

        `fields` are of the visit; `alert` is what is said of the alert, by default a call that was told.
        """
        owner = owner or self.sam
        now = self.company.door.now
        with self.company.database.writing() as session:
            account = add_account(session, "Brightwell", add_owner_name(session, owner))
            person = add_prospect(session, account, name, time_zone="Europe/London")
            deal = add_deal(session, person)
            visit = add_visit(session, person, at=now, **({"intent": 62} | fields))
            add_page(session, visit)
            values: dict[str, Any] = {
                "sent_at": now,
                "due_at": now,
                "deal_id": deal.id,
                "user": owner,
            } | dict(alert)
            user = values.pop("user")
            return add_alert(session, visit, user, **values).id

    def alert(self, alert_id: int) -> Alert:
        with self.company.database.reading() as session:
            return session.get_one(Alert, alert_id)

    def outcomes(self) -> list[Outcome]:
        with self.company.database.reading() as session:
            return list(session.scalars(select(Outcome).order_by(Outcome.id)))

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
    with open_company(database, **settings) as company:
        yield Floor(company, company.hire("Sam Reed", time_zone="Europe/London", **ROUND_THE_CLOCK))
