"""Whose a prospect is: what a rep calls themselves, and where they put somebody, gives and takes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from tests.builders import add_account, add_deal, add_prospect
from tests.tracker.web.prospects.desk_of_sam import desk_of_sam
from tests.tracker.web.prospects.test_edit import DANA
from tests.tracker.web.test_you import GIVEN, saves
from tracker.models import OwnerName, User, deal_prospects
from tracker.owners import map_by_itself
from tracker.words import Role

if TYPE_CHECKING:
    from tests.tracker.web.company import Company
    from tests.tracker.web.prospects.desk_of_sam import Desk


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


def without_deals(desk: Desk) -> str:
    """Dana is Sam's by the company alone; gives the page to edit her."""
    with desk.company.database.writing() as session:
        session.execute(delete(deal_prospects).where(deal_prospects.c.prospect_id == desk.dana))
    return f"/prospects/{desk.dana}/edit"


def test_who_corrects_a_company_s_name_keeps_their_person(company: Company) -> None:
    desk = desk_of_sam(company)
    page = without_deals(desk)
    with company.database.writing() as session:
        nobodys = add_account(session, "Fernhill")
        nobodys.name_key = "fernhill"
    for name in ("Brightwell Ltd", "Fernhill"):
        answer = saves(desk.browser, page, **DANA | {"company": name})
        assert desk.browser.gets(answer.location).status_code == 200
    assert "Dana Ortiz" in desk.browser.gets("/prospects").text


def test_a_manager_s_correction_leaves_the_person_to_their_rep(company: Company) -> None:
    desk = desk_of_sam(company)
    page = without_deals(desk)
    marketer = company.browser(company.hire("Mia", role=Role.MARKETER))
    assert saves(marketer, page, **DANA | {"company": "Brightwell Ltd"}).status_code == 303
    assert desk.browser.gets(page).status_code == 200


def test_nobody_puts_a_person_out_of_their_own_reach(company: Company) -> None:
    desk = desk_of_sam(company)
    page = without_deals(desk)
    for name in ("Larkfield", ""):
        answer = saves(desk.browser, page, **DANA | {"company": name})
        assert (answer.status_code, "you would no longer reach them" in answer.text) == (422, True), name
        assert desk.browser.gets(page).status_code == 200
    assert company.noted() == []
