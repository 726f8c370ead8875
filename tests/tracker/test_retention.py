"""After 30 days nobody can tell any more by what it was that a visit was judged; the judgement stands."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from tests.alerts.scenes import CHROME_ON_MAC, add_browser, add_page, add_visit
from tests.builders import NOON, add_prospect, add_site
from tracker.ingest.inbox import Inbox
from tracker.ingest.judge import judge
from tracker.models import PageView, State, Visit
from tracker.retention import BATCH, EVIDENCE_KEPT, forget_evidence

if TYPE_CHECKING:
    from tracker.db import Database

MOMENT = timedelta(seconds=1)
LATER = NOON + EVIDENCE_KEPT + MOMENT
REASONS = {State.STRONG: ["trusted gesture, and time to read"], State.MACHINE: ["user agent names a bot"]}


def visit_of(database: Database, state: State = State.STRONG, at: datetime = NOON) -> int:
    with database.writing() as session:
        visit = add_visit(
            session,
            add_prospect(session),
            at=at,
            address_hash="a" * 64,
            signs=["no Sec-Fetch"],
            state=state,
            state_reasons=REASONS[state],
        )
        add_page(session, visit)
        return visit.id


def stored(database: Database, visit_id: int) -> Visit:
    with database.reading() as session:
        return session.get_one(Visit, visit_id)


def evidence(visit: Visit) -> tuple[str, str, list[str]]:
    return visit.user_agent, visit.address_hash, visit.signs


def test_p10_evidence_is_kept_thirty_days_and_then_the_state_alone(database: Database) -> None:
    visit_id = visit_of(database)
    assert forget_evidence(database, NOON + EVIDENCE_KEPT) == 0
    assert evidence(stored(database, visit_id)) == (CHROME_ON_MAC, "a" * 64, ["no Sec-Fetch"])
    assert forget_evidence(database, LATER) == 1
    visit = stored(database, visit_id)
    assert evidence(visit) == ("", "", [])
    assert (visit.state, visit.state_reasons) == (State.STRONG, REASONS[State.STRONG])
    assert visit.forgotten_at == LATER
    with database.reading() as session:
        assert session.scalars(select(PageView.visible_ms)).all() == [185_000]


def test_what_is_forgotten_is_not_forgotten_again(database: Database) -> None:
    visit_id = visit_of(database)
    forget_evidence(database, LATER)
    younger = visit_of(database, at=LATER)
    assert forget_evidence(database, LATER + MOMENT) == 0
    assert stored(database, visit_id).forgotten_at == LATER
    assert stored(database, younger).user_agent == CHROME_ON_MAC


def add_many(database: Database, number: int) -> None:
    with database.writing() as session:
        person, site = add_prospect(session), add_site(session)
        browser = add_browser(session, person)
        session.add_all(
            Visit(
                prospect_id=person.id,
                browser_id=browser.id,
                site_id=site.id,
                started_at=NOON,
                last_at=NOON,
                user_agent=CHROME_ON_MAC,
            )
            for _ in range(number)
        )


def remembered(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(Visit.user_agent != "")) or 0


@pytest.mark.parametrize("number", [BATCH, 2 * BATCH + 1])
def test_p10_whatever_has_gathered_nothing_is_overdue_afterwards(database: Database, number: int) -> None:
    add_many(database, number)
    assert forget_evidence(database, LATER) == number
    assert remembered(database) == 0


def test_two_at_once_share_the_work(database: Database) -> None:
    add_many(database, 2 * BATCH + 1)
    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(lambda now: forget_evidence(database, now), (LATER, LATER)))
    # One that finds only visits that the other holds leaves them to it.
    assert sum(counts) + forget_evidence(database, LATER) == 2 * BATCH + 1
    assert remembered(database) == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_a_visit_that_is_being_written_is_left_for_the_next_run(database: Database) -> None:
    held, free = visit_of(database), visit_of(database)
    with database.writing() as session:
        session.get_one(Visit, held, with_for_update=True)
        assert forget_evidence(database, LATER) == 1
    assert (stored(database, held).forgotten_at, stored(database, free).forgotten_at) == (None, LATER)
    assert forget_evidence(database, LATER) == 1


@pytest.mark.parametrize("state", [State.STRONG, State.MACHINE])
def test_a_forgotten_visit_is_never_judged_to_be_somebody_else(database: Database, state: State) -> None:
    """Neither does a missing user agent make a machine, nor do missing signs make a person."""
    visit_id = visit_of(database, state)
    forget_evidence(database, LATER)
    with database.writing() as session:
        visit = session.get_one(Visit, visit_id)
        (page,) = session.scalars(select(PageView))
        page.last_gesture_ms = 3_000
        judge(session, [visit], LATER)
        assert (visit.state, visit.state_reasons) == (state, REASONS[state])


def test_what_was_set_aside_in_the_inbox_is_not_kept_for_longer(database: Database) -> None:
    inbox = Inbox(database)
    inbox.keep([(NOON, "{}"), (LATER, "{}")])
    inbox.expire(LATER - EVIDENCE_KEPT)
    assert (inbox.backlog().rows, inbox.backlog().oldest) == (1, LATER)
