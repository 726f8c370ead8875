"""A page left open and used again after the visit has ended: two visits, and nothing lost or doubled."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from alerts.models import Alert
from tests.builders import NOON
from tests.tracker.ingest.stories import ORIGIN, Setting, add_dana, engagement, view
from tests.tracker.ingest.walk import Walk
from tracker.ingest.hit import DropReason
from tracker.ingest.visit import MAX_PAGES, VISIT_GAP
from tracker.models import PageView, State, Visit

if TYPE_CHECKING:
    from datetime import datetime

Hit = dict[str, object]
Step = tuple[int, bool, int]
Shown = tuple[int, int | None, int]


def milliseconds(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)


def shown(page: PageView) -> Shown:
    return page.visible_ms, page.last_gesture_ms, page.bursts


def used_again(page: Hit, **keys: object) -> Hit:
    """What the page says two hours later: twenty more seconds, and a key pressed just now."""
    return engagement(page, visible=27_000, first=3_000, last=7_200_000, bursts=2) | keys


def test_a_page_used_again_hours_later_begins_a_visit(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    page = walk.reads("/pricing", token=dana.token)
    left_at = walk.now
    walk.move(hours=2)
    walk.sends(used_again(page))
    first, second = walk.rows(Visit)
    assert (first.last_at, second.started_at, second.last_at) == (left_at, walk.now, walk.now)
    assert (first.by_link, second.by_link) == (True, False)
    assert (second.state, second.prospect_id) == (State.STRONG, dana.prospect_id)
    earlier, later = walk.rows(PageView)
    assert (earlier.hit_id, earlier.url, earlier.title) == (later.hit_id, later.url, later.title)
    assert shown(earlier) == (7_000, 3_000, 0)
    assert shown(later) == (20_000, 7_200_000, 2)
    assert [alert.visit_id for alert in walk.rows(Alert)] == [first.id, second.id]


def test_just_within_the_gap_it_is_the_same_visit(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    page = walk.reads("/", token=dana.token)
    walk.now += VISIT_GAP - timedelta(milliseconds=1)
    walk.sends(used_again(page))
    assert shown(walk.one(PageView)) == (27_000, 7_200_000, 2)
    assert walk.one(Visit).last_at == walk.now
    walk.now += VISIT_GAP
    walk.sends(used_again(page, visible=28_000))
    assert len(walk.rows(Visit)) == 2


def test_another_page_meanwhile_keeps_the_visit_going(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    page = walk.reads("/", token=dana.token)
    for _ in range(4):
        walk.move(minutes=20)
        walk.reads("/docs")
    walk.sends(used_again(page))
    assert len(walk.rows(Visit)) == 1


def test_it_joins_the_visit_that_is_going_on_in_another_tab(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    page = walk.reads("/pricing", token=dana.token)
    walk.move(hours=2)
    walk.reads("/docs")
    walk.sends(used_again(page))
    _, second = walk.rows(Visit)
    assert [part.visit_id for part in walk.rows(PageView)][1:] == [second.id] * 2


def test_r1_sent_again_it_adds_no_row_and_counts_once(setting: Setting) -> None:
    """Whether it says how long it was kept back, or a machine that slept sends the same bytes again."""
    dana = add_dana(setting)
    walk = Walk(setting)
    page = walk.reads("/", token=dana.token)
    first, tapped_at = engagement(page), walk.now
    walk.move(hours=2)
    again, used_at = used_again(page), walk.now
    for _ in range(3):
        for hit, made_at in ((again, used_at), (first, tapped_at), (page, NOON)):
            walk.sends(hit | {"age": milliseconds(walk.now - made_at)})
            walk.sends(hit)
        walk.move(hours=1)
    assert [shown(part) for part in walk.rows(PageView)] == [(7_000, 3_000, 0), (20_000, 7_200_000, 2)]
    assert len(walk.rows(Visit)) == len(walk.rows(Alert)) == 2
    assert walk.drops() == []


def test_hits_kept_back_offline_find_the_visits_of_their_times(setting: Setting) -> None:
    """Read in the morning, used again at noon, and all of it sent in the evening."""
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view(), token=dana.token)
    walk.move(hours=8)
    page = view(f"{ORIGIN}/pricing")
    kept_back = [
        page | {"age": milliseconds(timedelta(hours=7))},
        engagement(page, age=milliseconds(timedelta(hours=6, minutes=59))),
        used_again(page, age=milliseconds(timedelta(hours=5))),
    ]
    walk.sends(*kept_back)
    walk.sends(*kept_back)
    _, morning, noon = walk.rows(Visit)
    assert (morning.started_at, noon.started_at) == (NOON + timedelta(hours=1), NOON + timedelta(hours=3))
    assert [shown(part) for part in walk.rows(PageView)][1:] == [(7_000, 3_000, 0), (20_000, 7_200_000, 2)]


def test_what_the_first_visit_showed_is_taken_from_the_second_when_it_comes_late(setting: Setting) -> None:
    """The second was taken for a person's by a tap that turns out to have been the first's."""
    dana = add_dana(setting)
    walk = Walk(setting)
    page = view()
    walk.sends(page, token=dana.token)
    walk.move(hours=2)
    walk.sends(engagement(page, visible=6_000, first=3_000, last=3_000))
    assert [visit.state for visit in walk.rows(Visit)] == [State.UNCONFIRMED, State.CONFIRMED]
    age = milliseconds(timedelta(hours=2) - timedelta(seconds=5))
    walk.sends(engagement(page, visible=5_000, first=3_000, last=3_000, age=age))
    assert [visit.state for visit in walk.rows(Visit)] == [State.CONFIRMED, State.UNCONFIRMED]
    assert [shown(part) for part in walk.rows(PageView)] == [(5_000, 3_000, 0), (1_000, None, 0)]


def test_a_tab_in_view_all_day_was_not_read_all_day(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    page = walk.reads("/", token=dana.token)
    walk.move(hours=9)
    all_day = milliseconds(timedelta(hours=9))
    walk.sends(used_again(page, visible=all_day))
    walk.sends(used_again(page, visible=all_day + 15_000))
    assert walk.rows(PageView)[1].visible_ms == milliseconds(VISIT_GAP) + 15_000


def test_a_page_used_again_by_the_next_person_of_a_shared_browser_is_theirs(setting: Setting) -> None:
    dana, eli = add_dana(setting), add_dana(setting, "Eli Okafor", "Castor")
    walk = Walk(setting)
    page = walk.reads("/", token=dana.token)
    walk.move(hours=2)
    walk.sends(view(), token=eli.token)
    walk.sends(used_again(page))
    first, second = walk.rows(Visit)
    assert (first.prospect_id, second.prospect_id) == (dana.prospect_id, eli.prospect_id)
    assert [part.visit_id for part in walk.rows(PageView)] == [first.id, second.id, second.id]


def test_a_strangers_browser_cannot_go_on_with_it(setting: Setting) -> None:
    dana, eli = add_dana(setting), add_dana(setting, "Eli Okafor", "Castor")
    page = Walk(setting).reads("/", token=dana.token)
    thief = Walk(setting, now=NOON + timedelta(hours=2))
    thief.sends(view(), token=eli.token)
    thief.sends(used_again(page))
    assert thief.drops() == [DropReason.NOT_YOURS]
    assert len(thief.rows(PageView)) == 2


def test_a_page_used_again_counts_among_the_pages_of_its_visit(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    page = walk.reads("/", token=dana.token)
    walk.move(hours=2)
    walk.sends(view())
    second = walk.rows(Visit)[1]
    with setting.installation.database.writing() as session:
        session.add_all(
            PageView(hit_id=f"old-{number}", visit_id=second.id, at=walk.now, url=ORIGIN)
            for number in range(MAX_PAGES - 1)
        )
    walk.sends(used_again(page))
    assert walk.drops() == [DropReason.TOO_MANY_PAGES]


_stays = st.lists(
    st.lists(st.tuples(st.integers(0, 60), st.booleans(), st.integers(0, 2)), min_size=1, max_size=3),
    min_size=1,
    max_size=3,
)
"""Stays at one page, hours apart: each some reports of seconds more, whether a key was pressed, bursts."""


def _reports(page: Hit, stays: list[list[Step]]) -> tuple[list[tuple[datetime, Hit]], list[Shown]]:
    """Tell what a browser reports of these stays, and what each of them was."""
    told: list[tuple[datetime, Hit]] = [(NOON, page)]
    truth = []
    visible, gesture, bursts = 0, None, 0
    for number, stay in enumerate(stays):
        before = (visible, gesture, bursts)
        for minute, (seconds, pressed, moves) in enumerate(stay):
            at = NOON + timedelta(hours=3 * number, minutes=minute)
            visible, bursts = visible + seconds * 1_000, bursts + moves
            gesture = milliseconds(at - NOON) + 2_000 if pressed else gesture
            told.append((at, engagement(page, visible=visible, first=gesture, last=gesture, bursts=bursts)))
        own = gesture if gesture != before[1] else None
        truth.append((visible - before[0], own, bursts - before[2]))
    return told, truth


def _seen(shown: list[Shown]) -> list[Shown]:
    """Leave out later stays of which nothing was seen: they are none, or empty when told of first."""
    return [own for number, own in enumerate(shown) if number == 0 or own != (0, None, 0)]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stays=_stays, data=st.data())
def test_in_whatever_order_they_come_each_visit_keeps_its_own(
    setting: Setting, stays: list[list[Step]], data: st.DataObject
) -> None:
    database = setting.installation.database
    with database.writing() as session:
        for table in (Alert, PageView, Visit):
            session.execute(delete(table))
    dana = add_dana(setting)
    told, truth = _reports(view(), stays)
    walk = Walk(setting, now=NOON + timedelta(hours=12))
    walk.sends(view("https://www.northwind.example/now"), token=dana.token)
    for at, hit in data.draw(st.permutations(told + told[: len(told) // 2])):
        walk.sends(hit | {"age": milliseconds(walk.now - at)})
    parts = sorted(walk.rows(PageView)[1:], key=lambda part: part.at)
    assert _seen([shown(part) for part in parts]) == _seen(truth)
    assert len(walk.rows(Visit)) == 1 + len(parts)
