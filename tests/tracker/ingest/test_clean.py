"""A clean visit outweighs what spoke against earlier ones in the same browser, for as long as it is clean."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.builders import NOON
from tests.tracker.ingest.stories import ORIGIN, add_dana, engagement, view
from tests.tracker.ingest.walk import Walk
from tracker.audit import COMMAND
from tracker.ingest.screen import OUTWEIGHED, QUICK_GESTURE
from tracker.models import State, Visit
from tracker.retention import store_kept
from tracker.rules.kept import KeptFor

if TYPE_CHECKING:
    from tests.tracker.ingest.stories import Dana, Setting

QUICK = {"first": 100}
"""The first gesture came too soon for a person; the later one is like a person's."""


def a_doubtful_visit(setting: Setting, dana: Dana) -> Walk:
    walk = Walk(setting)
    page = view(f"{ORIGIN}/docs")
    walk.sends(page, token=dana.token)
    walk.move(seconds=7)
    walk.sends(engagement(page, **QUICK))
    assert walk.one(Visit).state is State.UNCONFIRMED
    return walk


def test_the_next_clean_visit_shows_that_it_was_a_person(setting: Setting) -> None:
    walk = a_doubtful_visit(setting, add_dana(setting))
    walk.move(days=1)
    walk.reads("/pricing")
    first, second = walk.rows(Visit)
    assert (first.state, first.demoted) == (State.CONFIRMED, True)
    assert first.state_reasons[-2:] == [QUICK_GESTURE, OUTWEIGHED]
    assert (second.state, second.demoted) == (State.STRONG, False)


def test_a_visit_with_doubts_of_its_own_outweighs_nothing(setting: Setting) -> None:
    walk = a_doubtful_visit(setting, add_dana(setting))
    walk.move(days=1)
    page = view(f"{ORIGIN}/pricing")
    walk.sends(page)
    walk.move(seconds=7)
    walk.sends(engagement(page, **QUICK))
    assert [visit.state for visit in walk.rows(Visit)] == [State.UNCONFIRMED] * 2


def test_late_evidence_against_the_clean_visit_takes_it_back(setting: Setting) -> None:
    walk = a_doubtful_visit(setting, add_dana(setting))
    walk.move(days=1)
    page = walk.reads("/pricing")
    assert [visit.state for visit in walk.rows(Visit)] == [State.CONFIRMED, State.STRONG]
    walk.sends(engagement(page, **QUICK))
    assert [visit.state for visit in walk.rows(Visit)] == [State.UNCONFIRMED] * 2


def test_a_machine_stays_a_machine(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view(driver=True), token=dana.token)
    walk.move(days=1)
    walk.reads("/pricing")
    assert [visit.state for visit in walk.rows(Visit)] == [State.MACHINE, State.CONFIRMED]


def test_another_person_or_another_browser_shows_nothing(setting: Setting) -> None:
    dana, eli = add_dana(setting), add_dana(setting, "Eli Fox", "Foxglove")
    walk = a_doubtful_visit(setting, dana)
    walk.move(days=1)
    Walk(setting, now=walk.now).reads("/pricing", token=dana.token)
    walk.reads("/pricing", token=eli.token)
    assert [visit.state for visit in walk.rows(Visit)] == [
        State.UNCONFIRMED,
        State.CONFIRMED,
        State.CONFIRMED,
    ]


def test_what_is_forgotten_is_not_derived_anew(setting: Setting) -> None:
    walk = a_doubtful_visit(setting, add_dana(setting))
    with setting.installation.database.writing() as session:
        session.get_one(Visit, walk.one(Visit).id).forgotten_at = NOON
    walk.move(days=40)
    walk.reads("/pricing")
    assert [visit.state for visit in walk.rows(Visit)] == [State.UNCONFIRMED, State.CONFIRMED]
    assert walk.now - NOON > timedelta(days=30)


def test_what_is_kept_no_longer_is_not_derived_anew_either(setting: Setting) -> None:
    """Nobody came round to forgetting it yet."""
    walk = a_doubtful_visit(setting, add_dana(setting))
    with setting.installation.database.writing() as session:
        store_kept(session, KeptFor(evidence=timedelta(days=7)), COMMAND, NOON, seen=0)
    walk.move(days=8)
    walk.reads("/pricing")
    assert [visit.state for visit in walk.rows(Visit)] == [State.UNCONFIRMED, State.CONFIRMED]
