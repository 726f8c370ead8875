"""A further hit in the same visit is decided about where it may change the decision, and else left alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.models import Alert
from alerts.policy import CALL_WINDOW
from alerts.standing import Standing, stands
from alerts.words import Decision
from tests.builders import NOON, visit_row
from tests.tracker.ingest.stories import ORIGIN, Setting, add_dana, engagement, set_up, view
from tests.tracker.ingest.walk import Walk
from tracker.models import State, Visit

if TYPE_CHECKING:
    from tracker.db import Database


@pytest.fixture
def setting(database: Database) -> Setting:
    return set_up(database)


def scrolled(page: dict[str, object]) -> dict[str, object]:
    return engagement(page, visible=16_000, first=None, last=None, bursts=3)


def test_who_scrolls_first_and_taps_then_is_called(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view(), token=dana.token)
    walk.move(days=2)
    page = view(f"{ORIGIN}/pricing")
    walk.sends(page)
    walk.move(seconds=16)
    walk.sends(scrolled(page))
    assert walk.rows(Alert)[-1].decision is Decision.DIGEST
    walk.move(seconds=5)
    walk.sends(engagement(page, visible=21_000, first=19_000, last=19_000, bursts=3))
    assert walk.rows(Visit)[-1].state is State.CONFIRMED
    assert walk.rows(Alert)[-1].decision is Decision.CALL
    assert len(walk.nudges) == 1


def test_a_contact_page_brings_a_call_forward_whatever_the_intent_is_already(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.reads("/pricing", token=dana.token)
    with setting.installation.database.writing() as session:
        session.get_one(Visit, 1).intent = session.get_one(Alert, 1).intent = 100
    assert walk.one(Alert).due_at == walk.now + CALL_WINDOW
    walk.move(seconds=2)
    walk.reads("/contact")
    assert (walk.one(Alert).due_at or walk.now) <= walk.now


CALLED = Standing(Decision.CALL, "high intent", 60, NOON, None)


@pytest.mark.parametrize(
    ("state", "decided", "stays"),
    [
        (State.UNCONFIRMED, Standing(Decision.HOLD, "unconfirmed", 60, None, None), True),
        (State.UNCONFIRMED, Standing(Decision.HOLD, "unconfirmed", 40, None, None), False),
        (State.CONFIRMED, Standing(Decision.HOLD, "unconfirmed", 60, None, None), False),
        (State.MACHINE, Standing(Decision.HOLD, "machine", 60, None, None), True),
        (State.CONFIRMED, Standing(Decision.HOLD, "cooldown", 60, None, None), False),
        (State.CONFIRMED, Standing(Decision.HOLD, "daily limit", 60, None, None), False),
        (State.ENGAGED, Standing(Decision.DIGEST, "ordinary visit", 60, None, None), True),
        (State.CONFIRMED, Standing(Decision.DIGEST, "ordinary visit", 60, None, None), False),
        (State.CONFIRMED, CALLED, True),
        (State.MACHINE, CALLED, False),
        (State.CONFIRMED, CALLED._replace(due_at=NOON + timedelta(seconds=1)), False),
        (State.CONFIRMED, CALLED._replace(corrected_at=NOON), False),
    ],
)
def test_a_decision_stands_as_long_as_nothing_it_rests_on_has_changed(
    state: State, decided: Standing, *, stays: bool
) -> None:
    assert stands(visit_row(Visit(state=state, intent=60)), decided, NOON) is stays
