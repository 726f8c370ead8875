"""Large figures are remembered for a while; small ones never are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.builders import NOON
from tracker.remembered import KEPT, Remembered

if TYPE_CHECKING:
    from collections.abc import Collection


def test_large_figures_are_counted_anew_after_a_while_and_small_ones_at_once() -> None:
    figures = {"spring": 900, "summer": 2}
    asked: list[str] = []

    def count(wanted: Collection[str]) -> dict[str, int]:
        asked.extend(wanted)
        return {name: figures[name] for name in wanted}

    known: Remembered[str, int] = Remembered(lambda number: number >= 500)
    assert known.get(["spring", "summer"], count, NOON)["spring"].value == 900
    figures |= {"spring": 901, "summer": 3}
    again = known.get(["spring", "summer"], count, NOON + KEPT)
    assert (again["spring"].value, again["summer"].value) == (900, 3)
    assert again["spring"].at == NOON
    assert known.get(["spring"], count, NOON + KEPT * 2)["spring"].value == 901
    assert asked == ["spring", "summer", "summer", "spring"]
