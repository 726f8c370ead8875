"""Large figures are remembered for a while, and nobody waits while they are counted anew."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.builders import NOON
from tests.counting import PATIENCE_S, all_counted
from tracker.remembered import KEPT, PAUSE, UNREAD, Known, Remembered

if TYPE_CHECKING:
    from collections.abc import Collection

LARGE = 500
LATER = NOON + KEPT * 2
SECOND = timedelta(seconds=1)


class Mailings:
    """Figures that take as long to count as `goes_on` is not set."""

    def __init__(self) -> None:
        self.figures = {"spring": 900, "summer": 2}
        self.asked: list[str] = []
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.fails = False

    def count(self, wanted: Collection[str]) -> dict[str, int]:
        self.asked.extend(wanted)
        counted = {name: self.figures[name] for name in wanted}
        assert self.goes_on.wait(PATIENCE_S)
        if self.fails:
            raise TimeoutError
        return counted

    def remembered(self, patience_s: float = PATIENCE_S, most: int = 9) -> Remembered[str, int]:
        return Remembered(self.count, lambda number: number >= LARGE, patience_s=patience_s, most=most)


@pytest.fixture
def mailings() -> Mailings:
    return Mailings()


def test_small_figures_are_counted_whenever_they_are_read(mailings: Mailings) -> None:
    known = mailings.remembered()
    assert known.get(["spring", "summer"], NOON).known["summer"].value == 2
    mailings.figures |= {"spring": 901, "summer": 3}
    again = known.get(["spring", "summer"], NOON + KEPT)
    assert again.known == {"spring": Known(900, NOON), "summer": Known(3, NOON + KEPT)}
    assert not again.counting


def test_the_last_large_figures_are_given_while_they_are_counted_anew(mailings: Mailings) -> None:
    known = mailings.remembered()
    known.get(["spring"], NOON)
    mailings.figures["spring"] = 901
    mailings.goes_on.clear()
    for _ in range(3):
        given = known.get(["spring"], LATER)
        assert given.known["spring"] == Known(900, NOON)
        assert given.counting
    mailings.goes_on.set()
    all_counted()
    given = known.get(["spring"], LATER)
    assert given.known["spring"] == Known(901, LATER)
    assert not given.counting
    assert mailings.asked == ["spring", "spring"]


def test_who_asks_first_does_not_wait_for_long_and_many_ask_once(mailings: Mailings) -> None:
    known = mailings.remembered(patience_s=0.01)
    mailings.goes_on.clear()
    for _ in range(3):
        given = known.get(["spring"], NOON)
        assert given.counting
        assert given.known == {}
    mailings.goes_on.set()
    all_counted()
    assert known.get(["spring"], NOON).known["spring"].value == 900
    assert mailings.asked == ["spring"]


def test_what_could_not_be_counted_is_said_and_tried_again_after_a_pause(mailings: Mailings) -> None:
    known = mailings.remembered()
    mailings.fails = True
    for moment in (NOON, NOON + PAUSE - SECOND):
        given = known.get(["spring"], moment)
        assert (given.known, given.counting, given.failed_since) == ({}, False, NOON)
    assert mailings.asked == ["spring"]
    given = known.get(["spring"], NOON + PAUSE)
    assert (given.known, given.counting, given.failed_since) == ({}, False, NOON)
    mailings.fails = False
    given = known.get(["spring"], NOON + 2 * PAUSE)
    assert (given.known["spring"].value, given.counting, given.failed_since) == (900, False, None)


def test_what_fails_after_patience_is_said_to_the_next_reader(mailings: Mailings) -> None:
    """As a statement that the database ends after 15 s."""
    known = mailings.remembered(patience_s=0.01)
    mailings.fails = True
    mailings.goes_on.clear()
    assert known.get(["spring"], NOON).counting
    mailings.goes_on.set()
    all_counted()
    for _ in range(3):
        given = known.get(["spring"], NOON + SECOND)
        assert (given.counting, given.failed_since) == (False, NOON)
    assert mailings.asked == ["spring"]


def test_the_last_figures_stay_where_they_cannot_be_counted_anew(mailings: Mailings) -> None:
    known = mailings.remembered()
    known.get(["spring"], NOON)
    mailings.fails = True
    known.get(["spring"], LATER)
    all_counted()
    given = known.get(["spring"], LATER + SECOND)
    assert given.known["spring"] == Known(900, NOON)
    assert (given.counting, given.failed_since) == (False, LATER)
    mailings.fails = False
    known.get(["spring"], LATER + PAUSE)
    all_counted()
    given = known.get(["spring"], LATER + PAUSE)
    assert (given.known["spring"].at, given.failed_since) == (LATER + PAUSE, None)


def test_figures_that_are_not_among_what_was_counted_have_failed(mailings: Mailings) -> None:
    known = Remembered(lambda _: mailings.count(["spring"]), lambda _: True, patience_s=PATIENCE_S)
    assert known.get(["spring", "summer"], NOON).failed_since == NOON


def test_where_no_thread_can_start_the_next_reader_has_them_counted(
    mailings: Mailings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_: threading.Thread) -> None:
        msg = "can't start new thread"
        raise RuntimeError(msg)

    known = mailings.remembered()
    with monkeypatch.context() as crowded:
        crowded.setattr(threading.Thread, "start", start)
        with pytest.raises(RuntimeError):
            known.get(["spring"], NOON)
    assert known.get(["spring"], NOON).known["spring"].value == 900


def test_what_nobody_asks_for_is_dropped(mailings: Mailings) -> None:
    known = mailings.remembered()
    known.get(["spring"], NOON)
    known.get(["summer"], NOON + UNREAD + SECOND)
    mailings.figures["spring"] = 901
    assert known.get(["spring"], NOON + UNREAD + SECOND).known["spring"].value == 901


def test_the_heavy_make_room_for_the_latest_whatever_that_weighs(mailings: Mailings) -> None:
    mailings.figures = {"spring": 500, "summer": 600, "autumn": 5_000}
    known = Remembered(
        mailings.count, lambda _: True, patience_s=PATIENCE_S, most=1_000, weigh=lambda one: one
    )
    for name in ("spring", "summer", "summer", "spring", "autumn", "autumn"):
        known.get([name], NOON)
    assert mailings.asked == ["spring", "summer", "spring", "autumn"]


def test_what_was_not_read_for_longest_makes_room(mailings: Mailings) -> None:
    mailings.figures = dict.fromkeys(("spring", "summer", "autumn"), LARGE)
    known = mailings.remembered(most=2)
    for name in ("spring", "summer", "spring", "autumn", "spring", "summer"):
        known.get([name], NOON)
    assert mailings.asked == ["spring", "summer", "autumn", "summer"]
