"""Whose prospects somebody may reach (S13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.builders import add_account, add_deal, add_owner_name, add_prospect, add_user
from tracker.models import Prospect, Team, User
from tracker.people.rights import Reach
from tracker.people.scope import Scope, nothing_given

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Floor:
    """Sam and Ada are in Kim's team, Bo in nobody's; each owns one person, and nobody owns Zoe."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.kim = add_user(session, "Kim Berg")
        team = Team(name="North", manager_id=self.kim.id)
        session.add(team)
        session.flush()
        self.sam, self.ada = (add_user(session, name, team_id=team.id) for name in ("Sam Reed", "Ada Lind"))
        self.bo = add_user(session, "Bo Fox")
        self.dana = self._owned_company("Dana", self.sam)
        self.eli = self._owned_deal("Eli", self.ada)
        self.fay = self._owned_company("Fay", self.bo)
        self.zoe = add_prospect(session, add_account(session, "Nobody & Co"), "Zoe")

    def _owned_company(self, name: str, owner: User) -> Prospect:
        spelled = add_owner_name(self.session, owner)
        return add_prospect(self.session, add_account(self.session, f"{name} Ltd", spelled), name)

    def _owned_deal(self, name: str, owner: User) -> Prospect:
        person = add_prospect(self.session, add_account(self.session, f"{name} Ltd"), name)
        add_deal(self.session, person, owner=add_owner_name(self.session, owner))
        return person

    def names(self, scope: Scope) -> set[str]:
        return set(self.session.scalars(select(Prospect.name).where(scope.prospects())))


@pytest.fixture
def floor(session: Session) -> Floor:
    return Floor(session)


def test_s13_a_rep_reaches_what_is_theirs_by_company_or_deal(floor: Floor) -> None:
    assert floor.names(Scope(Reach.OWN, floor.sam.id, None, nothing_given)) == {"Dana"}
    assert floor.names(Scope(Reach.OWN, floor.ada.id, floor.ada.team_id, nothing_given)) == {"Eli"}


def test_s13_a_manager_reaches_the_team_and_what_nobody_owns(floor: Floor) -> None:
    scope = Scope(Reach.TEAM, floor.kim.id, None, nothing_given)
    assert floor.names(scope) == {"Dana", "Eli", "Zoe"}


def test_s13_all_is_everybody_and_none_is_nobody(floor: Floor) -> None:
    assert floor.names(Scope(Reach.ALL, floor.kim.id, None, nothing_given)) == {"Dana", "Eli", "Fay", "Zoe"}
    assert floor.names(Scope(Reach.NONE, floor.sam.id, None, nothing_given)) == set()


def test_who_stands_in_reaches_the_person_they_were_told_of(floor: Floor) -> None:
    bo = floor.bo.id
    given = Scope(Reach.OWN, bo, None, lambda _users: select(Prospect.id).where(Prospect.name == "Dana"))
    assert floor.names(given) == {"Dana", "Fay"}
