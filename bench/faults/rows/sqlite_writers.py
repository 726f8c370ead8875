"""One SQLite file with eight writers and the worker."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from typing import TYPE_CHECKING

from bench.faults.house import House, Wish
from bench.faults.load import Load
from bench.faults.verdict import Check, Outcome, none_of, percentile
from bench.signal.verdict import at_most
from demo.serving import COMMAND

if TYPE_CHECKING:
    from pathlib import Path

    from bench.faults.stage import Stage

READERS, CALLERS = 30, 30
WEB_PROCESSES = 2
WEB_WRITERS = 5
"""Browsers that send at the same time, to two processes; with three commands, eight."""
VISIT_BAR_S = 1
FULL_S = 60
COMMAND_S = 60
LOCKED = re.compile("locked", re.IGNORECASE)


def tell(house: House) -> Outcome:
    """Have browsers, an import, a list of wishes and a report write at once, while mails are sent."""
    settings = {"RINGBACK_WEB_PROCESSES": str(WEB_PROCESSES)}
    writing_s = house.lengths.writing_s
    with house.stage(Wish(people=READERS + CALLERS, sqlite=True, settings=settings)) as stage:
        stage.start("serve")
        stage.start("worker")
        readers, callers = stage.guests[:READERS], stage.guests[READERS:]
        stage.welcome(readers)
        stage.ledger.took_s.clear()
        ends = time.monotonic() + writing_s
        said: list[str] = []
        crew = [
            threading.Thread(target=_again_and_again, args=(stage, command, ends, said), daemon=True)
            for command in _commands(stage.folder)
        ]
        load = Load(stage.base_url, readers, stage.ledger, every_s=WEB_WRITERS * 0.01, callers=callers)
        with load.running(WEB_WRITERS):
            for each in crew:
                each.start()
            for each in crew:
                each.join(writing_s + COMMAND_S)
        lost = stage.lost()
        failed = [text for text in said if text]
        locked = [line for line in (*stage.logged(LOCKED), *failed) if LOCKED.search(line)]
        return Outcome(
            lost,
            stage.post.duplicates(),
            checks=(
                Check("p99", percentile(stage.ledger.took_s, 0.99), at_most(VISIT_BAR_S, "s")),
                none_of("times 'locked'", len(locked)),
                none_of("answers beside 2xx", stage.ledger.beside()),
                none_of("commands that failed", len(failed)),
            ),
            note="; ".join(
                text
                for text in (
                    house.lengths.said("writing", writing_s, FULL_S),
                    f"{stage.ledger.said()}, {len(said)} commands",
                    *sorted(set(locked or failed))[:2],
                )
                if text
            ),
        )


def _commands(folder: Path) -> list[tuple[str, ...]]:
    deals = folder / "deals.csv"
    heading = (
        "Deal - ID,Deal - Title,Deal - Status,Deal - Organization,Deal - Contact person,Deal - Lost time"
    )
    rows = [
        f"{each},Deal {each},Lost,Firm {each},Person {each},2026-01-05 10:00:00" for each in range(1, 301)
    ]
    deals.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    wishes = folder / "wishes.csv"
    wishes.write_text("".join(f"someone{each}@else.example\n" for each in range(300)), encoding="utf-8")
    return [
        ("import", str(deals)),
        ("suppress", str(wishes), "--kind", "unsubscribed"),
        ("suppress", str(wishes), "--kind", "unsubscribed", "--lift"),
    ]


def _again_and_again(stage: Stage, command: tuple[str, ...], ends: float, said: list[str]) -> None:
    """Run a command until the time is up; `said` gets the last words of each that failed, else nothing."""
    while time.monotonic() < ends:
        done = subprocess.run(  # noqa: S603  (our own command)
            [COMMAND, *command],
            env={**stage.inherited(), **stage.environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
            check=False,
        )
        said.append("" if done.returncode == 0 else (done.stderr or done.stdout).strip()[-300:])
