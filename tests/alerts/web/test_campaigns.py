"""Campaigns on the pages: made by one of two, mailed to those who may be, and counted up to what was won."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from alerts.models import OutcomeKind
from tests.alerts.scenes import add_alert, add_outcome, add_visit
from tests.alerts.test_payloads import PAYLOADS
from tests.builders import add_account, add_deal, add_prospect
from tests.tracker.ingest.stories import ORIGIN, engagement, view
from tests.tracker.web.company import open_company
from tracker.listing import relist
from tracker.models import Campaign, Prospect, ReasonKind, Role, Segment, Site, SuppressionKind, Visit
from tracker.suppression import suppress
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tracker.web.company import Browser, Company
    from tracker.db import Database

SPRING = "/campaigns/1"
"""The campaign that every company has."""


@pytest.fixture
def company(database: Database) -> Iterator[Company]:
    with open_company(database) as opened:
        yield opened


@pytest.fixture
def mia(company: Company) -> Browser:
    return company.browser(company.hire("Mia Marsh", role=Role.MARKETER))


def lose(company: Company, name: str, reason_kind: ReasonKind = ReasonKind.PRICE) -> Prospect:
    with company.database.writing() as session:
        person = add_prospect(session, add_account(session), name)
        add_deal(session, person, reason_kind=reason_kind)
        relist(session, [person.id], signer=company.door.setting.installation.signer)
        return person


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_campaign_is_made_on_one_of_the_sites(company: Company, mia: Browser) -> None:
    answer = mia.sends("/campaigns", label="summer-26", site=ORIGIN, path="pricing")
    assert answer.status_code == 303
    page = mia.gets(answer.location).text
    assert f"{ORIGIN}/pricing#rb=*|RINGBACK|*~summer-26" in page
    assert "{{ .Subscriber.Attribs.ringback }}" in page
    assert "Leave @TrackLink off this link" in page
    assert ("Mia Marsh", "add") in company.noted()
    assert "summer-26" in mia.gets("/campaigns").text


def test_without_a_site_who_may_add_one_is_led_there(company: Company, mia: Browser) -> None:
    with company.database.writing() as session:
        session.execute(delete(Campaign))
        session.execute(delete(Site))
    assert (
        '<a href="/sites">Add yours</a>'
        in company.browser(company.hire("Ada", role=Role.ADMIN)).gets("/campaigns").text
    )
    assert "Ask an admin to add yours" in mia.gets("/campaigns").text


def test_of_two_who_take_the_same_label_the_second_is_told(company: Company, mia: Browser) -> None:
    mia.sends("/campaigns", label="summer-26", site=ORIGIN, path="/")
    tom = company.browser(company.hire("Tom Hale", role=Role.MARKETER))
    answer = tom.sends("/campaigns", label="summer-26", site=ORIGIN, path="/pricing")
    assert answer.status_code == 422
    assert "There is a campaign summer-26 already" in answer.text
    assert 'value="/pricing"' in answer.text


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("label", "Summer 26", "How about summer-26?"),
        ("site", "https://evil.example", "Choose one of the list."),
        ("path", "//evil.example/", "Write the page without the site"),
        ("path", "/?rb=1", "carries rb= already"),
    ],
)
def test_what_no_link_can_carry_is_said_beside_its_field(
    mia: Browser, field: str, value: str, told: str
) -> None:
    answer = mia.sends("/campaigns", **{"label": "summer-26", "site": ORIGIN, "path": "/"} | {field: value})
    assert answer.status_code == 422
    assert told in answer.text.replace("&#39;", "'")


def test_the_list_holds_who_matches_and_may_be_mailed(company: Company, mia: Browser) -> None:
    lose(company, "Dana Ortiz")
    kim = lose(company, "Kim Lee")
    lose(company, "Omar Stone", reason_kind=ReasonKind.FEATURE)
    with company.database.writing() as session:
        signer = company.door.setting.installation.signer
        suppress(session, signer, [kim.email or ""], SuppressionKind.UNSUBSCRIBED, "a mail", company.door.now)
    page = mia.gets(f"{SPRING}/mailing?reason=price").text
    assert "1 person gets it" in page
    assert "1 unsubscribed" in page
    assert "Dana Ortiz" in page
    assert "Kim Lee" not in page
    answer = mia.sends(f"{SPRING}/mailing/list", f"{SPRING}/mailing", reason="price")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=spring-26-")
    (row,) = rows(answer.text)
    assert row["name"] == "Dana Ortiz"
    assert row["link"] == f"https://www.northwind.example/#rb={row['ringback']}~spring-26"
    assert ("Mia Marsh", "export") in company.noted()
    assert "1 person was on a list for this campaign" in mia.gets(f"{SPRING}/mailing").text


def test_a_kept_filter_is_one_press_away(company: Company, mia: Browser) -> None:
    lose(company, "Dana Ortiz")
    lose(company, "Omar Stone", reason_kind=ReasonKind.FEATURE)
    mia.sends("/prospects/segments", "/prospects?reason=feature", name="Missing things", reason="feature")
    with company.database.reading() as session:
        segment = session.scalars(select(Segment)).one()
    page = mia.gets(f"{SPRING}/mailing").text
    assert f"{SPRING}/mailing?reason=feature&amp;segment={segment.id}" in page
    chosen = mia.gets(f"{SPRING}/mailing?reason=feature&segment={segment.id}").text
    assert "Omar Stone" in chosen
    assert "Dana Ortiz" not in chosen


def test_the_token_can_stand_in_the_query_of_all_links(company: Company, mia: Browser) -> None:
    lose(company, "Dana Ortiz")
    asked = f"{SPRING}/mailing?in_query=1"
    assert "https://www.northwind.example/?rb=*|RINGBACK|*~spring-26" in mia.gets(asked).text
    (row,) = rows(mia.sends(f"{SPRING}/mailing/list", asked, in_query="1").text)
    assert "/?rb=" in row["link"]
    test = mia.sends(f"{SPRING}/mailing/test", asked, in_query="1").text
    assert re.search(r'id="test" readonly value="https://www.northwind.example/\?rb=[^"]+~spring-26"', test)
    assert ("Mia Marsh", "add a test link") in company.noted()


def test_the_funnel_moves_with_a_visit_by_the_link_and_with_what_comes_of_it(
    company: Company, mia: Browser
) -> None:
    dana = lose(company, "Dana Ortiz")
    assert "Nothing came of it yet" in mia.gets(SPRING).text
    (row,) = rows(mia.sends(f"{SPRING}/mailing/list", f"{SPRING}/mailing").text)
    page = view(f"{ORIGIN}/pricing")
    assert company.door.sends(page, token=f"{row['ringback']}~spring-26").status_code == 200
    company.door.move(seconds=8)
    company.door.sends(engagement(page), token=f"{row['ringback']}~spring-26")
    sam = company.hire("Sam Reed")
    with company.database.writing() as session:
        visit = session.scalars(select(Visit)).one()
        assert visit.campaign_id == 1
        add_visit(session, session.get_one(Prospect, dana.id), state=State.CONFIRMED)  # later, by herself
        scanned = add_visit(session, session.get_one(Prospect, dana.id), state=State.MACHINE)
        scanned.campaign_id = 1
        add_outcome(
            session, add_alert(session, scanned, sam, sent_at=company.door.now), sam, OutcomeKind.SPOKE
        )
    assert steps(mia) == {
        "Recipients": "1",
        "Link opened": "1",
        "Visited": "1",
        "Told to a rep": "1",
        "Spoke": "1",
        "Reopened": "0",
        "Won back": "0",
    }
    assert "<dt>Visits</dt><dd>2</dd>" in mia.gets(SPRING).text


def steps(browser: Browser) -> dict[str, str]:
    """The figures of the table beside the funnel."""
    found = re.findall(
        r"<tr><td>([^<]+).*?</td><td data-label=\"People\">(\d+)</td>", browser.gets(SPRING).text
    )
    return dict(found)


def test_results_without_a_list_from_here_say_so(company: Company, mia: Browser) -> None:
    dana = lose(company, "Dana Ortiz")
    with company.database.writing() as session:
        add_visit(session, session.get_one(Prospect, dana.id), campaign_id=1)
    assert "not exported from here" in mia.gets(SPRING).text
    assert "Recipients" not in steps(mia)


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER])
def test_who_calls_sees_results_and_takes_no_list_along(company: Company, role: Role) -> None:
    browser = company.browser(company.hire(role=role))
    assert "spring-26" in browser.gets("/campaigns").text
    assert "New campaign" not in browser.gets("/campaigns").text
    assert browser.gets(SPRING).status_code == 200
    assert browser.gets(f"{SPRING}/mailing").status_code == 403
    assert browser.sends(f"{SPRING}/mailing/list", "/you").status_code == 403
    assert browser.sends("/campaigns", "/you", label="x", site=ORIGIN, path="/").status_code == 403


def test_pages_of_campaigns_and_nonsense_in_addresses(company: Company, mia: Browser) -> None:
    with company.database.writing() as session:
        old = company.door.now
        session.add_all(Campaign(label=f"c{number}", url="", created_at=old) for number in range(25))
    assert "before=" in mia.gets("/campaigns").text
    for query in ("before=7", "before=-1", "before=x", "before=99999999999999999999"):
        assert mia.gets(f"/campaigns?{query}").status_code == 200
    assert "The list ends here" in mia.gets("/campaigns?before=1").text
    for query in ("reason=x", "least=x", "segment=²", "segment=99", "campaign=-1", "q=%00", "owner=1e9"):
        assert mia.gets(f"{SPRING}/mailing?{query}").status_code == 200
    assert mia.gets("/campaigns/999").status_code == 404
    assert "cannot carry a token" in mia.gets("/campaigns/2/mailing").text
    assert mia.sends("/campaigns/2/mailing/list", f"{SPRING}/mailing").status_code == 303


@pytest.mark.parametrize("foreign", [text for text in PAYLOADS if len(text) < 100])
def test_s7_foreign_text_is_text(company: Company, mia: Browser, foreign: str) -> None:
    visible = "".join(character for character in foreign if character.isprintable())
    with company.database.writing() as session:
        account = add_account(session, visible)
        person = add_prospect(session, account, visible, first_name=visible)
        session.get_one(Campaign, 1).url = f"https://www.northwind.example/{visible.replace(' ', '')}"
        relist(session, [person.id])
    for page in (
        mia.gets("/campaigns"),
        mia.gets(SPRING),
        mia.gets(f"{SPRING}/mailing?competitor="),
        mia.sends("/campaigns", label=foreign, site=foreign, path=foreign),
        mia.client.get(f"{SPRING}/mailing", query_string={"q": foreign, "competitor": foreign}),
    ):
        assert page.status_code in (200, 303, 422)
        for live in (
            "<script>alert",
            "<img src=x",
            "<svg/onload",
            "onmouseover='",
            'href="javascript',
            "<b>--",
        ):
            assert live not in page.text
    for row in rows(mia.sends(f"{SPRING}/mailing/list", "/campaigns").text):
        assert not row["name"].startswith(("=", "+", "-", "@"))
