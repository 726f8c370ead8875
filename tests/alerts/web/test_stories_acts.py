"""What is done from a whole story, what hostile text does there (nothing), and how it looks in a browser."""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.given import given_by_alerts
from alerts.models import Alert, Outcome
from alerts.words import OutcomeKind
from tests.alerts.scenes import add_page, add_visit
from tests.alerts.test_payloads import PAYLOADS, Outline
from tests.alerts.web.front import served
from tests.alerts.web.story_scene import tell
from tests.axe import violations
from tests.builders import NOON, add_owner_name
from tests.tracker.web.company import open_company
from tests.tracker.web.test_journeys import fits
from tracker import db
from tracker.models import Account, Base, Deal, Prospect, User, Visit
from tracker.people.rights import reach
from tracker.people.scope import Scope
from tracker.suppression import suppress
from tracker.words import Role, SuppressionKind, Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser as Chromium

    from tests.alerts.web.story_scene import Told
    from tests.tracker.web.company import Company
    from tracker.db import Database


@pytest.fixture
def company(database: Database) -> Iterator[Company]:
    with open_company(database) as opened:
        yield opened


@pytest.fixture
def told(company: Company) -> Told:
    return tell(company)


def test_a_call_is_claimed_and_reported_from_the_story_and_taken_back(company: Company, told: Told) -> None:
    browser, page = company.browser(told.sam), f"/prospects/{told.dana.id}"
    answer = browser.sends(f"/alerts/{told.alert.id}/calling", page, place=page, seen="open")
    assert answer.location == page
    assert "Sam Reed is calling" in " ".join(browser.gets(page).text.split())
    browser.sends(f"/alerts/{told.alert.id}/outcome", page, place=page, kind="spoke", seen="open")
    html = browser.gets(page).text
    assert "I\N{RIGHT SINGLE QUOTATION MARK}m calling" not in html
    assert f"/outcomes/{told.spoke.id}/undo" in html
    with company.database.reading() as session:
        new = session.scalars(select(Outcome).where(Outcome.alert_id == told.alert.id)).all()
        assert {one.kind for one in new} == {OutcomeKind.CALLING, OutcomeKind.SPOKE}
        last = next(one.id for one in new if one.kind == OutcomeKind.SPOKE)
    browser.sends(f"/outcomes/{last}/undo", page, place=page)
    assert "undone" in browser.gets(page).text
    with company.database.reading() as session:
        assert session.get_one(Alert, told.alert.id).closed_at is None


def test_a_company_says_who_gets_its_calls_and_why_it_is_silent(company: Company, told: Told) -> None:
    kim = company.hire("Kim Berg")
    with company.database.writing() as session:
        sam = session.get_one(User, told.sam.id)
        sam.deputy_id, sam.away_from, sam.away_until = kim.id, NOON.date(), NOON.date()
        session.get_one(Outcome, told.spoke.id).at = NOON
    html = company.browser(told.sam).gets(f"/accounts/{told.brightwell.id}").text
    page = " ".join(re.sub(r"<[^>]+>", "", html).split())
    assert "Kim Berg gets the calls now, since Sam Reed is away." in page
    assert "No alerts: They have an open deal" in page
    assert "Silent until Wed 11 Mar, 11:50, since Dana Ortiz was to be called today 11:50." in page
    assert "Until then only burning intent rings." in page
    assert (
        "Dana Ortiz is left in peace until Tue 17 Mar, 12:00, since Sam Reed reported “spoke” today 12:00."
        in page
    )


def test_deals_that_are_a_colleagues_alone_are_counted_and_not_shown(company: Company, told: Told) -> None:
    ann = company.hire("Ann Other")
    with company.database.writing() as session:
        names = add_owner_name(session, ann), add_owner_name(session, None, "Gone Away")
        session.get_one(Account, told.brightwell.id).owner_name_id = names[1].id
        deals = {one.title: one for one in session.scalars(select(Deal))}
        deals["Pilot"].owner_name_id = names[0].id
    html = company.browser(ann).gets(f"/accounts/{told.brightwell.id}").text
    page = " ".join(re.sub(r"<[^>]+>", "", html).split())
    assert "Eli Brook" in page
    assert "Dana" not in page[page.index("People") :]
    assert "1 more with colleagues of yours: 1 lost." in page
    assert "Brightwell rollout" not in page


