"""The front of the house: the alert's pages behind a bare application, and a clock moved by hand."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from alerts.doors import Door, alert_links
from alerts.web import create_blueprint
from tests.alerts.scenes import MORNING, Scene, dana_reads_pricing, installation
from tracker.models import Base

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from werkzeug.test import TestResponse

    from alerts.models import Alert
    from tracker.db import Database
    from tracker.installation import Installation
    from tracker.models import User


@dataclass
class Front:
    """Dana reads the pricing page, and Sam has the alert's mail open."""

    installation: Installation
    scene: Scene
    now: datetime = MORNING + timedelta(minutes=1)
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.app = bare_app(self.installation, lambda: self.now)

    @property
    def door(self) -> Door:
        return Door(self.scene.alert.id, self.scene.sam.id)

    def home(self, user: User | None = None, alert: Alert | None = None, at: datetime | None = None) -> str:
        """The path of the result page, as the mail links to it."""
        door = Door((alert or self.scene.alert).id, (user or self.scene.sam).id)
        links = alert_links(self.installation.signer, "", door, at or self.now)
        return links.result

    def get(self, page: str = "", home: str = "") -> TestResponse:
        return self.app.test_client().get((home or self.home()) + page, buffered=True)

    def tap(self, action: str = "/outcome", home: str = "", **fields: str | list[str]) -> TestResponse:
        """Press a button as a person does: the page is opened, and its nonce rides along."""
        home = home or self.home()
        page = self.app.test_client().get(home)
        found = re.search(r'data-nonce="([^"]+)"', page.text)
        proof = {"nonce": found[1] if found else "", "gesture": "pointerdown 1800"}
        return self.app.test_client().post(home + action, data=proof | fields)


def bare_app(installed: Installation, clock: Callable[[], datetime]) -> Flask:
    app = Flask("front")
    app.register_blueprint(create_blueprint(installed, clock))
    return app


def open_front(database: Database) -> Front:
    with database.writing() as session:
        scene = dana_reads_pricing(session)
    return Front(installation(database), scene)


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table: equal before and after means that nothing changed."""
    with database.reading() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


@contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """Serve on a port of its own, or this, for a real browser; gives the address."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
