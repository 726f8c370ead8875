"""Pages of other months: left open over them, begun at the turn of one, told by two processes at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from tests.builders import NOON
from tests.tracker.ingest.stories import Setting, add_dana, engagement, view
from tests.tracker.ingest.walk import Walk
from tracker import db
from tracker.ingest.pages import LATELY
from tracker.models import PageView, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

APRIL = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def other_process(setting: Setting, database_url: str) -> Iterator[Walk]:
    """A second web process on the same database."""
    database = db.connect(database_url)
    yield Walk(setting, database=database)
    database.dispose()


def parts(walk: Walk) -> list[tuple[int, datetime]]:
    return [(page.part, page.at) for page in sorted(walk.rows(PageView), key=lambda page: page.id)]


def used_again(page: dict[str, object], times: int) -> dict[str, object]:
    """What a page says that is used again, for the second time and so on."""
    return engagement(page, visible=7_000 + 10_000 * times, last=3_000 + 7_200_000 * times)


def test_a_page_left_open_for_months_goes_on_from_where_it_was(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    page = walk.reads("/pricing", token=dana.token)
    used = [NOON]
    for times in (1, 2, 3):
        walk.move(days=45)
        walk.sends(used_again(page, times))
        walk.sends(used_again(page, times))
        used.append(walk.now)
    assert parts(walk) == list(enumerate(used))
    assert [stored.visible_ms for stored in walk.rows(PageView)] == [7_000, 10_000, 10_000, 10_000]
    assert len(walk.rows(Visit)) == 4


def test_a_part_from_before_the_months_that_are_looked_at_is_known(setting: Setting) -> None:
    """Opened at the turn of a month, with an earlier sign that came late, and used again a month later."""
    dana = add_dana(setting)
    walk = Walk(setting, now=APRIL + timedelta(minutes=10))
    walk.sends(page := view(), token=dana.token)
    walk.sends(engagement(page, age=50 * 60_000))
    walk.now = APRIL + LATELY
    walk.sends(used_again(page, 2))
    opened, sign = APRIL + timedelta(minutes=10), APRIL - timedelta(minutes=40)
    assert parts(walk) == [(0, opened), (1, sign), (2, walk.now)]


def test_evidence_of_an_older_page_is_written_where_it_is(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting, now=APRIL - timedelta(hours=2))
    page = walk.reads("/pricing", token=dana.token)
    walk.now = APRIL + LATELY + timedelta(days=1)
    walk.sends(used_again(page, 1))
    walk.move(minutes=5)
    walk.sends(used_again(page, 2))
    assert [stored.visible_ms for stored in walk.rows(PageView)] == [7_000, 20_000]


@pytest.mark.parametrize("first", ["view", "sign"])
def test_r1_two_processes_tell_of_a_page_at_the_turn_of_a_month_and_it_is_one(
    setting: Setting, other_process: Walk, first: str
) -> None:
    dana = add_dana(setting)
    here = Walk(setting, now=APRIL - timedelta(minutes=5))
    here.sends(view(), token=dana.token)
    other_process.credential = here.credential
    here.now = other_process.now = APRIL + timedelta(seconds=5)
    page = view()
    told = [(here, page), (other_process, engagement(page, age=10_000))]
    with ThreadPoolExecutor(2) as pool:
        for walk, hit in told if first == "view" else reversed(told):
            pool.submit(walk.sends, hit)
    for walk, hit in told:
        walk.sends(hit)
    assert parts(here)[1:] == [(0, APRIL - timedelta(seconds=5))]
    assert len(here.rows(Visit)) == 1


def test_other_months_are_asked_only_for_pages_that_may_be_there(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    looked: list[str] = []

    @event.listens_for(setting.installation.database.write_engine, "before_cursor_execute")
    def see(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "FROM page_views" in statement and "browsers.revoked_at" in statement:
            looked.append(statement)

    page = walk.reads("/pricing", token=dana.token)
    walk.reads("/docs")
    assert len(looked) == 4
    assert len(set(looked)) == 1
    walk.move(days=75)
    walk.sends(used_again(page, 1))
    assert len(set(looked)) == 3
    event.remove(setting.installation.database.write_engine, "before_cursor_execute", see)
