"""What the rig's browsers meet: a sample site, a real Ringback behind it, and links in a mail."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import select

import wsgi
from bench.signal.party import become_colleagues, mail
from demo.mailbox import Mailbox, smtp_server
from demo.ports import HOST, free_port
from demo.prepare import environ_in
from demo.serving import ringback, web
from demo.site import create_site
from tracker.models import Visit
from tracker.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.signal.party import Guest
    from tracker.installation import Installation
    from tracker.words import State

LANDING = "/features/sso"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the database says of one visit."""

    state: State
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RigStage:
    """A running Ringback, and whom it knows."""

    installation: Installation
    origin: str
    guests: tuple[Guest, ...]

    def link(self, number: int) -> str:
        """Give the link of one of them."""
        return f"{self.origin}{LANDING}#rb={self.guests[number].token}"

    def seen(self, number: int) -> list[Seen]:
        """Tell what became of their visits."""
        person = self.guests[number].prospect_id
        with self.installation.database.reading() as session:
            visits = session.scalars(select(Visit).where(Visit.prospect_id == person)).all()
            return [Seen(visit.state, tuple(visit.state_reasons)) for visit in visits]


@contextmanager
def rig_stage(people: int) -> Iterator[RigStage]:
    """Start it for so many people.

    They are of one account: all browsers of the rig come from one address, and who opens the links of three
    companies from one is found by another rule than those that are tried here.
    """
    with TemporaryDirectory(prefix="ringback-rig-") as name, ExitStack() as stack:
        mailbox = Mailbox(wsgi.utc_now)
        environ = environ_in(Path(name), stack.enter_context(smtp_server(mailbox, 0)))
        installation = wsgi.prepare(load_settings(environ))
        stack.callback(installation.database.dispose)
        port = free_port()
        origin = f"http://{HOST}:{port}"
        with installation.database.writing() as session:
            party = mail(session, installation, people, origin, wsgi.utc_now())
            become_colleagues(session, party.guests)
        base_url = installation.settings.base_url
        stack.enter_context(web(create_site(base_url, party.site_key), port))
        child = stack.enter_context(ringback(("run",), environ, Path(name) / "ringback.log"))
        child.wait_until_ready(f"{base_url}/ringback.js")
        yield RigStage(installation, origin, party.guests)
