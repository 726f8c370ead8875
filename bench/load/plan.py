"""How much is measured: the short form, the usual one, and the whole. PURE."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """One form of the bench."""

    name: str
    rounds: int
    """Of which the median counts; what is compared takes turns within each."""
    seconds: int
    """Of load in one run."""
    people: int
    """Known browsers, each of a prospect of its own."""
    alerts: int
    """Mails that are timed, in each way to run Ringback."""
    histories: tuple[int, ...]
    """Stored page views at which the cost of a hit is told, the smallest first."""
    deals: int
    """In the file that is imported."""
    steady_hits: int
    """Through the whole of which memory must stay flat; 0: not measured."""
    bars: bool
    """Whether figures of speed are held against their bars. What is lost always is."""


FAST = Plan("fast", 1, 1, 1_000, 5, (1_000, 10_000), 500, 0, bars=False)
"""Under a minute, for CI: nothing lost, and every figure came."""
USUAL = Plan("usual", 3, 3, 20_000, 100, (10_000, 1_000_000), 100_000, 0, bars=True)
"""Within eight minutes on two cores."""
FULL = Plan("full", 3, 10, 20_000, 200, (10_000, 1_000_000, 5_000_000), 100_000, 1_000_000, bars=True)
"""Without a limit of time."""
