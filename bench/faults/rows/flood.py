"""One address sends ten times what it may."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from bench.faults.browser import Ledger
from bench.faults.house import House, Wish
from bench.faults.load import Load
from bench.faults.verdict import Check, Outcome, none_of, percentile
from bench.signal.verdict import at_least, at_most

if TYPE_CHECKING:
    from bench.faults.browser import Guest
    from bench.faults.stage import Stage

ALLOWED = 60
"""Requests a minute and process, for this story."""
PROCESSES = 2
TIMES = 10
READERS, FLOODERS = 20, 20
VISIT_BAR_MS = 500
FULL_S = 60
FLOOD_ADDRESS = "127.0.9.9"


def tell(house: House) -> Outcome:
    """Let one address flood the endpoint, with genuine tokens, while others read."""
    flood_s = house.lengths.flood_s
    limits = {
        "RINGBACK_HITS_PER_ADDRESS": str(ALLOWED),
        "RINGBACK_HITS_PER_PERSON": str(ALLOWED),
        "RINGBACK_WEB_PROCESSES": str(PROCESSES),
    }
    with house.stage(Wish(people=READERS + FLOODERS, settings=limits)) as stage:
        stage.start("serve")
        stage.start("worker")
        readers, flooders = stage.guests[:READERS], stage.guests[READERS:]
        stage.welcome(stage.guests)
        stage.ledger.took_s.clear()
        flood = Ledger()
        before = sum(stage.rows_by_hit().values())
        ends = time.monotonic() + flood_s
        rate = TIMES * ALLOWED * PROCESSES / min(flood_s, FULL_S)
        crew = [
            threading.Thread(
                target=_flood, args=(stage, flood, flooders[each::4], 4 / rate, ends), daemon=True
            )
            for each in range(4)
        ]
        load = Load(stage.base_url, readers, stage.ledger, every_s=0.5)
        with load.running(4):
            for each in crew:
                each.start()
            for each in crew:
                each.join(2 * FULL_S + flood_s)
        lost = stage.lost()
        added = sum(stage.rows_by_hit().values()) - before - len(load.sent)
        windows = flood_s // 60 + 2
        took_ms = [each * 1000 for each in stage.ledger.took_s]
        sent = sum(flood.statuses.values())
        return Outcome(
            lost,
            stage.post.duplicates(),
            checks=(
                Check("legitimate p99", percentile(took_ms, 0.99), at_most(VISIT_BAR_MS, "ms")),
                Check("rows of the flood", added, at_most(ALLOWED * PROCESSES * windows, "")),
                Check("refused with 429", flood.statuses[429], at_least(1, "")),
                none_of("legitimate answers beside 2xx", stage.ledger.beside()),
            ),
            note=f"{sent:,} in {flood_s:g} s from one address: {flood.said()}",
        )


def _flood(stage: Stage, flood: Ledger, guests: list[Guest], every_s: float, ends: float) -> None:
    crowd = [
        replace(each, visitor=replace(each.visitor, address=FLOOD_ADDRESS), number=each.number + 10_000)
        for each in guests
    ]
    turn = 0
    while (now := time.monotonic()) < ends:
        guest = crowd[turn % len(crowd)]
        flood.post(stage.base_url, guest, [guest.view()])
        turn += 1
        time.sleep(max(every_s - (time.monotonic() - now), 0))
