"""How long from the decision to the mail? Many visits of made-up people, by real requests over HTTP.

Each visitor is of an account and a rep of their own (the policy mails a rep five times a day, and about
an account once), and comes from an address of their own on the loopback network.
"""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import select

from alerts.models import Alert
from demo.crowd import SITE, Visitor
from tracker.errors import PlainError
from tracker.models import User
from tracker.signing import new_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from demo.mailbox import Mailbox
    from tracker.installation import Installation

AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/145.0.0.0 Safari/537.36"
)
EVERY_S = 0.5
"""Between two visits that each cause a mail; a mailing to thousands does not bring them faster."""
PATIENCE_S = 60
"""How long a mail may take beyond the policy's window."""
REQUEST_S = 10
OK = (200, 204)
MS = 1000


class MeasureError(PlainError):
    """The figures cannot be taken; the message says why."""


@dataclass(frozen=True, slots=True)
class Figures:
    """From the moment the mail could go out until the mail server had accepted it, milliseconds."""

    visits: int
    median_ms: float
    p99_ms: float
    worst_ms: float

    def __str__(self) -> str:
        """Say it on one line."""
        return (
            f"median {self.median_ms:.0f} ms, p99 {self.p99_ms:.0f} ms, worst {self.worst_ms:.0f} ms"
            f" over {self.visits} visits"
        )


def measure(
    installation: Installation,
    mailbox: Mailbox,
    site_key: str,
    visitors: Sequence[Visitor],
    every_s: float = EVERY_S,
) -> dict[str, Figures]:
    """Have the visitors come to a running installation, and time their mails; gives the figures by page.

    Raises:
        MeasureError: a hit was refused, or a mail did not come.

    """
    base_url = installation.settings.base_url
    for visitor in visitors:
        began = time.monotonic()
        come(base_url, site_key, visitor)
        time.sleep(max(every_s - (time.monotonic() - began), 0))
    patience_s = installation.settings.call_window_s + PATIENCE_S
    accepted = {visitor.rep: _accepted_at(mailbox, visitor, patience_s) for visitor in visitors}
    could_go = _could_go_at(installation)
    taken: dict[str, list[float]] = {}
    for visitor in visitors:
        wait = accepted[visitor.rep] - could_go[visitor.rep]
        taken.setdefault(visitor.page, []).append(wait.total_seconds() * MS)
    return {page: figures(times) for page, times in taken.items()}


def figures(times: Sequence[float]) -> Figures:
    """Sum up waits, which are given in milliseconds."""
    ranked = sorted(times)
    # The least wait that 99 in 100 do not exceed.
    p99 = ranked[max(-(-len(ranked) * 99 // 100) - 1, 0)]
    return Figures(len(ranked), round(statistics.median(ranked), 1), round(p99, 1), round(ranked[-1], 1))


def come(base_url: str, site_key: str, visitor: Visitor) -> None:
    """Send what the snippet of a person's browser sends: a view, then the moment that confirms it."""
    page = {"id": new_key(24), "url": SITE + visitor.page, "title": visitor.page.strip("/").capitalize()}
    evidence = {"visible": 6_000, "first": 2_100, "last": 2_100, "bursts": 1}
    hits = [{**page, "kind": "view", "age": 6_000}, {**page, **evidence, "kind": "engagement"}]
    place = urlsplit(base_url)
    connection = HTTPConnection(
        place.hostname or "", place.port, timeout=REQUEST_S, source_address=(visitor.address, 0)
    )
    try:
        connection.request(
            "POST",
            "/ringback/v1/visit",
            json.dumps({"site": site_key, "token": visitor.token, "hits": hits}),
            {
                "Content-Type": "text/plain;charset=UTF-8",
                "Origin": SITE,
                "User-Agent": AGENT,
                "Sec-Fetch-Mode": "cors",
                "Sec-Fetch-Site": "cross-site",
                "Sec-Fetch-Dest": "empty",
            },
        )
        status = connection.getresponse().status
    finally:
        connection.close()
    if status not in OK:
        msg = f"A visit was answered with {status}."
        raise MeasureError(msg)


def _accepted_at(mailbox: Mailbox, visitor: Visitor, patience_s: float) -> datetime:
    mail = mailbox.wait_for(lambda each: each.recipient == visitor.rep, patience_s)
    if mail is None:
        msg = f"No mail came to {visitor.rep} within {patience_s:g} s of the visit to {visitor.page}."
        raise MeasureError(msg)
    return mail.at


def _could_go_at(installation: Installation) -> dict[str, datetime]:
    """Give the moment at which each rep's mail could go out."""
    with installation.database.reading() as session:
        rows = session.execute(select(User.email, Alert.due_at).join(User, User.id == Alert.user_id))
        return {email: due_at for email, due_at in rows if due_at is not None}
