"""What a hit costs when much is stored already: a year of visits, and the same people coming again."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import ExitStack
from statistics import median
from typing import TYPE_CHECKING

import wsgi
from bench.load import bars
from bench.load.bodies import single
from bench.load.crowd import gather
from bench.load.lines import correct, of
from bench.load.past import remember
from bench.load.place import running, tidy
from bench.load.plan import DATABASES
from bench.load.run import run, warm

if TYPE_CHECKING:
    from bench.load.bodies import Bodies
    from bench.load.place import Place
    from bench.load.run import Kit, Ran
    from bench.signal.verdict import Line

PART = "history"
CONNECTIONS = 16
KNOWN = 5_000
"""Browsers that come, of however many are known: so each sees as many pages in the run."""
PAGES_A_PERSON = 10
US = 1e6


def measure(kit: Kit) -> list[Line]:
    """Measure on each database at each size, the sizes taking turns."""
    databases = DATABASES if kit.plan.histories else ()
    return [line for database in databases for line in _on(kit, database)]


def _on(kit: Kit, database: str) -> list[Line]:
    ran: dict[int, list[Ran]] = defaultdict(list)
    with ExitStack() as stack:
        places = {size: _filled(kit, database, size, stack) for size in kit.plan.histories}
        files = {size: kit.requests(bodies, place.port) for size, (place, bodies) in places.items()}
        for size, (place, _) in places.items():
            stack.enter_context(running(place, "serve"))
            warm(kit, place.port, files[size])
        for _ in range(kit.plan.rounds):
            for size, (place, bodies) in places.items():
                ran[size].append(run(kit, place, bodies, files[size], CONNECTIONS))
                kit.say(f"  {database}, {size:,}: {ran[size][-1].cpu_us:.0f} µs of processor time a hit")
    return _lines(kit, database, ran)


def _filled(kit: Kit, database: str, size: int, stack: ExitStack) -> tuple[Place, Bodies]:
    began = time.perf_counter()
    now = wsgi.utc_now()
    place = stack.enter_context(kit.ground.place(database))
    known = min(KNOWN, kit.plan.people)
    crowd = gather(place, max(known, size // PAGES_A_PERSON), known, now)
    remember(place, crowd, size, now)
    tidy(place)
    kit.say(f"history: {size:,} page views on {database}, filled in {time.perf_counter() - began:.0f} s")
    return place, single(crowd.site_key, crowd.credentials, kit.plan.prepared, kit.random)


def _lines(kit: Kit, database: str, ran: dict[int, list[Ran]]) -> list[Line]:
    plan, lines = kit.plan, []
    least = kit.plan.histories[0]
    for size, runs in ran.items():
        name = f"{database}, {size:,} page views stored"
        cost = [each.cpu_us for each in runs]
        took = [US / each.through for each in runs]
        lines.append(of(plan, PART, f"{name}: processor time a hit", cost, "µs"))
        lines.append(of(plan, PART, f"{name}: time a hit, {CONNECTIONS} connections", took, "µs"))
        if size != least:
            ratio = median(cost) / median([each.cpu_us for each in ran[least]])
            named = f"{name}: processor time a hit, against {least:,}"
            lines.append(of(plan, PART, named, [ratio], bars.COST))
        lines += correct(plan, PART, name, runs)
    return lines
