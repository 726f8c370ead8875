"""The house in which faults happen: servers for all of them, and for each a Ringback of its own."""

from __future__ import annotations

import random
import secrets
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import wsgi
from bench.faults.browser import Guest, Ledger
from bench.faults.servers import postgres, redis
from bench.faults.stage import PostRoom, Stage
from demo.crowd import invite
from demo.ports import HOST, free_port
from tests.smtp_sink import Manners, smtp_sink
from tracker import db
from tracker.installation import open_installation
from tracker.schema import migrate
from tracker.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.faults.lengths import Lengths
    from bench.faults.servers import Postgres, Redis
    from tests.smtp_sink import SmtpSink

UNLIMITED = {"RINGBACK_HITS_PER_ADDRESS": "0", "RINGBACK_HITS_PER_PERSON": "0"}


@dataclass(slots=True)
class House:
    """What all faults share."""

    folder: Path
    postgres: Postgres
    redis: Redis
    lengths: Lengths
    seed: int
    template: str
    """The PostgreSQL database with every table in place."""
    _stages: int = 0

    def dice(self, fault: str) -> random.Random:
        """Give the chance that a fault plays with; the same for the same seed."""
        return random.Random(f"{self.seed} {fault}")  # noqa: S311  (repeatable, hides nothing)

    @contextmanager
    def stage(self, wish: Wish) -> Iterator[Stage]:
        """Set up an installation with people; nothing of Ringback runs yet."""
        self._stages += 1
        folder = wish.folder or self.folder / f"stage{self._stages}"
        folder.mkdir(exist_ok=True)
        with ExitStack() as stack:
            post = PostRoom()
            sink = stack.enter_context(smtp_sink(wish.manners or Manners(), on_mail=post.keep))
            environ = self._environ(folder, sink, wish)
            installation = open_installation(load_settings(environ))
            stack.callback(installation.database.dispose)
            if wish.sqlite:
                migrate(installation.database)
            with installation.database.writing() as session:
                site_key, visitors = invite(session, installation, wish.people, wsgi.utc_now())
            guests = [Guest(visitor, site_key, number) for number, visitor in enumerate(visitors)]
            stage = Stage(folder, environ, installation, sink, post, guests, Ledger())
            stack.callback(stage.stop)
            yield stage

    def _environ(self, folder: Path, sink: SmtpSink, wish: Wish) -> dict[str, str]:
        port = free_port()
        environ = {
            "RINGBACK_DATA_DIR": str(folder / "data"),
            "RINGBACK_PORT": str(port),
            "RINGBACK_BASE_URL": f"http://{HOST}:{port}",
            "RINGBACK_SMTP_HOST": HOST,
            "RINGBACK_SMTP_PORT": str(wish.smtp_port or sink.port),
            "RINGBACK_MAIL_FROM": "Ringback <ringback@faults.example>",
            "RINGBACK_KEYS": secrets.token_urlsafe(32),
            "RINGBACK_CALL_WINDOW_S": "1",
        }
        if not wish.sqlite:
            name = self.postgres.create(self.template)
            environ["RINGBACK_DATABASE_URL"] = self.postgres.url(name, wish.database_port)
        if not wish.embedded:
            self.redis.flush()
            environ["RINGBACK_BROKER_URL"] = wish.broker_url or self.redis.url
        return environ | UNLIMITED | (wish.settings or {})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a fault needs."""

    people: int = 20
    sqlite: bool = False
    embedded: bool = False
    """One process by `ringback run`; otherwise `serve` and `worker` behind the broker."""
    manners: Manners | None = None
    """Of the mail server, from the start."""
    settings: dict[str, str] | None = None
    broker_url: str = ""
    database_port: int | None = None
    smtp_port: int | None = None
    """Of proxies that stand between."""
    folder: Path | None = None
    """Instead of one on the disk."""


@contextmanager
def house(lengths: Lengths, seed: int) -> Iterator[House]:
    """Start what all faults share; everything is gone at the end."""
    with TemporaryDirectory(prefix="ringback-faults-") as name, ExitStack() as stack:
        folder = Path(name)
        database_server = stack.enter_context(postgres(folder / "postgres"))
        broker = stack.enter_context(redis(folder / "redis"))
        template = database_server.create()
        database = db.connect(database_server.url(template))
        migrate(database)
        database.dispose()
        yield House(folder, database_server, broker, lengths, seed, template)
