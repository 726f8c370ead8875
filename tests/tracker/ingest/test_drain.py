"""What waits in the inbox is worked through: soon, in order, whoever dies over it."""

from __future__ import annotations

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import OperationalError

from tests.builders import NOON
from tests.tracker.ingest.stories import ORIGIN, Setting, add_dana, engagement, view
from tests.tracker.ingest.walk import Walk, failing, is_empty, later
from tracker.ingest.drain import MOST_TEXT, group_of
from tracker.ingest.hit import DropReason
from tracker.ingest.inbox import MOST_TRIES, WAITS, Backlog, Waiting
from tracker.links import OwnLink
from tracker.models import Browser, PageView, Prospect, State, Visit


class Killed(BaseException):
    """The process is gone."""


def test_what_comes_before_it_is_worked_through_counts_from_when_it_came(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = later(Walk(setting))
    page = view(f"{ORIGIN}/pricing")
    walk.sends(page, token=dana.token)
    walk.move(seconds=7)
    walk.sends(engagement(page))
    assert walk.rows(Visit) == []
    walk.move(minutes=50)
    walk.front.drain.all()
    visit = walk.one(Visit)
    assert (visit.started_at, visit.state) == (NOON, State.CONFIRMED)
    assert is_empty(walk)


def test_r1_a_process_that_dies_over_a_group_leaves_it_to_the_next(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = later(Walk(setting))
    page = view()
    walk.sends(page, token=dana.token)
    walk.sends(view(f"{ORIGIN}/docs"))
    walk.front.drain.decide = failing(Killed(), walk.front.decide)
    with pytest.raises(Killed):
        walk.front.drain.all()
    assert (walk.rows(Browser), walk.rows(PageView)) == ([], [])
    next_one = Walk(setting)
    next_one.front.drain.all()
    assert len(walk.rows(PageView)) == 2
    assert len(walk.rows(Browser)) == len(walk.rows(Visit)) == 1


def test_r3_a_poison_row_that_kills_each_process_is_set_aside_and_the_others_are_not(
    setting: Setting,
) -> None:
    people = [add_dana(setting, f"Person {number}", f"Company {number}") for number in range(3)]
    poison = people[1].prospect_id
    first = later(Walk(setting))
    for person in people:
        first.sends(view(), token=person.token, credential="")
    deaths = 0
    while True:
        walk = Walk(setting)
        walk.front.drain.decide = failing(Killed(), walk.front.decide, poison)
        try:
            walk.front.drain.all()
        except Killed:
            deaths += 1
        else:
            break
    assert (first.front.inbox.backlog(), deaths) == (Backlog(0, None, 1), MOST_TRIES)
    assert {visit.prospect_id for visit in first.rows(Visit)} == {
        people[0].prospect_id,
        people[2].prospect_id,
    }


def test_r1_what_a_browser_did_after_a_hit_that_fails_waits_for_it(setting: Setting) -> None:
    """It is known by the first of its hits only: those that come behind it must not be taken for nobody's."""
    dana, eli = add_dana(setting), add_dana(setting, "Eli Okafor", "Castor")
    walk = later(Walk(setting))
    page = view(f"{ORIGIN}/pricing")
    walk.sends(page, token=dana.token)
    walk.sends(engagement(page))
    eve = later(Walk(setting))
    eve.sends(view(), token=eli.token)
    eve.sends(view())
    drain, decide = walk.front.drain, walk.front.drain.decide
    drain.decide = failing(RuntimeError("a bug"), decide, dana.prospect_id)
    drain.all()
    assert {visit.prospect_id for visit in walk.rows(Visit)} == {eli.prospect_id}
    drain.decide = decide
    walk.now += WAITS[0]
    drain.all()
    assert [visit.state for visit in walk.rows(Visit)] == [State.UNCONFIRMED, State.CONFIRMED]
    assert walk.drops() == []


def test_r1_a_database_that_is_away_is_no_fault_of_a_row(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = later(Walk(setting))
    walk.sends(view(), token=dana.token)
    drain, decide = walk.front.drain, walk.front.drain.decide
    drain.decide = failing(OperationalError("COMMIT", {}, TimeoutError()), decide)
    for _ in range(2 * MOST_TRIES):
        with pytest.raises(OperationalError):
            drain.all()
    drain.decide = decide
    drain.all()
    assert len(walk.rows(PageView)) == 1


def test_r1_what_is_worked_through_twice_changes_nothing(setting: Setting) -> None:
    """On SQLite a row goes out of the inbox after the commit: a process may die between."""
    dana = add_dana(setting)
    walk = later(Walk(setting))
    page = view(f"{ORIGIN}/pricing")
    walk.sends(page, token=dana.token)
    walk.sends(engagement(page))
    inbox, database = walk.front.inbox, setting.installation.database
    with database.reading() as session:
        texts = inbox.texts(session, [one.id for one in inbox.waiting(NOON, 9)])
    walk.front.drain.all()
    before = [(visit.state, visit.intent, visit.pages) for visit in walk.rows(Visit)]
    inbox.keep([(NOON, text) for text in texts])
    walk.front.drain.all()
    assert [(visit.state, visit.intent, visit.pages) for visit in walk.rows(Visit)] == before
    assert len(walk.rows(PageView)) == len(walk.rows(Browser)) == 1


def test_a_visitor_who_says_no_after_what_they_did_is_heard_in_that_order(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = later(Walk(setting))
    walk.sends(view(), token=dana.token)
    walk.sends(revoke=True)
    walk.sends(view())
    walk.front.drain.all()
    assert len(walk.rows(PageView)) == 1
    assert walk.one(Browser).revoked_at == NOON


def test_a_second_link_that_is_opened_before_the_first_is_worked_through_is_the_same_browser(
    setting: Setting,
) -> None:
    dana = add_dana(setting)
    walk = later(Walk(setting))
    pages = [view(f"{ORIGIN}/pricing"), view(f"{ORIGIN}/demo")]
    first, second = (walk.sends(page, token=dana.token) for page in pages)
    assert (bool(first.credential), second.credential) == (True, "")
    walk.move(seconds=7)
    walk.sends(*map(engagement, pages))
    walk.front.drain.all()
    visit = walk.one(Visit)
    assert (visit.pages, visit.state, visit.identity) == (2, State.STRONG, [])
    assert walk.drops() == []


def test_a_test_link_that_is_opened_before_a_prospect_s_is_worked_through_marks_the_browser(
    setting: Setting,
) -> None:
    dana = add_dana(setting)
    walk = later(Walk(setting))
    walk.sends(view(), token=dana.token)
    walk.sends(view(), token=OwnLink(dana.user_id, NOON).text(setting.installation.signer))
    walk.sends(view(f"{ORIGIN}/pricing"))
    walk.front.drain.all()
    assert walk.one(Browser).own_user_id == dana.user_id
    assert walk.one(Visit).state is State.INTERNAL


def test_p6_a_withdrawal_waits_for_the_hit_that_makes_the_browser_known(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = later(Walk(setting))
    walk.sends(view(), token=dana.token)
    drain, decide = walk.front.drain, walk.front.drain.decide
    drain.decide = failing(RuntimeError("a bug"), decide)
    drain.all()
    walk.sends(revoke=True)
    drain.all()
    drain.decide = decide
    walk.now += WAITS[0]
    drain.all()
    assert walk.one(Browser).revoked_at == walk.now
    walk.sends(view())
    drain.all()
    assert len(walk.rows(PageView)) == 1


def test_hits_of_a_browser_that_nobody_knows_are_dropped_also_behind_what_is_set_aside(
    setting: Setting,
) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view(), token=dana.token)
    walk.front.inbox.keep([(NOON, "poison")])
    for wait in WAITS:
        walk.front.drain.all()
        walk.now += wait
    walk.front.drain.all()
    with setting.installation.database.writing() as session:
        session.execute(delete(Prospect))
    walk.sends(view())
    assert walk.front.inbox.backlog() == Backlog(0, None, 1)
    assert walk.drops() == [DropReason.UNKNOWN_BROWSER, DropReason.UNSTORABLE]


def test_what_is_in_hand_at_a_time_is_bounded_by_what_is_in_it() -> None:
    half, sixth = MOST_TEXT // 2, MOST_TEXT // 6
    many = [Waiting(1, 0, half), Waiting(2, 0, half), Waiting(3, 0, 1)]
    assert group_of(many) == [1, 2]
    assert group_of([Waiting(1, 0, MOST_TEXT + 1), Waiting(2, 0, 1)]) == [1]
    tried = [Waiting(1, 0, sixth), Waiting(2, 1, sixth), Waiting(3, 0, sixth)]
    assert group_of(tried) == [1]
    assert group_of(tried[1:]) == []
