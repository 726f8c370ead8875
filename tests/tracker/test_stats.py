"""Counts keep scanners apart from people, and every drop has its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.builders import NOON, add_campaign, add_prospect, add_site
from tracker.ingest.identity import FORWARDED, NEW_BROWSER, SHARED
from tracker.models import Browser, Campaign, Drop, PageView, Site, State, Visit
from tracker.stats import CampaignCounts, campaigns, sections

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database


def visit(session: Session, site: Site, campaign: Campaign | None, *states: State) -> None:
    """One person's visits, in a browser of their own."""
    prospect = add_prospect(session)
    browser = Browser(key=f"b{prospect.id}", prospect_id=prospect.id, created_at=NOON)
    session.add(browser)
    session.flush()
    for serial, state in enumerate(states):
        seen = Visit(
            prospect_id=prospect.id,
            browser_id=browser.id,
            site_id=site.id,
            campaign_id=campaign.id if campaign else None,
            started_at=NOON,
            last_at=NOON,
            state=state,
        )
        session.add(seen)
        session.flush()
        session.add(
            PageView(hit_id=f"{browser.key}-{serial}", visit_id=seen.id, at=NOON, url="https://a.example/")
        )


def test_a_campaign_s_scanner_clicks_are_no_clicks(database: Database) -> None:
    with database.writing() as session:
        site, spring = add_site(session), add_campaign(session)
        add_campaign(session, "summer-26")
        visit(session, site, spring, State.CONFIRMED, State.STRONG, State.ENGAGED)
        visit(session, site, spring, State.MACHINE, State.MACHINE)
        visit(session, site, spring, State.UNCONFIRMED)
        visit(session, site, None, State.CONFIRMED)
    with database.reading() as session:
        assert campaigns(session) == [
            CampaignCounts("summer-26", 0, 0, 0, 0, 0),
            CampaignCounts("spring-26", machine=2, unconfirmed=1, engaged=1, confirmed=2, people=1),
        ]


def test_everything_that_happened_is_counted_by_name(database: Database) -> None:
    with database.writing() as session:
        site = add_site(session)
        visit(session, site, None, State.CONFIRMED, State.ENGAGED)
        session.add_all([Drop(reason="no token", count=7), Drop(reason="prefetch", count=0)])
    with database.reading() as session:
        counted = {section.title: dict(section.rows) for section in sections(session)}
    assert counted["Visits by state"] == {
        "internal": 0,
        "machine": 0,
        "unconfirmed": 0,
        "engaged": 1,
        "confirmed": 1,
        "strong": 0,
    }
    assert counted["Hits dropped by reason"] == {"no token": 7, "prefetch": 0}
    assert counted["Rows"]["page views"] == 2
    assert counted["Rows"]["browsers"] == 1


def test_visits_whose_link_was_forwarded_are_counted(database: Database) -> None:
    with database.writing() as session:
        site = add_site(session)
        visit(session, site, None, State.CONFIRMED, State.ENGAGED, State.CONFIRMED)
        first, second, third = session.scalars(select(Visit).order_by(Visit.id))
        first.identity, second.identity, third.identity = [SHARED, FORWARDED], [NEW_BROWSER], []
    with database.reading() as session:
        counted = {section.title: dict(section.rows) for section in sections(session)}
    assert counted["Rows"]["visits possibly forwarded"] == 1
