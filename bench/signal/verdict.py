"""What was measured, the bar it is held against, and whether it stands. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

HUNDREDTHS = 100


class Standing(StrEnum):
    """How a line stands."""

    MET = "met"
    MISSED = "missed"
    NOT_RUN = "not run"
    """Which is no pass; the note says what is missing."""
    TOLD = "no bar"
    """Told for completeness, held against nothing."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A limit, in the unit that is printed behind it."""

    limit: float
    unit: str = ""
    least: bool = False
    """The figure must be at least the limit; otherwise at most."""

    def __str__(self) -> str:
        """Write it as in a table."""
        return f"{'≥' if self.least else '≤'} {_number(self.limit)}{_behind(self.unit)}"

    def admits(self, value: float) -> bool:
        """Whether a figure is within it."""
        return value >= self.limit if self.least else value <= self.limit


def at_least(limit: float, unit: str = "%") -> Bar:
    """Make a bar that wants as much or more."""
    return Bar(limit, unit, least=True)


def at_most(limit: float, unit: str = "%") -> Bar:
    """Make a bar that wants as much or less."""
    return Bar(limit, unit)


@dataclass(frozen=True, slots=True)
class Line:
    """One measured figure."""

    part: str
    """`data`, `rig` or `bursts`."""
    name: str
    value: float | None
    """None: not measured."""
    bar: Bar | None = None
    unit: str = ""
    """Of a figure without a bar."""
    note: str = ""
    """Of how many, or what is missing."""

    @property
    def standing(self) -> Standing:
        """Hold the figure against the bar."""
        if self.value is None:
            return Standing.NOT_RUN
        if self.bar is None:
            return Standing.TOLD
        return Standing.MET if self.bar.admits(self.value) else Standing.MISSED

    @property
    def figure(self) -> str:
        """Write the figure as in a table; what is cut off of it is never in our favour."""
        if self.value is None:
            return "-"
        against = ceil if self.bar is not None and not self.bar.least else floor
        shown = against(round(self.value * HUNDREDTHS, 6)) / HUNDREDTHS
        return f"{_number(shown)}{_behind(self.bar.unit if self.bar else self.unit)}"


def share(part: str, name: str, bar: Bar | None, count: int, among: int) -> Line:
    """Make the line of a share in percent; of nothing there is none."""
    value = count / among * 100 if among else None
    return Line(part, name, value, bar, unit="%", note=f"{count:,} of {among:,}")


def not_run(part: str, name: str, why: str, bar: Bar | None = None) -> Line:
    """Make the line of what could not be measured."""
    return Line(part, name, None, bar, note=why)


def as_json(lines: Iterable[Line]) -> dict[str, object]:
    """Sum up: every line, and the names of those that do not pass."""
    ordered = list(lines)

    def named(standing: Standing) -> list[str]:
        return [line.name for line in ordered if line.standing is standing]

    return {
        "lines": [
            {
                "part": line.part,
                "name": line.name,
                "value": None if line.value is None else round(line.value, 4),
                "bar": str(line.bar) if line.bar else None,
                "standing": line.standing.value,
                "note": line.note,
            }
            for line in ordered
        ],
        "missed": named(Standing.MISSED),
        "not_run": named(Standing.NOT_RUN),
        "all_met": not named(Standing.MISSED) and not named(Standing.NOT_RUN),
    }


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _behind(unit: str) -> str:
    return f" {unit}" if unit else ""
