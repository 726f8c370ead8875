"""A person's whole story, and a company's: what happened, in order, for those whose business it is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.story import CHAPTER, Place
from tests.alerts.scenes import add_browser, add_page, add_visit
from tests.alerts.web.story_scene import DAY, Told, tell
from tests.builders import NOON, add_account, add_owner_name, add_prospect
from tests.tracker.web.company import Company, open_company
from tracker.audit import What, by_user, note
from tracker.models import Prospect, Team, User
from tracker.suppression import suppress
from tracker.words import Role, SuppressionKind, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database


@pytest.fixture
def company(database: Database) -> Iterator[Company]:
    with open_company(database) as opened:
        yield opened


@pytest.fixture
def told(company: Company) -> Told:
    return tell(company)


def text_of(html: str) -> str:
    """What is read on a page, as one line."""
    main = html[html.index("<main") :]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split()).replace("&#39;", "'")


def person(company: Company, told: Told, user: User | None = None, ask: str = "") -> str:
    answer = company.browser(user or told.sam).gets(f"/prospects/{told.dana.id}{ask}")
    assert answer.status_code == 200
    return text_of(answer.text)


def account(company: Company, told: Told, user: User | None = None, ask: str = "") -> str:
    answer = company.browser(user or told.sam).gets(f"/accounts/{told.brightwell.id}{ask}")
    assert answer.status_code == 200
    return text_of(answer.text)


def in_order(page: str, *words: str) -> None:
    places = [page.index(one) for one in words]
    assert places == sorted(places), dict(zip(words, places, strict=True))


def test_a_story_is_told_newest_first_each_thing_at_its_time(company: Company, told: Told) -> None:
    page = person(company, told)
    in_order(
        page[page.index("What happened") :],
        "Alert mail to Sam Reed",
        "Mail to sam",
        "450 busy",
        "On their own",
        "Intent 62 of 100",
        "Call now , for Sam Reed.",
        "Spoke",
        "rollout slow",
        "By the link in winter-26",
        "In the digest",
        "Consent given",
        "Their link was made",
        "Deal lost",
    )


def test_who_they_are_and_why_they_said_no_stand_beside(company: Company, told: Told) -> None:
    browser = company.browser(told.sam)
    html = browser.gets(f"/prospects/{told.dana.id}").text
    assert 'href="tel:+442079460018"' in html
    assert f'href="mailto:{told.dana.email}"' in html
    assert f'href="/accounts/{told.brightwell.id}"' in html
    page = text_of(html)
    assert "Head of Operations" in page
    assert "12:00 for them (London)" in page
    assert "Brightwell rollout" in page
    assert "1 more with others of Brightwell : 1 open" in page


def test_a_rep_reads_their_own_stories_and_is_not_told_of_others(company: Company, told: Told) -> None:
    browser = company.browser(company.hire("Ann Other"))
    for path in (f"/prospects/{told.dana.id}", f"/accounts/{told.brightwell.id}", "/prospects/999999"):
        assert browser.gets(path).status_code == 404
    assert browser.gets("/prospects/99999999999").status_code == 404
    assert company.browser().gets(f"/prospects/{told.dana.id}").status_code == 303


def test_a_manager_reads_the_stories_of_the_team(company: Company, told: Told) -> None:
    boss = company.hire("Kim Berg", role=Role.MANAGER)
    stranger = company.hire("Una Vale", role=Role.MANAGER)
    with company.database.writing() as session:
        team = Team(name="North", manager_id=boss.id)
        session.add(team)
        session.flush()
        session.get_one(User, told.sam.id).team_id = team.id
    assert "Alert mail to Sam Reed" in person(company, told, boss)
    assert company.browser(stranger).gets(f"/prospects/{told.dana.id}").status_code == 404


def test_a_marketer_reads_visits_and_nothing_of_alerts(company: Company, told: Told) -> None:
    max_ = company.hire("Max Muster", role=Role.MARKETER)
    for page in (person(company, told, max_), account(company, told, max_)):
        assert "On their own" in page
        for word in ("Alert mail", "Call now", "Spoke", "rollout slow", "When it rings", "Held"):
            assert word not in page


def test_two_thousand_visits_are_read_chapter_by_chapter(company: Company, told: Told) -> None:
    with company.database.writing() as session:
        browser = add_browser(session, told.dana)
        for number in range(2 * CHAPTER):
            add_page(
                session,
                add_visit(session, told.dana, browser, NOON - 40 * DAY - number * DAY),
                title=f"Page {number:02}.",
            )
    seen: list[str] = []
    for path in (f"/prospects/{told.dana.id}", f"/accounts/{told.brightwell.id}"):
        seen.clear()
        browser_ = company.browser(told.sam)
        link, chapters = path, 0
        while link:
            html = browser_.gets(link).text
            seen += re.findall(r"Page \d\d\.", html)
            found = re.search(r'href="([^"]+before=[^"]+)">Older', html)
            link, chapters = (found[1] if found else ""), chapters + 1
        assert chapters == 3
        assert seen == [f"Page {number:02}." for number in range(2 * CHAPTER)]


@pytest.mark.parametrize("place", ["", "x", "1-2", "1-2-3-4", "9" * 40 + "-1-1", "1--1-1", "0-99999999999-0"])
def test_an_address_that_names_no_chapter_shows_the_latest(company: Company, told: Told, place: str) -> None:
    assert "Alert mail to Sam Reed" in person(company, told, ask=f"?before={place}")


def test_a_place_is_read_as_it_was_written() -> None:
    place = Place(NOON, 7, NOON - timedelta(microseconds=1))
    assert Place.read(str(place)) == place


def test_who_asked_for_no_calls_has_no_number_to_tap(company: Company, told: Told) -> None:
    with company.database.writing() as session:
        signer = company.door.setting.installation.signer
        dana = session.get_one(Prospect, told.dana.id)
        suppress(session, signer, [dana.email or ""], SuppressionKind.DO_NOT_CALL, "told Kim", NOON)
    html = company.browser(told.sam).gets(f"/prospects/{told.dana.id}").text
    assert "They asked not to be called." in html
    assert "tel:" not in html
    # A rep may know the wish, and not who passed it on.
    assert "No calls" in html
    assert "told Kim" not in html
    assert "told Kim" in person(company, told, company.hire("Ada Min", role=Role.ADMIN))


def test_an_admin_reads_who_changed_what(company: Company, told: Told) -> None:
    ada = company.hire("Ada Min", role=Role.ADMIN)
    with company.database.writing() as session:
        what = What(Thing.PROSPECT, told.dana.id, {"job_title": "Clerk"}, {"job_title": "Boss"})
        note(session, by_user(ada.id), "change", what, NOON - DAY)
    assert "Ada Min: change prospect (job title)" in person(company, told, ada)
    assert "Ada Min" not in person(company, told)


def test_nobody_was_here_yet_says_what_to_do(company: Company, told: Told) -> None:
    with company.database.writing() as session:
        owner = add_owner_name(session, told.sam)
        quiet = add_prospect(session, add_account(session, "Quiet Ltd", owner), "Una Seen")
    browser = company.browser(told.sam)
    page = text_of(browser.gets(f"/prospects/{quiet.id}").text)
    assert "Nothing has happened yet." in page
    assert "No deal of theirs is on record." in page
    page = text_of(browser.gets(f"/accounts/{quiet.account_id}").text)
    assert "Nobody of Quiet Ltd was seen on the website yet." in page
    assert "Nothing keeps it silent" in page
