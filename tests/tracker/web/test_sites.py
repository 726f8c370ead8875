"""*Sites*: the tag, what is seen, who may change it, and two who do so at once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.alerts.test_payloads import PAYLOADS
from tests.builders import NOON, add_prospect, add_site
from tracker.models import Browser, Drop, PageView, Site, Visit
from tracker.words import Role

if TYPE_CHECKING:
    from tests.tracker.web.company import Company

SITE = {
    "name": "Northwind",
    "origins": "https://shop.northwind.example",
    "source": "tcf",
    "basis": "consent",
    "queries": "",
}


def add(company: Company, **fields: object) -> Site:
    with company.database.writing() as session:
        return add_site(session, **fields)


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


def test_an_admin_adds_a_site_and_gets_its_tag(company: Company) -> None:
    browser = company.browser(company.hire("Kim Berg", role=Role.ADMIN))
    answer = browser.sends("/sites", **SITE)
    page = browser.gets(answer.location).text
    assert "data-consent=&#34;tcf&#34;" in page
    assert "Nobody was seen there yet" in page
    assert ("Kim Berg", "add") in company.noted()


def test_the_tag_follows_what_is_chosen(company: Company) -> None:
    site = add(company)
    browser = company.browser(company.hire("Mia Lund", role=Role.MARKETER))
    page = browser.gets(f"/sites/{site.id}?consent=recorded&host=own").text
    assert "src=&#34;/ringback.js&#34;" in page
    assert "data-consent=&#34;recorded&#34;" in page
    assert "an admin has to save the other one" in page
    assert browser.gets(f"/sites/{site.id}?consent=<script>").status_code == 200


def test_pages_where_people_were_seen_are_listed_as_text(company: Company) -> None:
    site = add(company)
    with company.database.writing() as session:
        person = add_prospect(session)
        machine = Browser(key="b1", prospect_id=person.id, created_at=NOON)
        session.add(machine)
        session.flush()
        visit = Visit(
            prospect_id=person.id, browser_id=machine.id, site_id=site.id, started_at=NOON, last_at=NOON
        )
        session.add(visit)
        session.flush()
        for number, url in enumerate(("https://www.northwind.example/pricing", "javascript:alert(1)")):
            session.add(PageView(hit_id=f"h{number}", visit_id=visit.id, at=NOON, url=url))
        session.get_one(Drop, "foreign origin").count = 3
        session.get_one(Drop, "foreign origin").last_at = NOON - timedelta(hours=1)
    page = company.browser(company.hire("Mia Lund", role=Role.MARKETER)).gets(f"/sites/{site.id}").text
    assert '<a href="https://www.northwind.example/pricing" rel="noreferrer">/pricing</a>' in page
    assert 'href="javascript' not in page
    assert "Foreign origin" in page


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.REP, "/sites", 403),
        (Role.MANAGER, "/sites", 403),
        (Role.MARKETER, "/sites", 200),
        (Role.ADMIN, "/sites/99999", 404),
        (Role.ADMIN, "/sites/99999999999", 404),
    ],
)
def test_who_sees_what(company: Company, role: Role, path: str, status: int) -> None:
    assert company.browser(company.hire(role=role)).gets(path).status_code == status


def test_a_marketer_changes_no_site(company: Company) -> None:
    site = add(company)
    browser = company.browser(company.hire("Mia Lund", role=Role.MARKETER))
    assert browser.sends(f"/sites/{site.id}", **SITE).status_code == 403
    assert browser.sends("/sites", **SITE).status_code == 403


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("origins", "", "Write the site&#39;s address"),
        ("origins", "northwind", "is no site&#39;s address"),
        ("origins", "https://docs.northwind.example", "belongs to the site"),
        ("queries", "a=b", "is no name in a query"),
        ("source", "magic", "Choose one of these"),
        ("name", "x" * 201, "within 200 characters"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    company: Company, field: str, value: str, words: str
) -> None:
    add(company, name="Docs", origins=["https://docs.northwind.example"])
    browser = company.browser(company.hire("Kim Berg", role=Role.ADMIN))
    answer = browser.sends("/sites", **SITE | {field: value})
    assert answer.status_code == 422
    assert words in answer.text


def test_two_admins_change_one_site(company: Company) -> None:
    site = add(company, origins=["https://shop.northwind.example"])
    kim, ada = (company.browser(company.hire(name, role=Role.ADMIN)) for name in ("Kim Berg", "Ada Lind"))
    path = f"/sites/{site.id}"
    hers = seen(kim.gets(path).text)
    assert ada.sends(path, **SITE | {"name": "Ada's"}, seen=hers).status_code == 303
    told = kim.sends(path, **SITE | {"name": "Kim's"}, seen=hers)
    assert told.status_code == 409
    assert "Somebody else changed this site" in told.text
    assert "Ada&#39;s" in told.text
    assert 'value="Kim&#39;s"' in told.text
    assert kim.sends(path, **SITE | {"name": "Kim's"}, seen=seen(told.text)).status_code == 303
    assert ("Kim Berg", "change") in company.noted()


def test_a_page_that_is_not_the_sites_is_not_fetched(company: Company) -> None:
    site = add(company)
    browser = company.browser(company.hire("Mia Lund", role=Role.MARKETER))
    for url in ("http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "nonsense"):
        answer = browser.sends(f"/sites/{site.id}/look", f"/sites/{site.id}", page=url)
        assert answer.status_code == 200
        assert 'class="ill"' in answer.text


def test_s7_nothing_written_becomes_markup(company: Company) -> None:
    browser = company.browser(company.hire("Kim Berg", role=Role.ADMIN))
    for payload in PAYLOADS:
        page = browser.sends("/sites", **dict.fromkeys(SITE, payload)).text
        assert "<script>" not in page.casefold()
        assert "<img src=x" not in page
