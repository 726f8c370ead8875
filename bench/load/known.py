"""Known browsers: single hits and batches on both databases, beside a bare view and a one-row insert."""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack
from typing import TYPE_CHECKING

import wsgi
from bench.load import bars
from bench.load.bodies import batches, single
from bench.load.compared import BARE, ONE_ROW, bare_view, one_row
from bench.load.counted import wait_until_worked_through
from bench.load.crowd import gather
from bench.load.lines import of, of_runs
from bench.load.memory import MemoryLog
from bench.load.place import running, tidy
from bench.load.plan import DATABASES
from bench.load.run import run, warm

if TYPE_CHECKING:
    from pathlib import Path

    from bench.load.bodies import Bodies
    from bench.load.compared import Compared
    from bench.load.place import Place
    from bench.load.run import Kit, Ran
    from bench.load.sender import Sent
    from bench.signal.verdict import Line

PART = "known"
BATCH_CONNECTIONS = 16
BATCH = 20
MOST_BATCHES = 10_000
"""Prepared, each of a browser of its own: a visit takes 200 pages, ten times around."""


class Known:
    """The section: everything that runs for it, and what came of each round."""

    def __init__(self, kit: Kit, stack: ExitStack) -> None:
        """Start everything; it ends with the stack."""
        self._kit = kit
        self._singles: dict[str, tuple[Bodies, Path]] = {}
        self._batches: dict[str, tuple[Bodies, Path]] = {}
        self._places: dict[str, Place] = {}
        self._compared: list[Compared] = []
        self._ran: dict[str, list[Ran]] = defaultdict(list)
        self._sent: dict[str, list[Sent]] = defaultdict(list)
        self._memory: dict[str, MemoryLog] = {}
        for database in DATABASES:
            self._start(database, stack)

    def _start(self, database: str, stack: ExitStack) -> None:
        kit = self._kit
        place = stack.enter_context(kit.ground.place(database))
        crowd = gather(place, kit.plan.people, kit.plan.people, wsgi.utc_now())
        tidy(place)
        hits = single(crowd.site_key, crowd.credentials, kit.plan.prepared, kit.random)
        kept = batches(
            crowd.site_key, crowd.credentials, min(kit.plan.people, MOST_BATCHES), BATCH, kit.random
        )
        stack.enter_context(running(place, "serve"))
        self._places[database] = place
        self._memory[database] = MemoryLog(place, "serve")
        self._singles[database] = hits, kit.requests(hits, place.port)
        self._batches[database] = kept, kit.requests(kept, place.port)
        if not self._compared:
            self._compared.append(stack.enter_context(bare_view(kit, hits)))
        if kit.plan.one_row:
            self._compared.append(stack.enter_context(one_row(kit, hits, database)))

    def warm(self) -> None:
        """Let everything do once what it does first: connect, compile, fill its caches."""
        self._kit.say("known browsers: warming up …")
        for other in self._compared:
            warm(self._kit, other.port, other.requests)
        for database, place in self._places.items():
            for _, requests in (self._singles[database], self._batches[database]):
                warm(self._kit, place.port, requests)
            wait_until_worked_through(place)

    def round(self) -> None:
        """Let everything take its turn once."""
        for connections in self._kit.plan.connections:
            for other in self._compared:
                self._sent[f"{other.name}, {connections}"].append(other.run(self._kit, connections))
            for database, place in self._places.items():
                ran = run(self._kit, place, *self._singles[database], connections)
                self._note(f"{database}, {connections}", ran)
        for database, place in self._places.items():
            ran = run(self._kit, place, *self._batches[database], BATCH_CONNECTIONS)
            self._note(f"{database}, batches", ran)

    def _note(self, name: str, ran: Ran) -> None:
        self._ran[name].append(ran)
        self._kit.say(
            f"  {name}: {ran.acknowledged:,.0f} acknowledged/s, {ran.through:,.0f} through/s,"
            f" p99 {ran.sent.p99_ms:.1f} ms, lag {ran.lag_s:.2f} s, {ran.cpu_us:.0f} µs a hit,"
            f" {ran.lost} lost"
        )

    def lines(self) -> list[Line]:
        """Sum up."""
        plan, lines = self._kit.plan, []
        for name, sent in self._sent.items():
            rates = [each.acknowledged / each.seconds for each in sent]
            lines.append(of(plan, PART, f"{name} connections: answered", rates, "requests/s"))
            lines.append(of(plan, PART, f"{name} connections: p99", [each.p99_ms for each in sent], "ms"))
        for database in DATABASES:
            for connections in plan.connections:
                first = connections == plan.connections[0]
                name = f"{database}, {connections} connections"
                bar = bars.THROUGH[database] if first else "hits/s"
                ran = self._ran[f"{database}, {connections}"]
                lines += of_runs(plan, PART, name, ran, bar, bars.ANSWER_P99 if first else "ms")
                lines += self._ratios(database, connections, ran)
            kept = self._ran[f"{database}, batches"]
            lines += of_runs(plan, PART, f"{database}, batches of {BATCH}", kept, bars.BATCHES)
            lines += self._memory[database].lines(plan, f"web process, {database}", bars.WEB_MEMORY)
        return lines

    def _ratios(self, database: str, connections: int, ran: list[Ran]) -> list[Line]:
        """Hold each round's figure against what was measured in the same round."""
        lines = []
        name = f"{database}, {connections} connections"
        against = ((BARE, BARE, bars.OF_BARE[connections]), (f"{ONE_ROW}, {database}", ONE_ROW, "times"))
        for key, called, bar in against:
            sent = self._sent.get(f"{key}, {connections}")
            if sent is None:
                continue
            times = [
                mine.through / (other.acknowledged / other.seconds)
                for mine, other in zip(ran, sent, strict=True)
            ]
            lines.append(of(self._kit.plan, PART, f"{name}: of the {called}", times, bar))
        return lines


def measure(kit: Kit) -> list[Line]:
    """Measure all rounds, everything taking turns within each."""
    with ExitStack() as stack:
        known = Known(kit, stack)
        known.warm()
        for number in range(1, kit.plan.rounds + 1):
            kit.say(f"known browsers: round {number} of {kit.plan.rounds} …")
            known.round()
        return known.lines()
