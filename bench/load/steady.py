"""Does memory stay flat over very many hits? Only the whole form takes the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import wsgi
from bench.load import bars
from bench.load.bodies import single
from bench.load.crowd import gather
from bench.load.lines import correct, of
from bench.load.memory import NO_WAY, MemoryLog
from bench.load.place import running, tidy
from bench.load.plan import POSTGRESQL
from bench.load.run import run

if TYPE_CHECKING:
    from bench.load.run import Kit, Ran
    from bench.signal.verdict import Line

PART = "memory"
CONNECTIONS = 16
WARM_UP_S, SLICE_S = 20, 30


def measure(kit: Kit) -> list[Line]:
    """Send as many hits as the form says, and tell by how much a web process grew once it was warm."""
    plan = kit.plan
    if not plan.steady_hits:
        return []
    kit.say(f"memory over {plan.steady_hits:,} hits …")
    with kit.ground.place(POSTGRESQL) as place:
        crowd = gather(place, plan.people, plan.people, wsgi.utc_now())
        tidy(place)
        bodies = single(crowd.site_key, crowd.credentials, kit.plan.prepared, kit.random)
        requests = kit.requests(bodies, place.port)
        with running(place, "serve"):
            ran = [run(kit, place, bodies, requests, CONNECTIONS, WARM_UP_S)]
            memory = MemoryLog(place, "serve")
            before_mb = memory.now_mb()
            while _hits(ran[1:]) < plan.steady_hits:
                ran.append(run(kit, place, bodies, requests, CONNECTIONS, SLICE_S))
            after_mb = memory.now_mb()
    grown = [after_mb - before_mb] if after_mb is not None and before_mb is not None else []
    note = f"over {_hits(ran[1:]):,} hits" if grown else NO_WAY
    name = "growth of a web process"
    return [
        of(plan, PART, name, grown, bars.STEADY_MEMORY, note),
        *correct(plan, PART, "over very many hits", ran),
    ]


def _hits(ran: list[Ran]) -> int:
    return sum(each.sent.acknowledged for each in ran)
