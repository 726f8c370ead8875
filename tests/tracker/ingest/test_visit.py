"""Hits become page views, page views become visits; late and old ones find their own time."""

from __future__ import annotations

from datetime import timedelta

from alerts.models import Alert
from tests.builders import NOON
from tests.tracker.ingest.stories import ORIGIN, Setting, add_dana, engagement, view
from tests.tracker.ingest.walk import Walk
from tracker.ingest.hit import MAX_AGE, DropReason
from tracker.ingest.intent import LONG_SILENCE, WINDOW
from tracker.ingest.visit import MAX_PAGES, MAX_PERSON_PAGES, PERSON_TIME, VISIT_GAP
from tracker.models import Browser, PageView, Prospect, State, Visit


def milliseconds(age: timedelta) -> int:
    return age // timedelta(milliseconds=1)


def reasons(visit: Visit) -> dict[str, int]:
    return {reason["name"]: reason["points"] for reason in visit.intent_reasons}


def add_pages(setting: Setting, visit: Visit, number: int) -> None:
    with setting.installation.database.writing() as session:
        session.add_all(
            PageView(hit_id=f"old-{visit.id}-{serial}", visit_id=visit.id, at=visit.last_at, url=ORIGIN)
            for serial in range(number)
        )
        session.get_one(Visit, visit.id).pages += number


