"""SIGTERM to every process under load."""

from __future__ import annotations

import os
import signal
import time

from bench.faults.browser import CUT_OFF, UNAVAILABLE
from bench.faults.house import House, Wish
from bench.faults.load import Load
from bench.faults.processes import runs, wait_for
from bench.faults.verdict import Check, Outcome, none_of
from bench.signal.verdict import at_most

READERS, CALLERS = 10, 40
STOP_WITHIN_S = 45
LOAD_S = 2.0


def scaled_out(house: House) -> Outcome:
    """Stop web processes and worker, and start them again."""
    return _tell(house, Wish(people=READERS + CALLERS), ("serve", "worker"))


def embedded(house: House) -> Outcome:
    """Stop the one process that does everything."""
    return _tell(house, Wish(people=READERS + CALLERS, sqlite=True, embedded=True), ("run",))


def _tell(house: House, wish: Wish, commands: tuple[str, ...]) -> Outcome:
    with house.stage(wish) as stage:
        children = [stage.start(command) for command in commands]
        readers, callers = stage.guests[:READERS], stage.guests[READERS:]
        stage.welcome(readers)
        load = Load(stage.base_url, readers, stage.ledger, every_s=0.05, callers=callers)
        with load.running(4):
            time.sleep(LOAD_S)
            for child in children:
                os.kill(child.pid, signal.SIGTERM)
            took_s = wait_for(lambda: not any(runs(child) for child in children), 2 * STOP_WITHIN_S)
            for command in commands:
                stage.start(command)
            started = time.monotonic()
            time.sleep(LOAD_S)
        lost = stage.lost()
        return Outcome(
            lost,
            stage.post.duplicates(),
            recovered_s=stage.ledger.first_after(started),
            recovered_bar_s=STOP_WITHIN_S,
            checks=(
                Check(
                    "out in", 2.0 * STOP_WITHIN_S if took_s is None else took_s, at_most(STOP_WITHIN_S, "s")
                ),
                none_of("answers beside 2xx, 503 and cut off", stage.ledger.beside(UNAVAILABLE, CUT_OFF)),
            ),
            note=stage.ledger.said(),
        )
