"""Whichever process works through what arrived is killed, and one starts on what is left after a crash."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import text

from bench.faults.house import House, Wish
from bench.faults.load import Load
from bench.faults.processes import children_of, holder_of_port, kill, kill_group
from bench.faults.verdict import Check, Outcome, none_of
from bench.signal.verdict import at_least

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.faults.stage import Stage

READERS, CALLERS = 30, 20
PAUSE_S = (0.8, 2.5)
RECOVERY_S = 30
KEPT = 60
"""Hits that arrive while nobody can work on them."""
HOLDERS = text(
    "SELECT DISTINCT activity.client_port FROM pg_locks AS lock JOIN pg_stat_activity AS activity USING (pid)"
    " JOIN pg_database ON pg_database.oid = lock.database"
    " WHERE lock.locktype = 'advisory' AND lock.granted AND pg_database.datname = current_database()"
)


def killed(house: House) -> Outcome:
    """Kill the process that holds the drain's lock, again and again, between and in its transactions."""
    lengths, dice = house.lengths, house.dice("drain killed")
    with house.stage(Wish(people=READERS + CALLERS)) as stage:
        server = stage.start("serve")
        stage.start("worker")
        readers, callers = stage.guests[:READERS], stage.guests[READERS:]
        stage.welcome(readers)
        load = Load(stage.base_url, readers, stage.ledger, every_s=0.04, callers=callers, timeout_s=10)
        drains = 0
        with load.running():
            for _ in range(lengths.drain_kills):
                time.sleep(dice.uniform(*PAUSE_S))
                children = children_of(server.pid)
                draining = _draining(stage, children)
                drains += draining is not None
                kill(draining or dice.choice(children or [server.pid]))
                server = stage.keep_running(server, "serve")
            ended = time.monotonic()
            time.sleep(1)
        lost = stage.lost()
        return Outcome(
            lost,
            stage.post.duplicates(),
            recovered_s=stage.ledger.first_after(ended),
            recovered_bar_s=RECOVERY_S,
            checks=(
                none_of("rows beyond one a hit", stage.doubled(load.sent.keys() | stage.ledger.acknowledged)),
                Check("kills of the process that drained", drains, at_least(lengths.drain_kills / 2, "")),
            ),
            note=f"{lengths.drain_kills} kills; {stage.ledger.said()}",
        )


def left_postgresql(house: House) -> Outcome:
    """Let hits pile up behind a locked table, kill everything, and start again."""
    return _left(house, Wish(people=READERS))


def left_sqlite(house: House) -> Outcome:
    """Let hits pile up while somebody else writes into the main file, kill everything, and start again."""
    return _left(house, Wish(people=READERS, sqlite=True, embedded=True))


def _left(house: House, wish: Wish) -> Outcome:
    command = "run" if wish.embedded else "serve"
    with house.stage(wish) as stage:
        server = stage.start(command)
        if not wish.embedded:
            stage.start("worker")
        stage.welcome(stage.guests)
        stage.lost()
        with _main_tables_locked(stage):
            for each in range(KEPT):
                guest = stage.guests[each % READERS]
                hits = guest.call() if each < READERS else [guest.view()]
                stage.ledger.post(stage.base_url, guest, hits, timeout_s=5)
            kept = len(stage.ledger.acknowledged - set(stage.rows_by_hit()))
            kill_group(server)
        stage.start(command)
        started = time.monotonic()
        lost = stage.lost()
        return Outcome(
            lost,
            stage.post.duplicates(),
            recovered_s=time.monotonic() - started,
            recovered_bar_s=RECOVERY_S,
            checks=(
                Check("hits kept while nobody could work on them", kept, at_least(KEPT, "")),
                none_of("rows beyond one a hit", stage.doubled()),
            ),
            note=stage.ledger.said(),
        )


@contextmanager
def _main_tables_locked(stage: Stage) -> Iterator[None]:
    """Hold what the drain has to write into; reading goes on."""
    database = stage.installation.database
    with database.write_engine.begin() as connection:  # of SQLite, that locks the whole file for writers
        if not database.is_sqlite:
            connection.execute(text("LOCK TABLE visits, page_views IN EXCLUSIVE MODE"))
        yield


def _draining(stage: Stage, children: list[int]) -> int | None:
    """Tell which process holds the drain's lock for longer than a transaction takes."""

    def ports() -> set[int]:
        with stage.installation.database.reading() as session:
            return set(session.scalars(HOLDERS))

    held = ports()
    time.sleep(0.05)
    for port in sorted(held & ports()):
        if (pid := holder_of_port(port, children)) is not None:
            return pid
    return None
