"""A page's reports in any order: each visit keeps what was done in it, and time is never made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from alerts.models import Alert
from tests.builders import NOON
from tests.tracker.ingest.stories import Setting, add_dana, engagement, view
from tests.tracker.ingest.walk import Walk
from tracker.ingest.evidence import SILENCE_COUNTED
from tracker.models import PageView, Visit

if TYPE_CHECKING:
    from datetime import datetime

Hit = dict[str, object]
Step = tuple[int, bool, int]


def milliseconds(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)


_report = st.tuples(st.integers(0, 60), st.booleans(), st.integers(0, 2))
_stays = st.lists(st.lists(_report, min_size=1, max_size=3), min_size=1, max_size=3)
"""Stays at one page, hours apart: each some reports of seconds more, whether a key was pressed, bursts."""


@dataclass(frozen=True, slots=True)
class Stay:
    """What one of several stays at a page was."""

    last_gesture: int | None
    bursts: int
    least: int
    """Milliseconds: after its first sign, and the silence before that which counts."""
    most: int
    """Milliseconds it was in view, signs or none."""

    @classmethod
    def of(cls, part: PageView) -> Stay:
        return cls(part.last_gesture_ms, part.bursts, part.visible_ms, part.visible_ms)


def _reports(page: Hit, stays: list[list[Step]]) -> tuple[list[tuple[datetime, Hit]], list[Stay]]:
    """Tell what a browser reports of these stays, and what each of them was."""
    told: list[tuple[datetime, Hit]] = [(NOON, page)]
    truth = []
    visible, gesture, bursts = 0, None, 0
    silence = milliseconds(SILENCE_COUNTED)
    for number, stay in enumerate(stays):
        before = (visible, gesture, bursts)
        begins = 0 if number == 0 else None
        for minute, (seconds, pressed, moves) in enumerate(stay):
            at = NOON + timedelta(hours=3 * number, minutes=minute)
            visible, bursts = visible + seconds * 1_000, bursts + moves
            gesture = milliseconds(at - NOON) + 2_000 if pressed else gesture
            told.append((at, engagement(page, visible=visible, first=gesture, last=gesture, bursts=bursts)))
            if begins is None and (gesture, bursts) != before[1:]:
                begins = max(before[0], visible - silence)
        own = gesture if gesture != before[1] else None
        least = visible - (visible if begins is None else begins)
        truth.append(Stay(own, bursts - before[2], least, visible - before[0]))
    return told, truth


def _seen(stays: list[Stay]) -> list[Stay]:
    """Leave out later stays of which nothing was seen: they are none, or empty when told of first."""
    return [stay for number, stay in enumerate(stays) if number == 0 or stay.last_gesture or stay.bursts]


def _told(setting: Setting, told: list[tuple[datetime, Hit]]) -> list[Stay]:
    """Send these reports, all of them late; gives what became of them."""
    database = setting.installation.database
    with database.writing() as session:
        for table in (Alert, PageView, Visit):
            session.execute(delete(table))
    dana = add_dana(setting)
    walk = Walk(setting, now=NOON + timedelta(hours=12))
    walk.sends(view("https://www.northwind.example/now"), token=dana.token)
    for at, hit in told:
        walk.sends(hit | {"age": milliseconds(walk.now - at)})
    parts = sorted(walk.rows(PageView)[1:], key=lambda part: part.at)
    assert len(walk.rows(Visit)) == 1 + len(parts)
    return _seen([Stay.of(part) for part in parts])


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stays=_stays, data=st.data())
def test_in_whatever_order_they_come_each_visit_keeps_its_own(
    setting: Setting, stays: list[list[Step]], data: st.DataObject
) -> None:
    """In the order they were made in, to the millisecond; else never less, nor more than was in view."""
    told, truth = _reports(view(), stays)
    due = _seen(truth)
    silence = milliseconds(SILENCE_COUNTED)
    for found, stay in zip(_told(setting, told + told[: len(told) // 2]), due, strict=True):
        assert (found.last_gesture, found.bursts) == (stay.last_gesture, stay.bursts)
        assert stay.least <= found.least <= stay.least + (silence if due != truth else 0)
    shuffled = data.draw(st.permutations(told + told[: len(told) // 2]))
    for found, stay in zip(_told(setting, shuffled), due, strict=True):
        assert (found.last_gesture, found.bursts) == (stay.last_gesture, stay.bursts)
        assert stay.least <= found.least <= stay.most + (silence if due != truth else 0)
