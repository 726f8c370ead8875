"""`kill -9` of web processes at random moments under load, one at a time and all at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bench.faults.house import House, Wish
from bench.faults.load import Load
from bench.faults.processes import children_of, kill, kill_group
from bench.faults.verdict import Outcome, none_of

if TYPE_CHECKING:
    from bench.faults.stage import Stage
    from demo.serving import Child

READERS, CALLERS = 40, 20
PAUSE_S = (0.2, 1.6)
"""Between two kills."""
ALL_AT_ONCE = 0.2
"""The share of kills that take the whole server."""
AGAIN = 300
"""Hits that are sent once more in the end."""


def postgresql(house: House) -> Outcome:
    """Tell the story of many processes on PostgreSQL."""
    with house.stage(Wish(people=READERS + CALLERS)) as stage:
        return _tell(house, stage, "serve", worker=True)


def sqlite(house: House) -> Outcome:
    """Tell the story of the one process with everything in it, on SQLite."""
    # The one process is the worker, too, so each kill may leave a lease behind.
    settings = {"RINGBACK_SMTP_DEADLINE_S": f"{house.lengths.smtp_deadline_s:g}"}
    wish = Wish(people=READERS + CALLERS, sqlite=True, embedded=True, settings=settings)
    with house.stage(wish) as stage:
        return _tell(house, stage, "run", worker=False)


def _tell(house: House, stage: Stage, command: str, *, worker: bool) -> Outcome:
    lengths, dice = house.lengths, house.dice(f"web killed {command}")
    server = stage.start(command)
    if worker:
        stage.start("worker")
    readers, callers = stage.guests[:READERS], stage.guests[READERS:]
    stage.welcome(readers)
    hits = lengths.web_hits
    every_s = 8 * lengths.web_kills * 1.2 / hits  # so that there is load while there are kills
    load = Load(stage.base_url, readers, stage.ledger, every_s, hits, callers, timeout_s=10)
    whole = 0
    with load.running():
        for _ in range(lengths.web_kills):
            time.sleep(dice.uniform(*PAUSE_S))
            whole += _kill_some(server, all_at_once=dice.random() < ALL_AT_ONCE, pick=dice.random())
            server = stage.keep_running(server, command)
        ended = time.monotonic()
        while not load.done() and time.monotonic() - ended < 120:  # noqa: PLR2004  (bounds the story)
            time.sleep(0.2)
            server = stage.keep_running(server, command)
    lost = stage.lost()
    before = stage.doubled(load.sent.keys() | stage.ledger.acknowledged)
    again = dice.sample(sorted(load.sent), min(AGAIN, len(load.sent)))
    rows = sum(stage.rows_by_hit().values())
    load.send_again(again)
    time.sleep(1)
    added = sum(stage.rows_by_hit().values()) - rows
    return Outcome(
        lost,
        stage.post.duplicates(),
        # A mail goes out twice when its process dies between the server's yes and the record.
        duplicates_bar=0 if worker else lengths.web_kills,
        recovered_s=stage.ledger.first_after(ended),
        recovered_bar_s=30,
        checks=(
            none_of("rows added by retries", before + added),
            none_of("answers beside 2xx, 503 and cut off", stage.ledger.beside(503, 0)),
            none_of("second Message-IDs", stage.post.other_ids()),
        ),
        note=f"{lengths.web_kills} kills, {whole} of the whole server; {stage.ledger.said()}",
    )


def _kill_some(server: Child, *, all_at_once: bool, pick: float) -> bool:
    children = children_of(server.pid)
    if all_at_once:
        kill_group(server)
    elif children:
        kill(children[int(pick * len(children))])
    return all_at_once
