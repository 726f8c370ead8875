"""The database is restarted, drops every connection, and stops answering, all under load."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bench.faults.browser import UNAVAILABLE
from bench.faults.house import House, Wish
from bench.faults.load import Load
from bench.faults.proxy import Mode, proxy
from bench.faults.verdict import Outcome, none_of

if TYPE_CHECKING:
    from collections.abc import Callable

READERS, CALLERS = 20, 15
THREADS = 6
EVERY_S = 0.05
BETWEEN_S = 3.0
STALL_S = 6.0
RECOVERY_S = 30


def restarted(house: House) -> Outcome:
    """Crash it, and have it start again."""
    return _tell(house, house.postgres.restart)


def dropped(house: House) -> Outcome:
    """End all its clients' connections."""
    return _tell(house, house.postgres.drop_connections)


def stalled(house: House) -> Outcome:
    """Put a network between that holds everything back for a while, then breaks what stands."""
    with proxy(house.postgres.port) as between:

        def stall() -> None:
            between.behave(Mode.STALL)
            time.sleep(STALL_S)
            between.behave(Mode.DROP)
            between.behave(Mode.PASS)

        return _tell(house, stall, between.port)


def _tell(house: House, fault: Callable[[], None], port: int | None = None) -> Outcome:
    with house.stage(Wish(people=READERS + CALLERS, database_port=port)) as stage:
        stage.start("serve")
        stage.start("worker")
        readers, callers = stage.guests[:READERS], stage.guests[READERS:]
        stage.welcome(readers)
        load = Load(stage.base_url, readers, stage.ledger, EVERY_S, callers=callers, timeout_s=60)
        recovered = []
        with load.running(THREADS):
            for _ in range(house.lengths.database_faults):
                time.sleep(BETWEEN_S)
                fault()
                ended = time.monotonic()
                while (took_s := stage.ledger.first_after(ended)) is None:
                    time.sleep(0.02)
                    if time.monotonic() - ended > 2 * RECOVERY_S:
                        break
                recovered.append(2.0 * RECOVERY_S if took_s is None else took_s)
            time.sleep(BETWEEN_S)
        lost = stage.lost()
        return Outcome(
            lost,
            stage.post.duplicates(),
            recovered_s=max(recovered),
            recovered_bar_s=RECOVERY_S,
            checks=(
                none_of("answers beside 2xx and 503", stage.ledger.beside(UNAVAILABLE)),
                none_of("rows beyond one a hit", stage.doubled(load.sent.keys() | stage.ledger.acknowledged)),
            ),
            note=f"{house.lengths.database_faults} times; {stage.ledger.said()}",
        )
