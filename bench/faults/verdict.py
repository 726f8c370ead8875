"""What a fault did, the bars it is held against, and how it is written down. PURE."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bench.signal.verdict import at_least, at_most

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.signal.verdict import Bar

NONE = at_most(0, "")


class Standing(StrEnum):
    """How a fault's story ended."""

    PASSED = "pass"
    FAILED = "FAIL"
    SKIPPED = "skipped"
    """Something that it needs is missing here, which is no pass."""


@dataclass(frozen=True, slots=True)
class Check:
    """One figure beside L, D and T, against its bar."""

    what: str
    value: float
    bar: Bar

    @property
    def holds(self) -> bool:
        """Whether the bar admits the figure."""
        return self.bar.admits(self.value)

    def __str__(self) -> str:
        """Say it in a few words."""
        value = f"{self.value:.2f}".rstrip("0").rstrip(".")
        return f"{self.what} {value} ({self.bar})"


def so(what: str, *, true: bool) -> Check:
    """Make the check of something that is so or not."""
    return Check(what, float(true), at_least(1, ""))


def none_of(what: str, count: int) -> Check:
    """Make the check of something that must not happen at all."""
    return Check(what, count, NONE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one fault's story."""

    lost: int = 0
    """Acknowledged hits that are not in the database in the end, and alerts due that were never mailed."""
    duplicates: int = 0
    """Mails to the same person about the same alert, beyond the first."""
    duplicates_bar: int = 0
    recovered_s: float | None = None
    """Seconds from the end of the fault to the first success; None: the bar does not ask for it."""
    recovered_bar_s: float | None = None
    checks: tuple[Check, ...] = ()
    note: str = ""
    skipped: str = ""
    """What is missing here; empty: it was run."""

    def all_checks(self) -> tuple[Check, ...]:
        """Give everything that is held against a bar."""
        checks = [none_of("L", self.lost), Check("D", self.duplicates, at_most(self.duplicates_bar, ""))]
        if self.recovered_bar_s is not None:
            late = math.inf if self.recovered_s is None else self.recovered_s
            checks.append(Check("T", late, at_most(self.recovered_bar_s, "s")))
        return (*checks, *self.checks)

    @property
    def standing(self) -> Standing:
        """Say how it ended."""
        if self.skipped:
            return Standing.SKIPPED
        return Standing.PASSED if all(check.holds for check in self.all_checks()) else Standing.FAILED


@dataclass(frozen=True, slots=True)
class Row:
    """A fault, its outcome, and how long its story took."""

    fault: str
    outcome: Outcome
    took_s: float


def in_words(row: Row) -> str:
    """Write a row as it is printed when its story ends."""
    found = row.outcome
    if found.skipped:
        return f"{found.standing:<8} {row.fault}: {found.skipped}"
    recovered = "-" if found.recovered_s is None else f"{found.recovered_s:.1f} s"
    figures = f"L {found.lost}  D {found.duplicates}  T {recovered}"
    told = "; ".join(str(check) for check in found.checks)
    missed = ", ".join(check.what for check in found.all_checks() if not check.holds)
    parts = [f"{found.standing:<8} {row.fault}: {figures}"]
    parts += [f"         {text}" for text in (told, found.note, missed and f"missed: {missed}") if text]
    return "\n".join(parts) + f"  [{row.took_s:.0f} s]"


def as_json(rows: Iterable[Row]) -> dict[str, Any]:
    """Sum up: every row, and the names of those that do not pass."""
    ordered = list(rows)
    return {
        "rows": [
            {
                "fault": row.fault,
                "L": row.outcome.lost,
                "D": row.outcome.duplicates,
                "T": None if row.outcome.recovered_s is None else round(row.outcome.recovered_s, 2),
                "checks": {check.what: round(check.value, 3) for check in row.outcome.checks},
                "standing": row.outcome.standing.value,
                "note": row.outcome.skipped or row.outcome.note,
                "seconds": round(row.took_s, 1),
            }
            for row in ordered
        ],
        "failed": named(ordered, Standing.FAILED),
        "skipped": named(ordered, Standing.SKIPPED),
        "all_pass": all(row.outcome.standing is Standing.PASSED for row in ordered),
    }


def named(rows: Iterable[Row], standing: Standing) -> list[str]:
    """Give the names of the faults that ended so."""
    return [row.fault for row in rows if row.outcome.standing is standing]


def percentile(times: Sequence[float], share: float) -> float:
    """Give the least time that `share` (0 to 1) of all do not exceed; of none, 0."""
    ranked = sorted(times)
    return ranked[max(math.ceil(len(ranked) * share) - 1, 0)] if ranked else 0.0
