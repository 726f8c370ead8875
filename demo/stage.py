"""`ringback demo`: sets the stage, tells the newcomer what to do, and clears up when they leave."""

from __future__ import annotations

import shlex
import shutil
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

import wsgi
from alerts.policy import Policy
from demo.company import DANA, SAM, email_of
from demo.history import SPRING
from demo.mailbox import Mailbox, smtp_server
from demo.mailing import Reader, send, spring_mail
from demo.mailpages import Owner, create_mail_pages
from demo.ports import HOST, is_free
from demo.seeding import Seeded, seed
from demo.serving import Child, ringback, web
from demo.site import create_site
from tracker.errors import PlainError
from tracker.mailing_list import LinkWriter
from tracker.models import Prospect
from tracker.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from tracker.installation import Installation
    from tracker.settings import Settings

MARK = "made-by-ringback-demo"
"""Only a folder that holds this file is ever wiped."""
LANDING = "/features/sso"
"""Where the button in Dana's mail leads."""
LOOK_EVERY_S = 0.5


class DemoError(PlainError):
    """The demo cannot start; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where everything listens."""

    ringback: int
    site: int
    mail: int
    smtp: int

    def refuse_taken(self) -> None:
        """Make sure that all of them are free, before anything is started.

        Raises:
            DemoError: one is taken, or two are the same.

        """
        named = (
            (self.ringback, "RINGBACK_PORT=8090 ringback demo"),
            (self.site, "ringback demo --site-port 8091"),
            (self.mail, "ringback demo --mail-port 8092"),
            (self.smtp, "ringback demo --smtp-port 8093"),
        )
        for place, (port, way) in enumerate(named):
            if port in [other for other, _ in named[:place]]:
                msg = f"Port {port} is wanted twice: choose another one, e.g. `{way}`."
                raise DemoError(msg)
            if not is_free(port):
                msg = (
                    f"Port {port} is taken by another program (a demo that still runs?). Stop that, or"
                    f" choose another port, e.g. `{way}`."
                )
                raise DemoError(msg)


def run_demo(folder: Path, ports: Ports, stop: Event, say: Callable[[str], None]) -> None:
    """Run the demo until `stop` is set; `folder` is wiped first.

    Raises:
        DemoError: a port is taken, or the folder is somebody else's.
        demo.serving.ServerError: Ringback did not start, or ended.

    """
    ports.refuse_taken()
    _fresh(folder)
    say("Setting the stage …")
    environ = _environ(folder, ports)
    settings = load_settings(environ)
    site_url = f"http://{HOST}:{ports.site}"
    now = datetime.now(UTC)
    mailbox = Mailbox(wsgi.utc_now)
    with ExitStack() as stack:
        smtp = stack.enter_context(smtp_server(mailbox, ports.smtp))
        installation = wsgi.prepare(settings)
        seeded = seed(installation, site_url, Policy.of(settings), now)
        reader = _dana(installation, f"{site_url}{LANDING}", now)
        installation.database.dispose()
        child = stack.enter_context(ringback(("run",), environ, folder / "ringback.log"))
        steps = _steps(settings)
        stack.enter_context(web(create_site(settings.base_url, seeded.site_key), ports.site))
        mail_url = stack.enter_context(web(create_mail_pages(mailbox, _owners(reader), steps), ports.mail))
        child.wait_until_ready(f"{settings.base_url}/ringback.js")
        send(spring_mail(reader, now), smtp)
        say(_programme(seeded, settings, site_url, mail_url, steps, ask_why(folder, reader.email)))
        _until(stop, child)
        say("\nStopping …")


def _until(stop: Event, child: Child) -> None:
    while not stop.wait(LOOK_EVERY_S):
        child.check()


def _fresh(folder: Path) -> None:
    """Give an empty folder, and never wipe one that the demo did not make."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            msg = f"{folder} holds files that the demo did not make: move them, or set RINGBACK_DATA_DIR."
            raise DemoError(msg)
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


def _environ(folder: Path, ports: Ports) -> dict[str, str]:
    """Give the demo's settings; whatever else is set on this machine does not matter to it."""
    return {
        "RINGBACK_DATA_DIR": str(folder.absolute()),
        "RINGBACK_PORT": str(ports.ringback),
        "RINGBACK_BASE_URL": f"http://{HOST}:{ports.ringback}",
        "RINGBACK_SMTP_HOST": HOST,
        "RINGBACK_SMTP_PORT": str(ports.smtp),
        "RINGBACK_MAIL_FROM": "Ringback <ringback@northwind.example>",
        "RINGBACK_COMPANY": "Northwind",
        "RINGBACK_CURRENCY": "GBP",
        "RINGBACK_PHONE_REGION": "GB",
        "RINGBACK_TIME_ZONE": "Europe/London",
        "RINGBACK_WEB_THREADS": "4",
    }


def _dana(installation: Installation, url: str, now: datetime) -> Reader:
    """Give Dana with her own tracked link, written as for any campaign."""
    writer = LinkWriter(installation.signer, timedelta(days=installation.settings.token_days))
    with installation.database.writing() as session:
        dana = session.scalars(select(Prospect).where(Prospect.name == DANA)).one()
        link = writer.links(session, [dana.id], url, SPRING, now)[dana.id]
    return Reader(dana.name, dana.first_name, dana.email or "", link.url)


def _owners(dana: Reader) -> tuple[Owner, ...]:
    waiting = "Nothing yet. The alert arrives here once Dana has come back to the site and read."
    return (
        Owner(dana.name, dana.email, "the prospect", "The mailing is on its way."),
        Owner(SAM, email_of(SAM), "the rep who lost her deal", waiting),
    )


def _steps(settings: Settings) -> tuple[str, ...]:
    return (
        "Open Dana's mail and click its button: you are Dana now, and back on Northwind's site.",
        "Say yes to the banner, open Pricing, read for a few seconds, and click somewhere on the page.",
        (
            f"Watch Sam's mailbox: the alert follows within {settings.call_window_s:g} seconds of that click."
            " On Book a demo or Contact it comes at once."
        ),
        (
            f"Be Sam, too: sign in at {settings.base_url} as {email_of(SAM)}. The link comes to his mailbox,"
            " and Today shows who is on the site and whom to call."
        ),
    )


def ask_why(folder: Path, email: str) -> str:
    """Write the command that asks the demo's data about somebody, to be typed in the current folder."""
    program = Path(sys.executable).with_name("ringback")
    return f"RINGBACK_DATA_DIR={_typed(folder)} {_typed(program)} why {shlex.quote(email)}"


def _typed(path: Path) -> str:
    """Write a path as one types it here: the short way where it lies below."""
    here, whole = Path.cwd(), path.absolute()
    return shlex.quote(str(whole.relative_to(here) if whole.is_relative_to(here) else whole))


def _programme(
    seeded: Seeded, settings: Settings, site_url: str, mail_url: str, steps: tuple[str, ...], command: str
) -> str:
    deals = seeded.report.deals
    return "\n".join(
        (
            (
                f"Northwind's year is in: {seeded.report.people.new} people, {deals.new} deals"
                f" ({deals.lost} lost), {seeded.visits} visits."
            ),
            "",
            f"  Mailbox   {mail_url}   begin here",
            f"  Site      {site_url}   Northwind's website, which Dana's mail leads to",
            f"  Ringback  {settings.base_url}   Sam's desk, and the pages behind his mail's buttons",
            "",
            *(f"  {number}. {step}" for number, step in enumerate(steps, start=1)),
            "",
            f"Or ask in another terminal, in this folder: {command}",
            "",
            "Ctrl-C ends it. Everything starts afresh the next time.",
        )
    )
