"""`ringback journey`: from a CRM's file to the rep's mail, without hands.

A fresh database, the real server as a child process, a real mail server, and the prospect in Chromium.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import select

import wsgi
from alerts.models import Alert
from demo.crowd import invite
from demo.mailbox import Mailbox, Received, smtp_server
from demo.measure import Figures, measure
from demo.ports import HOST, free_port
from demo.prepare import Prepared, environ_in, prepare
from demo.serving import ringback, web
from demo.site import create_site
from demo.verdict import faults
from demo.walk import chromium, walk
from tracker.errors import PlainError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tracker.imports import ImportOptions

PATIENCE_S = 30
"""How long the mail may take beyond the policy's window."""


class JourneyError(PlainError):
    """The journey did not end as it should; the message says where it went wrong."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What to travel with."""

    deals: Path
    options: ImportOptions
    visits: int = 1
    """In all; those after the first are made without a browser, for the figures."""
    chromium: str | None = None
    window_s: float | None = None
    """How long a call waits for more context; None: as the policy has it."""


@dataclass(frozen=True, slots=True)
class Travelled:
    """What came of it; the fields are the keys of the command's last line."""

    imported: int
    rejected: int
    links: int
    alerts: int
    gesture_to_mail_s: float
    """From the moment at which the mail could go out (the deciding hit's arrival, or the end of the policy's
    window) until the mail server had accepted it."""
    subject: str
    to: str


def travel(wishes: Wishes, say: Callable[[str], None]) -> tuple[Travelled, dict[str, Figures]]:
    """Make the journey; the figures are of the visits after the first.

    Raises:
        tracker.errors.PlainError: something went wrong; the message says what, and what to do.

    """
    with TemporaryDirectory(prefix="ringback-journey-") as folder, ExitStack() as stack:
        mailbox = Mailbox(wsgi.utc_now)
        environ = environ_in(Path(folder), stack.enter_context(smtp_server(mailbox, 0)))
        if wishes.window_s is not None:
            environ["RINGBACK_CALL_WINDOW_S"] = str(wishes.window_s)
        base_url, site_port = environ["RINGBACK_BASE_URL"], free_port()
        ready = prepare(environ, wishes.deals, wishes.options, f"http://{HOST}:{site_port}", say)
        stack.callback(ready.installation.database.dispose)
        stack.enter_context(web(create_site(base_url, ready.site_key), site_port))
        child = stack.enter_context(ringback(("run",), environ, Path(folder) / "ringback.log"))
        child.wait_until_ready(f"{base_url}/ringback.js")
        mail, could_go_at = _visit(ready, mailbox, wishes.chromium, say)
        alerts = len(mailbox.mails())
        figures = {}
        if wishes.visits > 1:
            say(f"{wishes.visits - 1} further visits, without a browser …")
            with ready.installation.database.writing() as session:
                site_key, visitors = invite(session, ready.installation, wishes.visits - 1, wsgi.utc_now())
            figures = measure(ready.installation, mailbox, site_key, visitors)
        travelled = Travelled(
            imported=ready.report.deals.new,
            rejected=ready.report.rejected,
            links=len(ready.links),
            alerts=alerts,
            gesture_to_mail_s=round((mail.at - could_go_at).total_seconds(), 3),
            subject=mail.subject,
            to=mail.recipient,
        )
        return travelled, figures


def _visit(
    ready: Prepared, mailbox: Mailbox, browser_path: str | None, say: Callable[[str], None]
) -> tuple[Received, datetime]:
    """Walk as the prospect and wait for the mail; gives it, and when it could go out."""
    part = ready.part
    window_s = ready.installation.settings.call_window_s
    say(f"{part.name or part.email}, {part.account or 'of no account'}, opens the link of their mail …")
    with chromium(browser_path) as browser, walk(browser, ready.links[part.email], wsgi.utc_now) as walked:
        if "rb=" in walked.seen_by_analytics:
            msg = f"The page's other scripts could see the token: {walked.seen_by_analytics}"
            raise JourneyError(msg)
        say(f"They tapped and opened Pricing; the mail may go out {window_s:g} s after the deciding hit …")
        mail = mailbox.wait_for(lambda _: True, window_s + PATIENCE_S)
    if mail is None:
        raise JourneyError(_no_mail(ready))
    wrong = faults(mail, part)
    if wrong:
        raise JourneyError(" ".join(wrong))
    took_s = (mail.at - walked.tapped_at).total_seconds()
    say(f"From the tap to the mail: {took_s:.1f} s by the clock on the wall.")
    return mail, _could_go_at(ready)


def _could_go_at(ready: Prepared) -> datetime:
    with ready.installation.database.reading() as session:
        due_at = session.scalar(select(Alert.due_at).where(Alert.prospect_id == ready.part.prospect_id))
    if due_at is None:
        msg = "A mail came, but its alert says that none is due."
        raise JourneyError(msg)
    return due_at


def _no_mail(ready: Prepared) -> str:
    """Say why no mail came, as far as the database knows."""
    with ready.installation.database.reading() as session:
        alert = session.scalar(select(Alert).where(Alert.prospect_id == ready.part.prospect_id))
    if alert is None:
        return "No mail came: no visit of the prospect was decided about. Did the snippet load?"
    return f"No mail came. The decision was {alert.decision} ({alert.why}): {alert.sentence}"
