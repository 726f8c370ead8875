"""A page left open and used again after the visit has ended: two visits, and nothing lost or doubled."""

from __future__ import annotations

from datetime import timedelta

from alerts.models import Alert
from tests.builders import NOON
from tests.tracker.ingest.stories import ORIGIN, Setting, add_dana, engagement, view
from tests.tracker.ingest.walk import Walk
from tracker.ingest.evidence import SILENCE_COUNTED
from tracker.ingest.hit import DropReason
from tracker.ingest.visit import MAX_PAGES, VISIT_GAP
from tracker.models import PageView, State, Visit

Hit = dict[str, object]
Shown = tuple[int, int | None, int]


def milliseconds(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)


def shown(page: PageView) -> Shown:
    return page.visible_ms, page.last_gesture_ms, page.bursts


def used_again(page: Hit, **keys: object) -> Hit:
    """What the page says two hours later: ten more seconds, and a key pressed just now."""
    return engagement(page, visible=17_000, first=3_000, last=7_200_000, bursts=2) | keys


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
    assert shown(later) == (10_000, 7_200_000, 2)
    assert [alert.visit_id for alert in walk.rows(Alert)] == [first.id, second.id]


def test_just_within_the_gap_it_is_the_same_visit(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    page = walk.reads("/", token=dana.token)
    walk.now += VISIT_GAP - timedelta(milliseconds=1)
    walk.sends(used_again(page))
    assert shown(walk.one(PageView)) == (17_000, 7_200_000, 2)
    assert walk.one(Visit).last_at == walk.now
    walk.now += VISIT_GAP
    walk.sends(used_again(page, bursts=3))
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
    assert [shown(part) for part in walk.rows(PageView)] == [(7_000, 3_000, 0), (10_000, 7_200_000, 2)]
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
    assert [shown(part) for part in walk.rows(PageView)][1:] == [(7_000, 3_000, 0), (10_000, 7_200_000, 2)]


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
    assert walk.rows(PageView)[1].visible_ms == milliseconds(SILENCE_COUNTED) + 15_000


def test_a_tab_that_stood_in_view_untouched_and_is_left_was_no_visit(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    page = walk.reads("/", token=dana.token)
    for hours in (1, 3):
        walk.move(hours=hours)
        walk.sends(engagement(page, kind="leave", visible=milliseconds(timedelta(hours=hours))))
    assert len(walk.rows(Visit)) == len(walk.rows(PageView)) == len(walk.rows(Alert)) == 1
    assert walk.drops() == []


def test_one_tap_after_hours_in_view_is_a_visit_of_seconds(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    page = walk.reads("/pricing", token=dana.token)
    walk.move(hours=3)
    untouched = milliseconds(timedelta(hours=3))
    walk.sends(engagement(page, visible=7_000 + untouched, last=6_900 + untouched))
    assert shown(walk.rows(PageView)[1]) == (milliseconds(SILENCE_COUNTED), 6_900 + untouched, 0)
    assert "active time" not in {reason["name"] for reason in walk.rows(Visit)[1].intent_reasons}


def test_who_only_looked_in_and_comes_back_to_the_tab_to_read_is_confirmed(setting: Setting) -> None:
    """Looked away after two seconds; hours later they move at once, read, and tap."""
    dana = add_dana(setting)
    walk = Walk(setting)
    page = view()
    walk.sends(page, page | {"kind": "leave", "visible": 2_000}, token=dana.token)
    walk.move(hours=5)
    walk.sends(engagement(page, visible=2_500, first=None, last=None, bursts=1))
    walk.move(seconds=6)
    walk.sends(engagement(page, visible=8_500, first=18_006_000, last=18_006_000, bursts=1))
    assert [visit.state for visit in walk.rows(Visit)] == [State.UNCONFIRMED, State.CONFIRMED]
    assert shown(walk.rows(PageView)[1]) == (6_500, 18_006_000, 1)


def test_the_first_sign_of_a_stay_counts_whichever_comes_first(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    page = walk.reads("/", token=dana.token)
    walk.move(hours=3)
    walk.sends(engagement(page, visible=90_000, last=10_700_000, bursts=2))
    minute_ago = milliseconds(timedelta(minutes=1))
    walk.sends(engagement(page, visible=30_000, last=10_640_000, bursts=1, age=minute_ago))
    assert shown(walk.rows(PageView)[1]) == (75_000, 10_700_000, 2)


def test_a_second_stay_that_is_told_of_first_is_no_longer_than_its_signs(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view(f"{ORIGIN}/docs"), token=dana.token)
    walk.move(hours=5)
    page = view()
    all_day = milliseconds(timedelta(hours=5))
    walk.sends(engagement(page, visible=all_day, last=all_day))
    walk.sends(page | {"age": all_day - 60_000})
    assert [shown(part) for part in walk.rows(PageView)][1:] == [
        (milliseconds(SILENCE_COUNTED), all_day, 0),
        (0, None, 0),
    ]


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
        session.get_one(Visit, second.id).pages = MAX_PAGES
    walk.sends(used_again(page))
    assert walk.drops() == [DropReason.TOO_MANY_PAGES]
