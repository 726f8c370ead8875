"""Whose a prospect is: what a rep calls themselves, and where they put somebody, gives and takes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.builders import add_account, add_deal, add_prospect
from tests.tracker.web.prospects.test_edit import DANA
from tests.tracker.web.test_you import GIVEN, saves
from tracker.models import OwnerName, User
from tracker.owners import map_by_itself
from tracker.words import Role

if TYPE_CHECKING:
    from tests.tracker.web.company import Company


def test_s13_who_calls_themselves_like_an_owner_who_left_gets_nothing_of_theirs(company: Company) -> None:
    sam = company.hire()
    with company.database.writing() as session:
        gone = OwnerName(name="Jo Gone", name_key="jo gone")
        session.add(gone)
        session.flush()
        account = add_account(session, "Bigco", gone)
        secret = add_prospect(session, account, "Ada Lund")
        add_deal(session, secret, owner=gone)
    browser = company.browser(sam)
    saves(browser, "/you", **GIVEN | {"name": "Jo Gone"})
    added = browser.sends("/prospects/add", **DANA | {"company": "Newco"})
    assert browser.gets(added.location).status_code == 200
    with company.database.writing() as session:
        assert map_by_itself(session) == 0
    assert browser.gets(f"/prospects/{secret.id}/edit").status_code == 404
    assert "map" in [verb for _, verb in company.noted()]


def test_a_name_counts_again_once_an_admin_gave_it(company: Company) -> None:
    sam, kim = company.hire(), company.hire("Kim Berg", role=Role.ADMIN)
    saves(company.browser(sam), "/you", **GIVEN | {"name": "Sam Reid"})
    page = f"/users/{sam.id}"
    with company.database.reading() as session:
        assert session.get_one(User, sam.id).named_self
    answer = saves(company.browser(kim), page, **GIVEN | {"name": "Sam Rhys", "role": "rep", "team": ""})
    assert answer.location == "/users"
    with company.database.reading() as session:
        assert not session.get_one(User, sam.id).named_self
