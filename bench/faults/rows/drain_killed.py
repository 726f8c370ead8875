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
from tracker.ingest.inbox import DRAINING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.faults.stage import Stage
    from demo.serving import Child

READERS, CALLERS = 30, 20
PAUSE_S = (0.8, 2.5)
RECOVERY_S = 30
KEPT = 60
"""Hits that arrive while nobody can work on them."""
HOLDERS = text(
    "SELECT activity.client_port FROM pg_locks AS lock JOIN pg_stat_activity AS activity USING (pid)"
    " JOIN pg_database ON pg_database.oid = lock.database"
    " WHERE lock.locktype = 'advisory' AND lock.granted AND pg_database.datname = current_database()"
    " AND (lock.classid::bigint << 32) + lock.objid::bigint = :lock"
)
HOLD_UP_S = 3.0
"""The longest that a drain is held up in its transaction, so that the kill falls there."""
CRASHES = 1
"""Before the last: whoever starts after one notes what it begins with."""
REFUSALS = 5
"""Hits that are refused before it is clear that nothing is kept."""


def killed(house: House) -> Outcome:
    """Kill the process that holds the drain's lock, between its transactions and in the middle."""
    lengths, dice = house.lengths, house.dice("drain killed")
    with house.stage(Wish(people=READERS + CALLERS)) as stage:
        server = stage.start("serve")
        stage.start("worker")
        readers, callers = stage.guests[:READERS], stage.guests[READERS:]
        stage.welcome(readers)
        load = Load(stage.base_url, readers, stage.ledger, every_s=0.04, callers=callers, timeout_s=10)
        drains = 0
        with load.running():
            for number in range(lengths.drain_kills):
                time.sleep(dice.uniform(*PAUSE_S))
                if number % 2:
                    kill(dice.choice(children_of(server.pid) or [server.pid]))
                else:
                    drains += _kill_in_the_middle(stage, server)
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
                Check("kills in the middle of a drain", drains, at_least(lengths.drain_kills // 3, "")),
            ),
            note=f"{lengths.drain_kills} kills; {stage.ledger.said()}",
        )


def left_postgresql(house: House) -> Outcome:
    """Let hits pile up behind a locked table, kill everything, and start again."""
    return _left(house, Wish(people=READERS))


def left_sqlite(house: House) -> Outcome:
    """Let hits pile up while somebody else writes into the main file, kill everything, and start again."""
    return _left(house, Wish(people=READERS, sqlite=True, embedded=True))


def newcomers(house: House) -> Outcome:
    """Kill everything over new browsers' first hits; their second ones come before those are tried again."""
    with house.stage(Wish(people=READERS)) as stage:
        server = stage.start("serve")
        stage.start("worker")
        with _main_tables_locked(stage):
            for guest in stage.guests:
                stage.ledger.post(stage.base_url, guest, [guest.view()], timeout_s=2)
            for _ in range(CRASHES):
                time.sleep(HOLD_UP_S / 2)  # until whoever drains stands in the middle of it
                kill_group(server)
                server = stage.start("serve")
            time.sleep(HOLD_UP_S / 2)
            kill_group(server)
        stage.start("serve")
        started = time.monotonic()
        for guest in stage.guests:
            stage.ledger.post(stage.base_url, guest, guest.call())
        recovered = stage.ledger.first_after(started)
        return Outcome(
            stage.lost(),
            stage.post.duplicates(),
            recovered_s=recovered,
            recovered_bar_s=RECOVERY_S,
            checks=(none_of("rows beyond one a hit", stage.doubled()),),
            note=stage.ledger.said(),
        )


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
                stage.ledger.post(stage.base_url, guest, hits, timeout_s=2)
                if stage.ledger.beside() >= REFUSALS:
                    break
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


def _kill_in_the_middle(stage: Stage, server: Child) -> bool:
    """Hold the drain up in its transaction, and kill its process; says whether there was one."""
    with _main_tables_locked(stage):
        ends = time.monotonic() + HOLD_UP_S
        while time.monotonic() < ends:
            with stage.installation.database.reading() as session:
                port = session.scalar(HOLDERS, {"lock": DRAINING})
            draining = port and holder_of_port(port, children_of(server.pid))
            if draining:
                return kill(draining)
            time.sleep(0.02)
    return False
