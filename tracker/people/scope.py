"""Whose prospects somebody may reach, as conditions for the database (S13).

A prospect is a user's own when the CRM names that user as the owner of the company or of a deal of theirs,
or when it was given to them: who stands in for a colleague is told of people who are not theirs. What
nobody owns is within reach of those who manage a team.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import aliased

from tracker.models import Account, Deal, OwnerName, Prospect, Team, User, deal_prospects
from tracker.people.rights import Reach

Given = Callable[[ColumnElement[Any] | Select[Any]], Select[int]]
"""Takes the ids of users; gives the ids of prospects that were given to them."""
GivenAt = Callable[[ColumnElement[Any] | Select[Any], datetime], Select[int]]
"""The same, as of a moment (UTC)."""


@dataclass(frozen=True, slots=True)
class Scope:
    """How far one user's right goes."""

    reach: Reach
    user_id: int
    team_id: int | None
    given: Given

    @property
    def is_all(self) -> bool:
        """Nothing is out of reach."""
        return self.reach is Reach.ALL

    def users(self) -> Select[int]:
        """Whose things these are: oneself, and with a team's reach all of the team."""
        wanted = select(User.id)
        if self.is_all:
            return wanted
        if self.reach is Reach.TEAM:
            managed = select(Team.id).where(Team.manager_id == self.user_id)
            ways: list[ColumnElement[bool]] = [User.id == self.user_id, User.team_id.in_(managed)]
            if self.team_id is not None:
                ways.append(User.team_id == self.team_id)
            return wanted.where(or_(*ways))
        return wanted.where(User.id == self.user_id)

    def oneself(self) -> Select[int]:
        """Nobody else's."""
        return select(User.id).where(User.id == self.user_id)

    def owners(self) -> Select[int]:
        """The names of those users in the CRM; for a team's reach also the names of nobody here."""
        ways: list[ColumnElement[bool]] = [OwnerName.user_id.in_(self.users())]
        if self.reach is Reach.TEAM:
            ways.append(OwnerName.user_id.is_(None))
        return select(OwnerName.id).where(or_(*ways))

    def prospects(self) -> ColumnElement[bool]:
        """Say which prospects are in reach."""
        if self.is_all:
            return true()
        if self.reach is Reach.NONE:
            return false()
        owners = self.owners()
        accounts = select(Account.id).where(Account.owner_name_id.in_(owners))
        in_deals = (
            select(deal_prospects.c.prospect_id)
            .join(Deal, Deal.id == deal_prospects.c.deal_id)
            .where(Deal.owner_name_id.in_(owners))
        )
        ways: list[ColumnElement[bool]] = [
            Prospect.account_id.in_(accounts),
            Prospect.id.in_(in_deals),
            Prospect.id.in_(self.given(self.users())),
        ]
        if self.reach is Reach.TEAM:
            ways.append(self._nobodys())
        return or_(*ways)

    def each(self) -> ColumnElement[bool]:
        """Say the same as `prospects`, where few are looked at: asked of each, instead of gathered before."""
        if self.is_all or self.reach is Reach.NONE:
            return self.prospects()
        owners = self.owners()
        company, given = aliased(Account), self.given(self.users())
        ways: list[ColumnElement[bool]] = [
            select(company.id)
            .where(company.id == Prospect.account_id, company.owner_name_id.in_(owners))
            .exists(),
            select(deal_prospects.c.prospect_id)
            .join(Deal, Deal.id == deal_prospects.c.deal_id)
            .where(deal_prospects.c.prospect_id == Prospect.id, Deal.owner_name_id.in_(owners))
            .exists(),
            given.where(given.selected_columns[0] == Prospect.id).correlate(Prospect).exists(),
        ]
        if self.reach is Reach.TEAM:
            nobodys = select(company.id).where(
                company.id == Prospect.account_id, company.owner_name_id.is_(None)
            )
            ways.append(and_(or_(Prospect.account_id.is_(None), nobodys.exists()), ~_in_owned_deal()))
        return or_(*ways)

    def account(self) -> ColumnElement[bool]:
        """Say the same as `accounts`, where one is looked at."""
        if self.is_all:
            return true()
        return select(Prospect.id).where(Prospect.account_id == Account.id, self.each()).exists()

    def accounts(self) -> ColumnElement[bool]:
        """Say which companies are in reach: those with a person in reach."""
        if self.is_all:
            return true()
        return Account.id.in_(
            select(Prospect.account_id).where(Prospect.account_id.is_not(None), self.prospects())
        )

    def _nobodys(self) -> ColumnElement[bool]:
        company = aliased(Account)
        ownerless = select(company.id).where(company.owner_name_id.is_(None))
        no_owner = or_(Prospect.account_id.is_(None), Prospect.account_id.in_(ownerless))
        return and_(no_owner, ~_in_owned_deal())


def _in_owned_deal() -> ColumnElement[bool]:
    return (
        select(deal_prospects.c.prospect_id)
        .join(Deal, Deal.id == deal_prospects.c.deal_id)
        .where(deal_prospects.c.prospect_id == Prospect.id, Deal.owner_name_id.is_not(None))
        .exists()
    )


def nothing_given(users: ColumnElement[Any] | Select[Any], now: datetime | None = None) -> Select[int]:
    """Give nobody anything: where no alerts are."""
    del users, now
    return select(Prospect.id).where(false())
