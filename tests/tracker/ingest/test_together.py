"""Several requests, threads and processes at once: nothing lost, nothing doubled, one alert an account."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DataError

from alerts.models import Alert, Message
from alerts.outbox import claim
from alerts.words import Decision, MessageState
from tests.builders import NOON
from tests.tracker.ingest.stories import ORIGIN, Setting, add_dana, engagement, view
from tests.tracker.ingest.walk import Walk, failing, held
from tracker import db
from tracker.ingest.front import UnavailableError
from tracker.ingest.hit import DropReason
from tracker.ingest.inbox import WAITS, Backlog
from tracker.models import Browser, PageView, Prospect, Visit
from tracker.suppression import suppress
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tracker.ingest.pipeline import Nudge

MOMENT_S = 0.2
"""For another thread to run into a lock; the stories hold however far it came."""


@pytest.fixture
def other_process(setting: Setting, database_url: str) -> Iterator[Walk]:
    """A second web process on the same database."""
    database = db.connect(database_url)
    yield Walk(setting, database=database)
    database.dispose()


def insist(send: Callable[[], object]) -> None:
    """Send until it is stored, as the snippet does."""
    for _ in range(20):
        try:
            send()
        except UnavailableError:
            time.sleep(0.01)
        else:
            return
    raise AssertionError


@contextmanager
def one_group(walk: Walk) -> Iterator[ThreadPoolExecutor]:
    """What is submitted within is committed in one group."""
    with ThreadPoolExecutor(8) as pool, held(walk.front._committer):
        yield pool
        time.sleep(MOMENT_S)


def test_r1_two_processes_and_every_hit_sent_to_both(setting: Setting, other_process: Walk) -> None:
    dana = add_dana(setting)
    here = Walk(setting)
    here.sends(view(), token=dana.token)
    other_process.credential = here.credential
    pages = [view(f"{ORIGIN}/docs/{number}") for number in range(12)]

    def send_all(walk: Walk) -> None:
        for page in pages if walk is here else reversed(pages):
            insist(lambda page=page: walk.sends(page))  # type: ignore[misc]  # bound at once
            insist(lambda page=page: walk.sends(engagement(page)))  # type: ignore[misc]

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(send_all, (here, other_process)))
    assert sorted(page.hit_id for page in here.rows(PageView))[1:] == sorted(
        str(page["id"]) for page in pages
    )
    assert len(here.rows(Visit)) == len(here.rows(Browser)) == len(here.rows(Alert)) == 1


def test_a_first_hit_that_reaches_two_processes_makes_one_browser(
    setting: Setting, other_process: Walk
) -> None:
    dana = add_dana(setting)
    page = view()
    walks = (Walk(setting), other_process)
    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(lambda walk: walk.sends(page, token=dana.token), walks))
    assert replies[0].credential == replies[1].credential != ""
    assert len(other_process.rows(Browser)) == len(other_process.rows(Visit)) == 1


def test_colleagues_at_two_processes_make_one_alert_of_their_account(
    setting: Setting, other_process: Walk
) -> None:
    people = [add_dana(setting, f"Colleague {number}") for number in range(8)]
    with setting.installation.database.writing() as session:
        for person in people:
            session.get_one(Prospect, person.prospect_id).account_id = people[0].account_id
    fronts = [Walk(setting), other_process]

    def open_contact(number: int) -> None:
        walk = fronts[number % 2]
        page = view(f"{ORIGIN}/contact")
        insist(lambda: walk.sends(page, token=people[number].token, credential=""))
        insist(lambda: walk.sends(engagement(page), token=people[number].token, credential=""))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(open_contact, range(8)))
    decisions = [alert.decision for alert in other_process.rows(Alert)]
    assert (len(decisions), decisions.count(Decision.CALL)) == (8, 1)
    assert len(other_process.rows(Message)) == 1


def test_a_browser_bound_to_somebody_else_meanwhile_is_theirs(setting: Setting, other_process: Walk) -> None:
    """The person found before the lock is not the one after it: their wishes count."""
    dana, eli, kim = (add_dana(setting, name, name) for name in ("Dana", "Eli", "Kim"))
    database = setting.installation.database
    walk = Walk(setting)
    walk.sends(view(), token=dana.token)
    other_process.credential = walk.credential
    with database.writing() as session:
        email = session.get_one(Prospect, kim.prospect_id).email or ""
        suppress(session, setting.installation.signer, [email], SuppressionKind.DO_NOT_TRACK, "letter", NOON)
    for someone in (eli, kim):
        with ThreadPoolExecutor(1) as pool:
            with database.writing() as session:
                browser = session.scalars(select(Browser)).one()
                session.get_one(Prospect, browser.prospect_id, with_for_update={"key_share": True})
                sending = pool.submit(other_process.sends, view())
                time.sleep(MOMENT_S)
                browser.prospect_id = someone.prospect_id
            sending.result()
    assert [visit.prospect_id for visit in walk.rows(Visit)] == [dana.prospect_id, eli.prospect_id]
    assert other_process.drops() == [DropReason.DO_NOT_TRACK]


def test_r4_a_mail_that_a_worker_just_claimed_is_not_changed(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    page = walk.reads("/contact", token=dana.token)
    with ThreadPoolExecutor(1) as pool:
        with setting.installation.database.writing() as session:
            held = claim(session, [walk.one(Message).id], "mail", walk.now, timedelta(seconds=45))
            assert held is not None
            deciding = pool.submit(walk.sends, engagement(page, driver=True))
            time.sleep(MOMENT_S)
        deciding.result()
    assert (walk.one(Message).state, walk.one(Message).attempts) == (MessageState.PENDING, 1)
    assert walk.one(Alert).decision is Decision.CALL
    assert walk.one(PageView).driver


def test_one_that_cannot_be_stored_never_takes_its_neighbours_along(setting: Setting) -> None:
    dana, eli = add_dana(setting), add_dana(setting, "Eli Okafor", "Castor")
    walk = Walk(setting)
    no_such_text = DataError("INSERT", {}, ValueError("no such text"))
    walk.front.drain.decide = failing(no_such_text, walk.front.decide, eli.prospect_id)
    with one_group(walk) as pool:
        replies = [pool.submit(walk.sends, view(), token=person.token) for person in (dana, eli, dana)]
    assert all(reply.result().credential for reply in replies)
    assert {visit.prospect_id for visit in walk.rows(Visit)} == {dana.prospect_id}
    for wait in WAITS:
        assert walk.drops() == []
        walk.now += wait
        walk.front.drain.all()
    assert walk.drops() == [DropReason.UNSTORABLE]
    walk.move(days=1)
    walk.front.drain.all()
    assert walk.front.inbox.backlog() == Backlog(rows=0, oldest=None, set_aside=1)


def test_r1_a_fault_of_our_own_loses_nothing_and_the_hit_is_stored_once_it_is_mended(
    setting: Setting,
) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    decide, page = walk.front.decide, view()
    walk.front.drain.decide = failing(RuntimeError("a bug"), decide)
    walk.sends(page, token=dana.token)
    assert walk.rows(PageView) == []
    walk.front.drain.decide = decide
    walk.now += WAITS[0]
    walk.front.drain.all()
    assert walk.one(PageView).at == NOON
    for _ in range(2):
        walk.sends(page, token=dana.token)
    assert len(walk.rows(PageView)) == 1
    assert walk.drops() == []


def test_r2_a_nudge_that_fails_is_nobodys_business(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)

    def no_broker(nudges: Sequence[Nudge]) -> None:
        raise ConnectionError(nudges)

    walk.front.drain.nudge = no_broker
    walk.reads("/contact", token=dana.token)
    assert walk.one(Alert).decision is Decision.CALL
    assert walk.drops() == []


def test_a_group_is_told_its_own_answers(setting: Setting) -> None:
    people = [add_dana(setting, f"Person {number}", f"Company {number}") for number in range(6)]
    walk = Walk(setting)
    with one_group(walk) as pool:
        replies = [pool.submit(walk.sends, view(), token=person.token, credential="") for person in people]
    keys = [reply.result().credential.partition(".")[0] for reply in replies]
    owners = {browser.key: browser.prospect_id for browser in walk.rows(Browser)}
    assert [owners[key] for key in keys] == [person.prospect_id for person in people]
