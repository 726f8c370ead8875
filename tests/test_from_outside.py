"""Scaled out, with real processes: what can be seen from outside, and that nobody can be seen in the logs.

A visit becomes a mail, a mail is refused, something unreadable lies in the inbox, and a table is gone for a
while. Of all who take part, no line of any log may say anything.
"""

from __future__ import annotations

import json
import time
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text, update

from alerts.models import Delivery
from demo.crowd import SITE, Visitor, invite
from demo.measure import AGENT, MeasureError, come
from demo.ports import HOST, free_port
from demo.serving import ringback
from tests.alerts.test_worker_redis import redis_server
from tests.smtp_sink import Manners, smtp_sink
from tracker import db
from tracker.installation import open_installation
from tracker.models import InboxRow, Prospect
from tracker.schema import migrate
from tracker.settings import load_settings
from wsgi import utc_now

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.smtp_sink import SmtpSink
    from tracker.installation import Installation

TOKEN = "Wq7vRt2LxZp9Kd4Ns8Bf6Hj3"
CANARIES = ("visitor", "rep1", "rep2", "Zebedee", "canary", "2079460018", "Chrome/", "visits.example")
"""Parts of names, addresses, numbers, pages and user agents of those who take part; tokens come beside."""
PATIENCE_S = 60
PROCESSES = 2

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Scene:
    """A scaled-out installation that runs."""

    installation: Installation
    base_url: str
    sink: SmtpSink
    site_key: str
    visitors: list[Visitor]
    folder: Path
    logs: list[Path]

    def comes(self, visitor: Visitor) -> None:
        come(self.base_url, self.site_key, visitor)

    def figure(self, name: str) -> float:
        request = urllib.request.Request(  # noqa: S310  (our own address)
            f"{self.base_url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            told = answer.read().decode()
        for family in text_string_to_metric_families(told):
            for sample in family.samples:
                if sample.name == name:
                    return float(sample.value)
        raise AssertionError(name)

    def lines(self) -> list[str]:
        return [line for log in self.logs for line in log.read_text(encoding="utf-8").splitlines()]

    def wait_for_line(self, words: str) -> None:
        ends = time.monotonic() + PATIENCE_S
        while not any(words in line for line in self.lines()):
            assert time.monotonic() < ends, f"no line says {words!r}"
            time.sleep(0.1)


@pytest.fixture(scope="module")
def scene(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("from_outside")
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))  # of the processes; it is read once
        own = own_database(postgres_url, stack)
        _, broker = stack.enter_context(redis_server(folder))
        sink = stack.enter_context(smtp_sink(Manners()))
        port = free_port()
        environ = {
            "RINGBACK_BASE_URL": f"http://{HOST}:{port}",
            "RINGBACK_PORT": str(port),
            "RINGBACK_DATABASE_URL": own,
            "RINGBACK_BROKER_URL": broker,
            "RINGBACK_KEYS": "Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu",
            "RINGBACK_WEB_PROCESSES": str(PROCESSES),
            "RINGBACK_METRICS_TOKEN": TOKEN,
            "RINGBACK_LOG_LEVEL": "debug",
            "RINGBACK_SMTP_HOST": sink.host,
            "RINGBACK_SMTP_PORT": str(sink.port),
        }
        settings = load_settings(environ)
        installation = open_installation(settings)
        stack.callback(installation.database.dispose)
        migrate(installation.database)
        with installation.database.writing() as session:
            site_key, visitors = invite(session, installation, 4, utc_now())
            session.execute(update(Prospect).values(name="Zebedee Canary", phone="+442079460018"))
        # Those of the contact page: its mails wait for nothing.
        visitors = [visitor for visitor in visitors if visitor.page == "/contact"]
        logs = [folder / f"{name}.log" for name in ("serve", "worker")]
        serve, _ = (stack.enter_context(ringback((log.stem,), environ, log)) for log in logs)
        serve.wait_until_ready(f"{settings.base_url}/readyz")
        yield Scene(installation, settings.base_url, sink, site_key, visitors, folder, logs)


def own_database(server: str, stack: ExitStack) -> str:
    """Make a database of this test's own, which may have its tables taken away."""
    name = "seen_from_outside"
    admin = db.connect(server)
    stack.callback(admin.dispose)
    for statement in (f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}"):
        with admin.write_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))
    return admin.write_engine.url.set(database=name).render_as_string(hide_password=False)


def test_ready_with_a_broker_and_one_story_from_all_processes(scene: Scene) -> None:
    with urllib.request.urlopen(f"{scene.base_url}/readyz", timeout=10) as answer:  # noqa: S310  (our own)
        assert json.load(answer) == {"ready": True, "broker": "answers"}
    assert scene.figure("ringback_database_up") == 1
    assert scene.figure("ringback_outbox_waiting") == 0
    ends = time.monotonic() + PATIENCE_S
    while len(list(scene.folder.glob("ringback-metrics-*/histogram_*.db"))) < PROCESSES:
        assert time.monotonic() < ends, "the processes do not share their figures"
        time.sleep(0.1)


def test_what_goes_wrong_is_told_and_nobody_is_named(scene: Scene) -> None:
    first, second = scene.visitors
    database = scene.installation.database
    scene.sink.manners.at_recipient = f"550 5.1.1 <{first.rep}> Zebedee has no such mailbox"
    scene.comes(first)
    scene.wait_for_line("did not reach user")
    scene.sink.manners.at_recipient = ""

    poison = json.dumps({"canary": "Zebedee Canary", "at": SITE})
    with database.writing() as session:
        session.add(InboxRow(at=utc_now(), arrival=poison))
    scene.wait_for_line("could not be worked through")

    with database.writing() as session:
        session.execute(text("ALTER TABLE page_views RENAME TO put_away"))
    try:
        scene.comes(second)
    except MeasureError:
        pass  # it was answered with 503, and would come again
    finally:
        with database.writing() as session:
            session.execute(text("ALTER TABLE put_away RENAME TO page_views"))
    scene.comes(second)
    assert len(scene.sink.wait(1, PATIENCE_S)) == 1

    with database.reading() as session:
        reasons = [row.reason for row in session.query(Delivery)]
    assert any("Zebedee" in reason for reason in reasons), "what the log must not say is in the rows"
    to_people = ("Ringback listens on ", "There is no admin yet: ")
    spoken = [line for line in scene.lines() if not line.startswith(to_people) and line]
    for line in spoken:
        told = json.loads(line)
        assert {"time", "level", "logger", "event"} <= set(told)
        secrets = [*CANARIES, first.token, second.token, AGENT]
        assert not [secret for secret in secrets if secret.casefold() in line.casefold()], line
