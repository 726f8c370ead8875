"""Large figures are remembered for a while, and nobody waits while they are counted anew."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.builders import NOON
from tests.counting import PATIENCE_S, all_counted
from tracker.remembered import KEPT, Known, Remembered

if TYPE_CHECKING:
    from collections.abc import Collection

LARGE = 500
LATER = NOON + KEPT * 2


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

    def remembered(self, patience_s: float | None = PATIENCE_S, most: int = 9) -> Remembered[str, int]:
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


def test_what_goes_wrong_is_told_to_who_waits_and_tried_again(mailings: Mailings) -> None:
    known = mailings.remembered(patience_s=None)
    mailings.fails = True
    with pytest.raises(TimeoutError):
        known.get(["spring"], NOON)
    mailings.fails = False
    assert known.get(["spring"], NOON).known["spring"].value == 900
    mailings.fails = True
    assert known.get(["spring"], LATER).known["spring"].value == 900
    all_counted()
    assert known.get(["spring"], LATER).known["spring"].at == NOON
    all_counted()


def test_what_was_not_read_for_longest_makes_room(mailings: Mailings) -> None:
    mailings.figures = dict.fromkeys(("spring", "summer", "autumn"), LARGE)
    known = mailings.remembered(most=2)
    for name in ("spring", "summer", "spring", "autumn", "spring", "summer"):
        known.get([name], NOON)
    assert mailings.asked == ["spring", "summer", "autumn", "summer"]
