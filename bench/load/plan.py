"""How much is measured: the short form, the usual one, and the whole. PURE."""

from __future__ import annotations

from dataclasses import dataclass, replace

POSTGRESQL, SQLITE = "PostgreSQL", "SQLite"
DATABASES = (POSTGRESQL, SQLITE)


@dataclass(frozen=True, slots=True)
class Plan:
    """One form of the bench."""

    name: str
    rounds: int
    """Of which the median counts; what is compared takes turns within each."""
    seconds: int
    """Of load in one run."""
    prepared: int
    """Requests; they are sent over and over, with other ids."""
    people: int
    """Known browsers, each of a prospect of its own."""
    connections: tuple[int, ...]
    """Of single hits, one after the other."""
    one_row: bool
    """Whether one durable row a request is measured as well."""
    alerts: int
    """Mails that are timed, in each way to run Ringback."""
    histories: tuple[int, ...]
    """Stored page views at which the cost of a hit is told, the smallest first; none: not measured."""
    deals: int
    """In the file that is imported."""
    imports: tuple[str, ...]
    """Databases that it is imported into; each takes more than a minute."""
    steady_hits: int
    """Through the whole of which memory must stay flat; 0: not measured."""
    bars: bool
    """Whether figures of speed are held against their bars. What is lost always is."""


FAST = Plan(
    name="fast",
    rounds=1,
    seconds=1,
    prepared=2_000,
    people=1_000,
    connections=(16,),
    one_row=False,
    alerts=5,
    histories=(),
    deals=500,
    imports=DATABASES,
    steady_hits=0,
    bars=False,
)
"""Under a minute, for CI: nothing lost, and every figure came."""
USUAL = Plan(
    name="usual",
    rounds=3,
    seconds=3,
    prepared=20_000,
    people=20_000,
    connections=(16, 64),
    one_row=True,
    alerts=100,
    histories=(10_000, 1_000_000),
    deals=100_000,
    imports=(POSTGRESQL,),
    steady_hits=0,
    bars=True,
)
"""Within eight minutes on two cores."""
FULL = replace(
    USUAL,
    name="full",
    seconds=10,
    alerts=200,
    histories=(10_000, 1_000_000, 5_000_000),
    imports=DATABASES,
    steady_hits=1_000_000,
)
"""Without a limit of time."""
