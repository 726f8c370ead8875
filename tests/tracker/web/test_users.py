"""*Users*: an admin adds colleagues, changes what they may do, and lets them go."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.tracker.web.prospects.desk_of_sam import field
from tests.tracker.web.test_you import GIVEN, saves
from tracker.models import AuditEntry, Team, User
from tracker.people.first_admin import ADDRESS_AGE, first_address
from tracker.words import Role

if TYPE_CHECKING:
    from tests.tracker.web.company import Browser, Company

NEW: dict[str, str | list[str]] = {
    "name": "Sam Reed",
    "email": "sam@northwind.example",
    "role": "rep",
    "team": "North",
    "time_zone": "europe/london",
}


def admin(company: Company) -> tuple[User, Browser]:
    kim = company.hire("Kim Berg", role=Role.ADMIN)
    return kim, company.browser(kim)


def test_an_admin_adds_a_rep_to_a_new_team_who_then_signs_in(company: Company) -> None:
    _, browser = admin(company)
    answer = browser.sends("/users", **NEW)
    assert "Sam Reed can sign in with sam@northwind.example now." in browser.gets(answer.location).text
    with company.database.reading() as session:
        sam = session.scalars(select(User).where(User.email == "sam@northwind.example")).one()
        assert (sam.role, sam.time_zone) == (Role.REP, "Europe/London")
        assert session.get_one(Team, sam.team_id).name == "North"
        added = session.scalars(select(AuditEntry).where(AuditEntry.thing_id == sam.id)).all()
    assert [(entry.verb, entry.after["role"]) for entry in added if entry.thing == "user"] == [("add", "rep")]
    sams = company.browser()
    company.signs_in(sams, "SAM@northwind.example")
    assert sams.is_in()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"email": "KIM@northwind.example"}, "This is the address of Kim Berg."),
        ({"email": "old@northwind.example"}, "who left: open them in the list"),
        ({"email": "sam"}, "Write a mail address like"),
        ({"name": ""}, "Write a name"),
        ({"role": "king"}, "Choose a role of the list"),
        ({"time_zone": ""}, "Write a time zone"),
    ],
)
def test_who_cannot_be_added_is_said_beside_the_field(
    company: Company, typed: dict[str, str | list[str]], says: str
) -> None:
    kim = company.hire("Kim Berg", role=Role.ADMIN, email="kim@northwind.example")
    company.hire("Old Hand", email="old@northwind.example", left_at=company.door.now)
    answer = company.browser(kim).sends("/users", **NEW | typed)
    assert answer.status_code == 422
    assert says in answer.text
    assert company.noted() == []


def test_a_role_is_changed_at_once_and_on_record(company: Company) -> None:
    sam = company.hire()
    _, browser = admin(company)
    sams = company.browser(sam)
    assert sams.gets("/users").status_code == 403
    page = f"/users/{sam.id}"
    assert saves(browser, page, **GIVEN | {"role": "admin", "team": ""}).location == "/users"
    assert sams.gets("/users").status_code == 200
    with company.database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry))
    assert (entry.verb, entry.before["role"], entry.after["role"]) == ("change", "rep", "admin")


def test_who_left_is_signed_out_at_once_and_may_come_back(company: Company) -> None:
    sam = company.hire()
    _, browser = admin(company)
    sams = company.browser(sam)
    page = f"/users/{sam.id}"
    browser.sends(f"{page}/left", page)
    assert not sams.is_in()
    assert "they cannot sign in" in browser.gets(page).text
    assert company.noted() == [("Kim Berg", "change"), ("Kim Berg", "end sessions")]
    browser.sends(f"{page}/back", page)
    assert not sams.is_in()
    company.signs_in(sams, sam.email)
    assert sams.is_in()


def test_an_admin_signs_somebody_out_everywhere(company: Company) -> None:
    sam = company.hire()
    _, browser = admin(company)
    phone, laptop = company.browser(sam), company.browser(sam)
    browser.sends(f"/users/{sam.id}/sign-out", f"/users/{sam.id}")
    assert (phone.is_in(), laptop.is_in()) == (False, False)
    assert browser.is_in()


def test_the_last_admin_stays(company: Company) -> None:
    kim, browser = admin(company)
    page = f"/users/{kim.id}"
    answer = saves(browser, page, **GIVEN | {"role": "rep", "team": ""})
    assert answer.status_code == 422
    assert "the only admin" in answer.text
    browser.sends(f"{page}/left", page)
    assert "the only admin" in browser.gets(page).text
    assert browser.is_in()
    assert company.noted() == []


@pytest.mark.parametrize("path", ["/users/9999", "/users/0", "/users/99999999999", "/users/x"])
def test_nobody_there_is_nothing_there(company: Company, path: str) -> None:
    _, browser = admin(company)
    assert browser.gets(path).status_code == 404


def first(company: Company, at: datetime | None = None) -> str:
    installation = company.door.setting.installation
    return first_address(installation.signer, "", at or company.door.now)


ADA: dict[str, str | list[str]] = {
    "name": "Ada Lund",
    "email": "ada@northwind.example",
    "time_zone": "Europe/Oslo",
}


def test_the_terminal_s_address_makes_the_first_admin_once(company: Company) -> None:
    address, browser, late = first(company), company.browser(), company.browser()
    assert browser.sends(address, **ADA).location == "/users"
    assert browser.is_in()
    for answer in (late.gets(address), late.sends(address, "/sign-in", **ADA)):
        assert answer.status_code == 410
        assert "There is an admin already" in answer.text
    assert not late.is_in()
    assert [verb for _, verb in company.noted()] == ["add", "sign in"]


def test_somebody_who_is_a_user_already_becomes_the_first_admin(company: Company) -> None:
    sam = company.hire(email="Ada@northwind.example")
    company.browser().sends(first(company), **ADA)
    with company.database.reading() as session:
        user = session.get_one(User, sam.id)
        assert (user.role, user.name) == (Role.ADMIN, "Ada Lund")


@pytest.mark.parametrize(
    ("made", "says"), [("late", "has expired"), ("x.y.z", "opens nothing"), ("alert", "opens nothing")]
)
def test_another_address_makes_nobody_an_admin(company: Company, made: str, says: str) -> None:
    before = datetime(2026, 1, 1, tzinfo=UTC)
    address = first(company, before if made == "late" else None) if made == "late" else f"/first-admin/{made}"
    assert company.door.now - before > ADDRESS_AGE
    answer = company.browser().sends(address, "/sign-in", **ADA)
    assert answer.status_code == 410
    assert says in answer.text


def test_what_is_wrong_with_the_first_admin_is_said(company: Company) -> None:
    answer = company.browser().sends(first(company), **ADA | {"email": "ada", "name": ""})
    assert answer.status_code == 422
    assert "2 fields need another look" in answer.text
    assert company.noted() == []


def test_of_two_admins_the_second_is_told_and_gives_no_role_back(company: Company) -> None:
    bob = company.hire("Bob Hale", role=Role.ADMIN)
    _, browser = admin(company)
    other = company.browser(company.hire("Abe Wood", role=Role.ADMIN))
    page = f"/users/{bob.id}"
    opened = field(other.gets(page).text, "seen")
    saves(browser, page, **GIVEN | {"name": "Bob Hale", "role": "rep", "team": "North"})
    typed = GIVEN | {"name": "Bob B.", "role": "admin", "team": "", "days": ["1"]}
    late = other.sends(page, seen=opened, **typed)
    assert late.status_code == 409
    assert "Somebody changed this meanwhile" in late.text
    for told in ("<dd>Rep</dd>", "<dd>North</dd>", "<dd>Bob Hale</dd>", "<dd>Mon, Tue, Fri</dd>"):
        assert told in late.text
    assert field(late.text, "name") == "Bob B."
    assert other.sends(page, **typed).status_code == 409
    with company.database.reading() as session:
        assert session.get_one(User, bob.id).role == Role.REP
    again = other.sends(page, seen=field(late.text, "seen"), **typed | {"role": "rep"})
    assert again.location == "/users"


def test_what_an_admin_changes_meanwhile_is_not_undone_by_the_user(company: Company) -> None:
    sam = company.hire()
    _, browser = admin(company)
    sams = company.browser(sam)
    opened = field(sams.gets("/you").text, "seen")
    saves(browser, f"/users/{sam.id}", **GIVEN | {"name": "Sam Rhys", "role": "rep", "team": ""})
    late = sams.sends("/you", seen=opened, **GIVEN)
    assert late.status_code == 409
    assert "<dd>Sam Rhys</dd>" in late.text
    with company.database.reading() as session:
        assert session.get_one(User, sam.id).name == "Sam Rhys"
    assert sams.sends("/you", seen=field(late.text, "seen"), **GIVEN).location == "/you"
