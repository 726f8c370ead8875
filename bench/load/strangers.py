"""Strangers: no credential, or a forged one. They cost no row, no memory, and next to no time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import wsgi
from bench.load import bars
from bench.load.bodies import strangers
from bench.load.counted import rows, wait_until_worked_through
from bench.load.crowd import gather
from bench.load.generator import Aim, send
from bench.load.lines import of
from bench.load.memory import NO_WAY, MemoryLog
from bench.load.place import running
from bench.load.plan import POSTGRESQL
from bench.load.run import warm
from tracker.signing import Purpose, Signer, new_key

if TYPE_CHECKING:
    from bench.load.run import Kit
    from bench.signal.verdict import Line

PART = "strangers"
CONNECTIONS = 16
WARM_UPS = 3
FORGED = 1_000
PEOPLE = 100
KEY_LENGTH = 12


def measure(kit: Kit) -> list[Line]:
    """Let strangers come to a server that knows some people. They reach no database, so one is enough."""
    kit.say("strangers …")
    plan = kit.plan
    with kit.ground.place(POSTGRESQL) as place:
        crowd = gather(place, PEOPLE, PEOPLE, wsgi.utc_now())
        forger = Signer([new_key(40)])
        now = wsgi.utc_now()
        forged = [forger.sign(Purpose.BROWSER, new_key(KEY_LENGTH), now) for _ in range(FORGED)]
        requests = kit.requests(strangers(crowd.site_key, forged, kit.plan.prepared, kit.random), place.port)
        with running(place, "serve"):
            aim = Aim(place.port, CONNECTIONS, plan.seconds, kit.serial())
            # What a process takes for its first requests it keeps; then nothing may be added.
            for _ in range(WARM_UPS):
                warm(kit, place.port, requests)
            memory, before = MemoryLog(place, "serve"), rows(place)
            began_mb = memory.now_mb()
            sent = [send(kit.generator, requests, aim) for _ in range(plan.rounds)]
            wait_until_worked_through(place)
            ended_mb, after = memory.now_mb(), rows(place)
    rates = [each.acknowledged / each.seconds for each in sent]
    kit.say(f"  {max(rates):,.0f} a second, {after - before} rows")
    known_mb = began_mb is not None and ended_mb is not None
    grown = [max((ended_mb or 0) - (began_mb or 0), 0)] if known_mb else []
    count = f"after {sum(each.acknowledged for each in sent):,} requests"
    return [
        of(plan, PART, "answered", rates, bars.STRANGERS),
        of(plan, PART, "answer, p99", [each.p99_ms for each in sent], "ms"),
        of(plan, PART, "refused", [sum(each.refused for each in sent)], bars.REFUSED),
        of(plan, PART, "rows left", [after - before], bars.STRANGERS_ROWS, count),
        of(plan, PART, "growth of a web process", grown, bars.STRANGERS_MEMORY, count if grown else NO_WAY),
    ]
