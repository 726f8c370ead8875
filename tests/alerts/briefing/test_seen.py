"""NOW: only what was seen is said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.briefing import brief
from tests.alerts.scenes import (
    MORNING,
    SAFARI_ON_IPHONE,
    add_alert,
    add_browser,
    add_page,
    add_visit,
    dana_reads_pricing,
    installation,
)
from tests.builders import add_campaign, add_prospect, add_user
from tracker.ingest.identity import FORWARDED, NEW_BROWSER, NOT_THEIRS, SHARED
from tracker.words import State

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.briefing.facts import Seen
    from tracker.db import Database
    from tracker.models import Visit


def seen_of(session: Session, database: Database, visit: Visit, now: datetime = MORNING) -> Seen:
    sam = add_user(session)
    return brief(session, installation(database), add_alert(session, visit, sam).id, now).seen


def test_the_second_visit_this_week_in_the_usual_browser(session: Session, database: Database) -> None:
    scene = dana_reads_pricing(session)
    seen = brief(session, installation(database), scene.alert.id, MORNING).seen
    assert seen.heading == "NOW"
    assert seen.sentences == (
        "Pricing, 3 min.",
        "Came on their own; 2nd visit this week.",
        "Usual browser, confirmed.",
    )
    assert seen.device == "Chrome on Mac"


def test_the_page_read_longest_comes_first(session: Session, database: Database) -> None:
    visit = add_visit(session, add_prospect(session))
    add_page(session, visit, "docs", title="SSO set-up", visible_ms=20_000)
    add_page(session, visit, "pricing", visible_ms=50_000)
    add_page(session, visit, "comparison", visible_ms=30_000)
    add_page(session, visit, "pricing", visible_ms=80_000)
    assert seen_of(session, database, visit).read == 'Pricing, 2 min; also comparison and docs "SSO set-up"'


def test_a_page_read_long_ago_does_not_stand_in_front(session: Session, database: Database) -> None:
    visit = add_visit(session, add_prospect(session), started_at=MORNING - timedelta(hours=2))
    add_page(session, visit, "docs", visible_ms=900_000)
    add_page(session, visit, "pricing", at=MORNING - timedelta(minutes=2), visible_ms=20_000)
    assert seen_of(session, database, visit).read == "Pricing, 20 s; also docs"


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ({"title": "Our story"}, '"Our story", 3 min'),
        ({"url": "https://www.northwind.example/about/team"}, "The page /about/team, 3 min"),
        ({"url": "https://www.northwind.example/"}, "The home page, 3 min"),
        (
            {"title": "Win at https://evil.example", "url": "https://www.northwind.example/x"},
            "The page /x, 3 min",
        ),
        ({"title": "Our story", "visible_ms": 0}, '"Our story"'),
    ],
)
def test_a_page_without_a_topic_is_named_by_title_or_path(
    session: Session, database: Database, page: dict[str, object], name: str
) -> None:
    visit = add_visit(session, add_prospect(session))
    add_page(session, visit, "", **page)
    assert seen_of(session, database, visit).read == name


def test_who_left_is_not_said_to_be_here(session: Session, database: Database) -> None:
    visit = add_visit(session, add_prospect(session), at=MORNING - timedelta(hours=16, minutes=2))
    add_page(session, visit)
    seen = seen_of(session, database, visit)
    assert seen.heading == "SEEN"
    assert seen.reading == "Yesterday 17:40: Pricing, 3 min."


def test_a_visit_without_pages_says_just_when(session: Session, database: Database) -> None:
    visit = add_visit(session, add_prospect(session), at=MORNING - timedelta(hours=1))
    assert seen_of(session, database, visit).reading == "Today 08:42."


def test_a_click_in_a_mailing_names_it(session: Session, database: Database) -> None:
    visit = add_visit(session, add_prospect(session), by_link=True, campaign_id=add_campaign(session).id)
    assert seen_of(session, database, visit).came == 'came by the mailing "spring-26"'


def test_a_link_without_a_campaign_names_none(session: Session, database: Database) -> None:
    visit = add_visit(session, add_prospect(session), by_link=True)
    assert seen_of(session, database, visit).came == "came by their link"


def test_a_new_browser_is_named(session: Session, database: Database) -> None:
    dana = add_prospect(session)
    add_visit(session, dana, at=MORNING - timedelta(days=120))
    visit = add_visit(session, dana, user_agent=SAFARI_ON_IPHONE, identity=[NEW_BROWSER])
    seen = seen_of(session, database, visit)
    assert seen.browser == "New browser (Safari on iPhone), confirmed"
    assert seen.count == "first visit since 13 Oct 2025"


def test_a_first_visit_has_no_usual_browser(session: Session, database: Database) -> None:
    seen = seen_of(session, database, add_visit(session, add_prospect(session)))
    assert (seen.count, seen.browser) == ("first visit seen", "Confirmed")


def test_a_machine_s_earlier_visit_is_none(session: Session, database: Database) -> None:
    dana = add_prospect(session)
    browser = add_browser(session, dana)
    for state in (State.MACHINE, State.UNCONFIRMED):
        add_visit(session, dana, browser, at=MORNING - timedelta(days=1), state=state)
    assert seen_of(session, database, add_visit(session, dana, browser)).count == "first visit seen"


def test_doubts_about_who_it_is_are_said(session: Session, database: Database) -> None:
    dana = add_prospect(session)
    visit = add_visit(session, dana, identity=[SHARED, FORWARDED])
    assert seen_of(session, database, visit).browser == "Shared browser, possibly forwarded, confirmed"


def test_a_doubtful_browser_is_not_the_usual_one(session: Session, database: Database) -> None:
    dana = add_prospect(session)
    browser = add_browser(session, dana)
    add_visit(session, dana, browser, at=MORNING - timedelta(days=1))
    visit = add_visit(session, dana, browser, identity=[FORWARDED])
    assert seen_of(session, database, visit).browser == "Possibly forwarded, confirmed"


def test_visits_in_a_browser_that_is_somebody_else_s_are_not_counted(
    session: Session, database: Database
) -> None:
    dana = add_prospect(session)
    add_visit(session, dana, at=MORNING - timedelta(days=1), identity=[NOT_THEIRS], not_theirs=True)
    seen = seen_of(session, database, add_visit(session, dana))
    assert (seen.count, seen.browser) == ("first visit seen", "Confirmed")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.STRONG, "Confirmed"),
        (State.ENGAGED, "Engaged but not confirmed"),
        (State.UNCONFIRMED, "Link opened, not confirmed"),
    ],
)
def test_a_state_says_no_more_than_it_proves(
    session: Session, database: Database, state: State, said: str
) -> None:
    assert seen_of(session, database, add_visit(session, add_prospect(session), state=state)).browser == said
