"""What Ringback is held against, running: a bare Flask view, and one durable row a request behind Flask."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.load.bare import DSN, WHAT, make_table
from bench.load.generator import Aim, send
from bench.load.plan import POSTGRESQL
from demo.ports import HOST, free_port
from demo.serving import ringback

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.load.bodies import Bodies
    from bench.load.run import Kit
    from bench.load.sender import Sent

BARE, ONE_ROW = "bare Flask view", "one durable row behind Flask"
COMMAND = (sys.executable, "-m", "bench.load.bare")


@dataclass(frozen=True, slots=True)
class Compared:
    """One of them."""

    name: str
    port: int
    requests: Path

    def run(self, kit: Kit, connections: int) -> Sent:
        """Send the same as Ringback gets."""
        return send(kit.generator, self.requests, Aim(self.port, connections, kit.plan.seconds, kit.serial()))


@contextmanager
def bare_view(kit: Kit, bodies: Bodies) -> Iterator[Compared]:
    """Run a Flask view that answers 204."""
    with _app(kit, bodies, BARE, "nothing", "") as compared:
        yield compared


@contextmanager
def one_row(kit: Kit, bodies: Bodies, database: str) -> Iterator[Compared]:
    """Run a Flask view that commits one row a request, in a database of its own."""
    what = database.lower()
    dsn = kit.ground.new_database() if database == POSTGRESQL else str(kit.ground.folder / "one_row.db")
    make_table(what, dsn)
    with _app(kit, bodies, f"{ONE_ROW}, {database}", what, dsn) as compared:
        yield compared


@contextmanager
def _app(kit: Kit, bodies: Bodies, name: str, what: str, dsn: str) -> Iterator[Compared]:
    port = free_port()
    log = kit.ground.folder / f"compared-{what}.log"
    with ringback((str(port), what), {WHAT: what, DSN: dsn}, log, COMMAND) as child:
        child.wait_until_ready(f"http://{HOST}:{port}/")
        yield Compared(name, port, kit.requests(bodies, port))