def test_asked_of_each_or_of_all_the_same_people_are_in_reach(company: Company, told: Told) -> None:
    staff = [company.hire(f"Kim {role}", role=role) for role in Role] + [told.sam]
    with company.database.reading() as session:
        for user in staff:
            goes = reach(user.role, Verb.SEE, Thing.PROSPECT)
            given = partial(given_by_alerts, now=company.door.now)
            scope = Scope(goes, user.id, user.team_id, given)
            for one, other, what in (
                (scope.prospects(), scope.each(), Prospect.id),
                (scope.accounts(), scope.account(), Account.id),
            ):
                asked = (session.scalars(select(what).where(where).order_by(what)) for where in (one, other))
                all_of_them, each_of_them = (list(answer) for answer in asked)
                assert all_of_them == each_of_them, user.name


def fill(company: Company, told: Told, text: str) -> None:
    """Put a text into everything that comes from outside."""
    with company.database.writing() as session:
        dana = session.get_one(Prospect, told.dana.id)
        dana.name, dana.job_title, dana.phone, dana.email = text[:200], text[:200], text[:40], text[:320]
        session.get_one(Account, told.brightwell.id).name = text[:300]
        deal = session.get_one(Deal, told.deal.id)
        deal.title = deal.product = deal.competitor = text[:200]
        deal.reason = deal.notes = text
        session.get_one(Outcome, told.spoke.id).note = text
        visit = session.get_one(Visit, session.get_one(Alert, told.alert.id).visit_id)
        visit.state_reasons, visit.identity = [text], [text]
        visit.intent_reasons = [{"name": text, "points": 1, "sentence": text}]
        add_page(session, visit, text[:60], title=text[:200], url=text[:2000], referrer=text[:200])
        alert = session.get_one(Alert, told.alert.id)
        alert.sentence, alert.why = text, text[:60]
        signer = company.door.setting.installation.signer
        suppress(session, signer, [text[:320]], SuppressionKind.UNSUBSCRIBED, text[:200], NOON)
        if not session.scalars(select(Visit.id).where(Visit.intent == 1)).all():
            add_visit(session, dana, at=NOON, intent=1)


def test_s7_a_payload_in_every_field_is_text(company: Company, told: Told) -> None:
    ada = company.browser(company.hire("Ada Min", role=Role.ADMIN))
    paths = f"/prospects/{told.dana.id}", f"/accounts/{told.brightwell.id}"
    allowed = {mark for path in paths for mark in Outline(ada.gets(path).text).marks}
    fill(company, told, "Plain words")
    allowed |= {mark for path in paths for mark in Outline(ada.gets(path).text).marks}
    for payload in PAYLOADS:
        fill(company, told, payload)
        for path in paths:
            html = ada.gets(path).text
            found = Outline(html)
            assert found.marks <= allowed, payload
            assert all(href.startswith(("/", "#", "https://", "tel:", "mailto:")) for href in found.hrefs)
            assert not {one for one in html if unicodedata.category(one) in {"Cc", "Cf", "Cs"}} - set("\n\t")


@pytest.mark.browser
def test_the_pages_fit_and_are_accessible(chromium: Chromium, tmp_path: Path) -> None:
    database = db.connect(f"sqlite:///{tmp_path / 'ringback.db'}")
    Base.metadata.create_all(database.write_engine)
    refused: list[str] = []
    with open_company(database, trusted_hosts=("127.0.0.1",)) as company:
        told = tell(company)
        browser = company.browser(told.sam)
        name = browser.client.application.config["SESSION_COOKIE_NAME"]
        cookie = browser.client.get_cookie(name)
        assert cookie is not None
        with served(browser.client.application) as home:
            for scheme in ("light", "dark"):
                context = chromium.new_context(color_scheme=scheme)
                context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": home}])
                page = context.new_page()
                page.on("console", lambda message: refused.append(message.text))
                for path in (f"/prospects/{told.dana.id}", f"/accounts/{told.brightwell.id}"):
                    page.goto(home + path)
                    fits(page)
                    assert violations(page) == []
                context.close()
            context = chromium.new_context(java_script_enabled=False)
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": home}])
            page = context.new_page()
            page.goto(f"{home}/prospects/{told.dana.id}")
            page.get_by_role("button", name="I\N{RIGHT SINGLE QUOTATION MARK}m calling").click()
            page.get_by_text("Sam Reed is calling").wait_for()
            page.get_by_role("link", name="Brightwell", exact=True).click()
            page.get_by_role("heading", name="When it rings").wait_for()
            context.close()
    assert refused == []
    database.dispose()
