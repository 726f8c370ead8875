"""After 30 days nobody can tell any more by what it was that a visit was judged; the judgement stands."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from alerts.models import Alert, Outcome
from alerts.words import OutcomeKind
from tests.alerts.scenes import CHROME_ON_MAC, add_alert, add_browser, add_outcome, add_page, add_visit
from tests.builders import NOON, add_prospect, add_site, add_user
from tracker.audit import COMMAND
from tracker.db import Database
from tracker.ingest.inbox import MOST_TRIES, Inbox
from tracker.ingest.judge import judge
from tracker.ingest.rows import find_visits
from tracker.models import PageView, Prospect, RuleSet, State, Visit
from tracker.months import make_months, month_of, partitions
from tracker.retention import BATCH, Going, forget_evidence, forget_visits, going, store_kept
from tracker.rules.kept import EVIDENCE_KEPT, VISITS_KEPT, KeptFor
from tracker.rules.words import RuleName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

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
        visits = find_visits(session, Visit.id == visit_id)
        (page,) = session.scalars(select(PageView))
        page.last_gesture_ms = 3_000
        judge(session, visits, LATER)
        assert (visits[0].state, visits[0].state_reasons) == (state, REASONS[state])


@pytest.fixture
def of_march(database: Database) -> Iterator[Database]:
    """A database from which months may be dropped."""
    yield database
    make_months(database, NOON)


def forget(database: Database, now: datetime) -> int:
    """Do what the schedule does."""
    forget_evidence(database, now)
    return forget_visits(database, now)


def count(database: Database, table: type[Alert | Outcome | PageView | Prospect | Visit]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_p10_after_thirteen_months_a_visit_is_gone_with_all_that_is_about_it(of_march: Database) -> None:
    visit_of(of_march)
    with of_march.writing() as session:
        visit, sam = session.scalars(select(Visit)).one(), add_user(session)
        add_outcome(session, add_alert(session, visit, sam), sam, OutcomeKind.SPOKE)
    younger = visit_of(of_march, at=NOON + 2 * MOMENT)
    assert forget(of_march, NOON + VISITS_KEPT) == 0
    assert forget(of_march, NOON + VISITS_KEPT + MOMENT) == 1
    with of_march.reading() as session:
        assert session.scalars(select(Visit.id)).all() == [younger]
        assert session.scalars(select(PageView.visit_id)).all() == [younger]
    assert (count(of_march, Alert), count(of_march, Outcome), count(of_march, Prospect)) == (0, 0, 2)


def test_p10_a_clock_moved_on_leaves_nothing_overdue(of_march: Database) -> None:
    for month in range(-3, 3):
        visit_of(of_march, at=month_of(NOON, month) + timedelta(days=20))
    later = month_of(NOON, 2) + VISITS_KEPT
    assert forget(of_march, later) == 5
    assert (count(of_march, Visit), count(of_march, PageView)) == (1, 1)
    with of_march.reading() as session:
        assert all(part.end is None or part.end > later - VISITS_KEPT for part in partitions(session))


def test_more_visits_than_one_batch_go_in_one_run(of_march: Database) -> None:
    add_many(of_march, BATCH + 1)
    with of_march.writing() as session:
        session.execute(update(Visit).values(forgotten_at=LATER))
    assert forget_visits(of_march, NOON + VISITS_KEPT + MOMENT) == BATCH + 1
    assert count(of_march, Visit) == 0


def test_what_was_set_aside_in_the_inbox_is_not_kept_for_longer(database: Database) -> None:
    inbox = Inbox(database)
    inbox.keep([(NOON, "{}"), (LATER, "{}")])
    inbox.expire(LATER - EVIDENCE_KEPT)
    assert (inbox.backlog().rows, inbox.backlog().oldest) == (1, LATER)


def test_of_the_inbox_a_shorter_time_takes_only_what_is_set_aside(database: Database) -> None:
    inbox = Inbox(database)
    inbox.keep([(NOON, "poison"), (NOON, "sound")])
    (poison, _) = (one.id for one in inbox.waiting(NOON, 2))
    for _ in range(MOST_TRIES):
        inbox.begin([poison])
    inbox.expire(NOON - MOMENT, set_aside_before=NOON)
    assert (inbox.backlog().rows, inbox.backlog().set_aside) == (1, 1)
    inbox.expire(NOON - MOMENT, set_aside_before=NOON + MOMENT)
    assert (inbox.backlog().rows, inbox.backlog().set_aside) == (1, 0)


SHORT = KeptFor(timedelta(days=40), timedelta(days=3))


def keep(database: Database, kept: KeptFor, seen: int) -> None:
    with database.writing() as session:
        store_kept(session, kept, COMMAND, NOON, seen)


def test_p10_both_are_kept_for_as_long_as_an_admin_says(of_march: Database) -> None:
    visit_of(of_march)
    keep(of_march, SHORT, seen=0)
    assert forget_evidence(of_march, NOON + SHORT.evidence) == 0
    assert forget_evidence(of_march, NOON + SHORT.evidence + MOMENT) == 1
    assert forget_visits(of_march, NOON + SHORT.visits) == 0
    later = NOON + SHORT.visits + MOMENT
    keep(of_march, KeptFor(), seen=1)
    assert forget_visits(of_march, later) == 0
    keep(of_march, SHORT, seen=2)
    assert forget_visits(of_march, later) == 1
    assert (count(of_march, Visit), count(of_march, PageView)) == (0, 0)


def test_months_are_dropped_by_what_an_admin_says(of_march: Database) -> None:
    for month in range(-3, 1):
        visit_of(of_march, at=month_of(NOON, month) + timedelta(days=5))
    keep(of_march, SHORT, seen=0)
    later = month_of(NOON) + SHORT.visits
    assert forget(of_march, later) == 3
    assert (count(of_march, Visit), count(of_march, PageView)) == (1, 1)
    with of_march.reading() as session:
        assert all(part.end is None or part.end > later - SHORT.visits for part in partitions(session))


def test_a_longer_time_holds_for_the_portions_that_are_left(of_march: Database) -> None:
    add_many(of_march, BATCH + 1)
    keep(of_march, SHORT, seen=0)
    meant = iter([SHORT, KeptFor()])

    class Changing(Database):
        """Somebody changes it between two portions."""

        @contextmanager
        def writing(self) -> Iterator[Session]:
            with super().writing() as session:
                found = session.get_one(RuleSet, RuleName.RETENTION.value)
                found.changes = dict(next(meant).changes)
                session.flush()
                yield session

    changing = Changing(of_march.write_engine, of_march.read_engine, of_march.inbox_engine)
    assert forget_evidence(changing, NOON + SHORT.evidence + MOMENT) == BATCH
    assert remembered(of_march) == 1


def test_what_would_go_is_counted_no_further_than_it_is_said(database: Database) -> None:
    add_many(database, 3)
    visit_of(database, at=NOON + timedelta(days=60))
    now = NOON + timedelta(days=65)
    with database.reading() as session:
        assert going(session, SHORT, now) == Going(visits=3, evidence=1)
        assert going(session, KeptFor(), now) == Going(visits=0, evidence=3)
        assert going(session, SHORT, now, counted=1) == Going(visits=2, evidence=1)
