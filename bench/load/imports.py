"""How long an export of many lost deals takes to import, and how much memory."""

from __future__ import annotations

import csv
import time
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bench.load import bars
from bench.load.generator import LoadError
from bench.load.lines import of
from bench.load.processes import peak_memory_mb
from demo.serving import Child
from tracker.models import Deal

if TYPE_CHECKING:
    from pathlib import Path

    from bench.load.place import Place
    from bench.load.run import Kit
    from bench.signal.verdict import Line

PART = "import"
HEADINGS = (
    *("Deal - ID", "Deal - Title", "Deal - Value", "Deal - Currency of value", "Deal - Organization"),
    *("Deal - Contact person", "Deal - Owner", "Deal - Status", "Deal - Lost reason", "Deal - Lost time"),
    *("Person - Email - Work", "Person - Phone - Work"),
)
REASONS = ("Price", "Missing feature", "Went with a competitor", "No budget", "Bad timing", "")
OWNERS, PEOPLE_AN_ACCOUNT, DEALS_A_PERSON = 60, 3, 2
LAST_WORDS = 600
LOOK_EVERY_S = 0.02


def measure(kit: Kit) -> list[Line]:
    """Import the same file into each database of the form, each by a process of its own."""
    path = kit.ground.folder / "deals.csv"
    _write(path, kit.plan.deals)
    return [line for database in kit.plan.imports for line in _into(kit, database, path)]


def _into(kit: Kit, database: str, path: Path) -> list[Line]:
    kit.say(f"import of {kit.plan.deals:,} deals into {database} …")
    with kit.ground.place(database) as place:
        seconds, peak_mb = _import(place, path)
        with place.installation.database.reading() as session:
            deals = session.scalar(select(func.count()).select_from(Deal)) or 0
    rate = deals / seconds
    kit.say(f"  {rate:,.0f} a second, {peak_mb:.0f} MB")
    said = f"{deals:,} in {seconds:.0f} s"
    return [
        of(kit.plan, PART, f"{database}: deals a second", [rate], "deals/s", said),
        of(kit.plan, PART, f"{database}: memory at its peak", [peak_mb], "MB"),
        of(kit.plan, PART, f"{database}: deals missing", [kit.plan.deals - deals], bars.DEALS_MISSING),
    ]


def _import(place: Place, path: Path) -> tuple[float, float]:
    """Run `ringback import`; gives seconds, and the most memory it ever took, megabytes.

    Raises:
        LoadError: it failed; the message holds its last words.

    """
    log = place.folder / "import.log"
    began = time.perf_counter()
    child = Child(("import", str(path), "--yes"), place.environ, log)
    try:
        peak_mb = 0.0
        while (status := child.ended_with()) is None:
            peak_mb = max(peak_mb, peak_memory_mb(child.pid) or 0)
            time.sleep(LOOK_EVERY_S)
        seconds = time.perf_counter() - began
    finally:
        child.stop()
    if status:
        msg = f"The import failed.\n{log.read_text(encoding='utf-8', errors='replace')[-LAST_WORDS:]}"
        raise LoadError(msg)
    return seconds, peak_mb


def _write(path: Path, deals: int) -> None:
    """Write an export as Pipedrive does; every person has two deals, every account three people."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for number in range(deals):
            person = number // DEALS_A_PERSON
            account = person // PEOPLE_AN_ACCOUNT
            writer.writerow(
                (
                    *(20_000 + number, f"Pro for Company {account}", 1_000 + number % 90_000, "GBP"),
                    *(f"Company {account}", f"Visitor {person}", f"Rep {account % OWNERS}", "Lost"),
                    *(
                        REASONS[number % len(REASONS)],
                        f"2025-{1 + number % 12:02d}-{1 + number % 28:02d} 16:20:11",
                    ),
                    *(f"visitor{person}@company{account}.example", f"+44 20 7946 {number % 1_000:04d}"),
                )
            )
