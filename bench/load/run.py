"""One run: load on one place, and what became of every hit of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import TYPE_CHECKING

from bench.load.counted import found, last_view, lost, wait_until_worked_through
from bench.load.generator import OWN, Aim, send, write
from bench.load.processes import cpu_s, tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bench.load.bodies import Bodies
    from bench.load.place import Ground, Place
    from bench.load.plan import Plan
    from bench.load.sender import Sent

SEED = 20_260
"""Of who comes and what they read: the same in every run of the bench."""
WARM_S, WARM_CONNECTIONS = 0.7, 32
US = 1e6


@dataclass(slots=True)
class Kit:
    """What every section is given to work with."""

    plan: Plan
    ground: Ground
    generator: str
    say: Callable[[str], None]
    random: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311  (nothing is secret)
    _serial: Iterator[int] = field(default_factory=lambda: count(1))

    def serial(self) -> str:
        """Give four characters that no run has had."""
        return f"r{next(self._serial):03d}"

    def requests(self, bodies: Bodies, port: int) -> Path:
        """Write a file of requests to somebody who listens there."""
        return write(bodies, self.ground.folder / f"{self.serial()}.requests", port)


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of one run."""

    sent: Sent
    hits_each: int
    seconds: float
    """From the first request until the last hit was worked through."""
    lag_s: float
    """How long that went on after the last answer."""
    lost: int
    unjudged: int
    cpu_us: float
    """Processor time of Ringback and its database, a hit, microseconds."""

    @property
    def acknowledged(self) -> float:
        """Hits a second that were answered."""
        return self.sent.acknowledged * self.hits_each / self.sent.seconds

    @property
    def through(self) -> float:
        """Hits a second that were kept, stored, judged and decided."""
        return self.sent.acknowledged * self.hits_each / self.seconds


def warm(kit: Kit, port: int, requests: Path) -> None:
    """Send for a moment, and count nothing; by our own sender, whose time need not be whole seconds."""
    send(OWN, requests, Aim(port, WARM_CONNECTIONS, WARM_S, kit.serial()))


def run(kit: Kit, place: Place, bodies: Bodies, requests: Path, connections: int, seconds: int = 0) -> Ran:
    """Send, wait until all is worked through, and count what is there."""
    aim = Aim(place.port, connections, seconds or kit.plan.seconds, kit.serial())
    wait_until_worked_through(place)
    after, busy = last_view(place), cpu_s(_servers(kit, place))
    sent = send(kit.generator, requests, aim)
    wait_until_worked_through(place)
    lag_s = max(time.time() - sent.ended_at, 0)
    spent = cpu_s(_servers(kit, place)) - busy
    left = found(place, aim.run, after)
    hits = sent.acknowledged * bodies.hits_each
    return Ran(
        sent=sent,
        hits_each=bodies.hits_each,
        seconds=sent.seconds + lag_s,
        lag_s=lag_s,
        lost=lost(bodies, sent, left),
        unjudged=left.unjudged,
        cpu_us=spent / hits * US,
    )


def _servers(kit: Kit, place: Place) -> list[int]:
    """Give all processes that work for a place."""
    pids = [pid for child in place.running.values() for pid in tree(child.pid)]
    return pids + (tree(kit.ground.postgres_pid()) if place.database == "PostgreSQL" else [])