def test_a_hit_kept_back_two_hours_is_a_visit_of_two_hours_ago(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    ago = timedelta(hours=2)
    walk.sends(view(), view(f"{ORIGIN}/docs", age=milliseconds(ago)), token=dana.token)
    now, then = walk.rows(Visit)[::-1]
    assert (now.started_at, then.started_at) == (NOON, NOON - ago)


def test_a_hit_kept_back_joins_the_visit_that_was_then(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view(), token=dana.token)
    walk.move(hours=2)
    walk.sends(view(), view(f"{ORIGIN}/docs", age=milliseconds(timedelta(hours=2, minutes=10))))
    earlier, later = walk.rows(Visit)
    assert (earlier.started_at, earlier.last_at) == (NOON - timedelta(minutes=10), NOON)
    assert later.started_at == walk.now


def test_a_day_old_hit_is_stored_and_an_older_one_is_not(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    day = milliseconds(MAX_AGE)
    walk.sends(view(age=day), view(f"{ORIGIN}/docs", age=day + 1), token=dana.token)
    assert walk.drops() == [DropReason.TOO_OLD]
    assert walk.one(PageView).at == NOON - MAX_AGE


def test_half_an_hour_ends_a_visit_and_a_moment_less_does_not(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view(), token=dana.token)
    walk.now += VISIT_GAP - timedelta(milliseconds=1)
    walk.sends(view())
    assert len(walk.rows(Visit)) == 1
    walk.now += VISIT_GAP
    walk.sends(view())
    assert len(walk.rows(Visit)) == 2


def test_two_browsers_make_two_visits(setting: Setting) -> None:
    dana = add_dana(setting)
    for walk in (Walk(setting), Walk(setting)):
        walk.sends(view(), token=dana.token)
    assert len(walk.rows(Visit)) == 2


def test_more_pages_than_anybody_reads_are_not_stored(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    first = view()
    walk.sends(first, token=dana.token)
    visit = walk.one(Visit)
    add_pages(setting, visit, MAX_PAGES - 2)
    walk.sends(view(), view(), engagement(first))
    assert walk.drops() == [DropReason.TOO_MANY_PAGES]
    assert len(walk.rows(PageView)) == MAX_PAGES
    assert walk.one(Visit).state is State.STRONG


def test_s14_one_person_has_so_many_pages_a_day_in_all_browsers_and_visits(setting: Setting) -> None:
    dana, eli = add_dana(setting), add_dana(setting, "Eli Okafor", "Castor")
    here, there = Walk(setting), Walk(setting)
    old = view(age=milliseconds(MAX_AGE))
    here.sends(old, token=dana.token)
    page = view()
    there.sends(page, token=dana.token)
    for visit, pages in zip(here.rows(Visit), (MAX_PAGES, MAX_PERSON_PAGES - MAX_PAGES), strict=True):
        add_pages(setting, visit, pages - 1)
    here.move(hours=1)  # the visit of a day ago counts on, though no hit can reach it any more
    here.sends(view(), view(), view(age=milliseconds(MAX_AGE)))
    there.sends(engagement(page))
    assert here.drops() == [DropReason.TOO_MANY_PAGES_A_DAY] * 3
    assert there.drops() == []
    assert len(here.rows(PageView)) == MAX_PERSON_PAGES
    assert [visit.state for visit in here.rows(Visit)] == [State.UNCONFIRMED, State.STRONG]
    Walk(setting).sends(view(), token=eli.token)
    here.now += PERSON_TIME
    here.sends(view())
    assert len(here.rows(PageView)) == MAX_PERSON_PAGES + 2


def test_evidence_only_grows(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    page = view()
    walk.sends(page, token=dana.token)
    for evidence in (
        {"visible": 9_000, "first": 4_000, "last": 8_000, "bursts": 3},
        {"visible": 5_000, "first": 3_000, "last": 3_000, "bursts": 1},
        {"visible": 6_000, "first": None, "last": None, "bursts": 0},
    ):
        walk.sends(engagement(page, **evidence))
    seen = walk.one(PageView)
    assert (seen.visible_ms, seen.first_gesture_ms, seen.last_gesture_ms, seen.bursts) == (
        9_000,
        3_000,
        8_000,
        3,
    )


def test_a_later_visit_of_a_confirmed_browser_is_strong(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.reads("/", token=dana.token)
    walk.move(days=200)
    walk.reads("/")
    assert [visit.state for visit in walk.rows(Visit)] == [State.CONFIRMED, State.STRONG]
    other = Walk(setting, now=walk.now)
    other.reads("/", token=dana.token)
    assert walk.rows(Visit)[2].state is State.CONFIRMED


def test_long_silence_is_seen_beyond_the_window_of_intent(setting: Setting) -> None:
    assert LONG_SILENCE > WINDOW
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.reads("/pricing", token=dana.token)
    walk.now += LONG_SILENCE
    walk.reads("/docs")
    silent = walk.rows(Visit)[1]
    assert "long silence" in reasons(silent)
    assert "earlier visits" not in reasons(silent)
    walk.move(hours=1)
    walk.reads("/docs")
    soon = walk.rows(Visit)[2]
    assert "long silence" not in reasons(soon)
    assert reasons(soon)["earlier visits"] == round(silent.points)


def test_visits_of_machines_and_of_nobody_sure_count_for_nothing_later(setting: Setting) -> None:
    dana = add_dana(setting)
    machine = Walk(setting, "curl/8.5.0")
    machine.reads("/pricing", token=dana.token)
    opened = Walk(setting)
    opened.sends(view(f"{ORIGIN}/pricing"), token=dana.token)
    person = Walk(setting)
    person.reads("/docs", token=dana.token)
    assert set(reasons(person.rows(Visit)[2])) == {"page: docs", "renewal near"}


def test_two_visits_that_begin_together_are_not_both_the_earlier_one(setting: Setting) -> None:
    dana = add_dana(setting)
    for walk in (Walk(setting), Walk(setting)):
        walk.reads("/docs", token=dana.token)
    first, second = walk.rows(Visit)
    assert first.started_at == second.started_at
    assert ("earlier visits" in reasons(first), "earlier visits" in reasons(second)) == (False, True)


def test_a_colleague_on_the_site_this_week_counts(setting: Setting) -> None:
    dana = add_dana(setting)
    lee = add_dana(setting, "Lee Park")
    with setting.installation.database.writing() as session:
        session.get_one(Prospect, lee.prospect_id).account_id = dana.account_id
    Walk(setting).reads("/docs", token=lee.token)
    for later, active in ((timedelta(days=6), True), (timedelta(days=8), False)):
        walk = Walk(setting, now=NOON + later)
        walk.reads("/docs", token=dana.token)
        assert ("colleague active" in reasons(walk.rows(Visit)[-1])) is active


def test_p5_addresses_are_hashed_and_queries_cut(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view(f"{ORIGIN}/pricing?email=dana@brightwell.example#top"), token=dana.token)
    assert walk.one(PageView).url == f"{ORIGIN}/pricing"
    visit = walk.one(Visit)
    assert "203.0.113" not in visit.address_hash
    assert len(visit.address_hash) == 64
    assert len(walk.rows(Alert)) == len(walk.rows(Browser)) == 1
