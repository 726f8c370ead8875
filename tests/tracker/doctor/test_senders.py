"""A proxy that removes headers must not silence everything unsaid."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.alerts.scenes import add_visit
from tests.builders import NOON, add_prospect
from tracker.doctor.finding import Level
from tracker.doctor.senders import FEWEST, check_addresses, check_headers, check_test_links
from tracker.ingest.hit import DropReason
from tracker.ingest.screen import DRIVEN
from tracker.ingest.signs import NO_FETCH_HEADERS
from tracker.links import OWN_LINK_AGE
from tracker.models import Drop
from tracker.words import State

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.models import Prospect


def add_visits(session: Session, dana: Prospect, number: int, *reasons: str, hours: int = 1) -> None:
    state = State.MACHINE if reasons else State.CONFIRMED
    for _ in range(number):
        add_visit(session, dana, at=NOON - timedelta(hours=hours), state=state, state_reasons=list(reasons))


def test_a_test_link_that_went_out_to_prospects_is_told_while_it_lives(database: Database) -> None:
    with database.writing() as session:
        spread = Drop(reason=DropReason.SPREAD_TEST_LINK, count=0)
        session.add(spread)
        session.flush()
        assert list(check_test_links(session, NOON)) == []
        spread.count, spread.last_at = 3, NOON - timedelta(days=1)
        session.flush()
        (finding,) = check_test_links(session, NOON)
        assert finding.level is Level.MIND
        assert "last on 2026-03-09" in finding.sentence
        assert "ringback own clear" in finding.sentence
        assert list(check_test_links(session, NOON + OWN_LINK_AGE)) == []


def test_when_everybody_has_the_proxy_s_address_it_is_said(database: Database) -> None:
    with database.writing() as session:
        dana = add_prospect(session)
        for _ in range(FEWEST - 1):
            add_visit(session, dana, at=NOON, address_hash="")
        assert list(check_addresses(session, NOON)) == []
        add_visit(session, dana, at=NOON, address_hash="")
        (finding,) = check_addresses(session, NOON)
        assert finding.level is Level.MIND
        assert "RINGBACK_PROXY_HOPS" in finding.sentence
        for _ in range(FEWEST):
            add_visit(session, dana, at=NOON, address_hash="abc")
        assert list(check_addresses(session, NOON)) == []


def test_when_most_visits_lack_the_headers_it_is_the_proxy(database: Database) -> None:
    with database.writing() as session:
        dana = add_prospect(session)
        add_visits(session, dana, 20, NO_FETCH_HEADERS, hours=30)
        add_visits(session, dana, FEWEST - 1, NO_FETCH_HEADERS)
        assert list(check_headers(session, NOON)) == []
        add_visits(session, dana, 1, NO_FETCH_HEADERS, DRIVEN)
        (finding,) = check_headers(session, NOON)
        assert finding.level is Level.MIND
        assert finding.sentence.startswith("Of 10 visits of the last day 10 are taken for machines")
        assert "your proxy seems to remove" in finding.sentence.lower()
        add_visits(session, dana, FEWEST - 2)
        add_visits(session, dana, 2, DRIVEN)
        assert list(check_headers(session, NOON)) == []
