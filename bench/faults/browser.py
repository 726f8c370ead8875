"""Browsers: they send hits with known ids, and write down what each was answered."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from demo.crowd import SITE
from demo.measure import AGENT
from tracker.ingest.endpoint import PATH

if TYPE_CHECKING:
    from demo.crowd import Visitor

REQUEST_S = 30.0
"""The longest a browser waits for an answer."""
ACKNOWLEDGED = (200, 204)
UNAVAILABLE = 503
CUT_OFF = 0
"""The status of a request whose connection broke before there was an answer."""
HEADERS = {
    "Content-Type": "text/plain;charset=UTF-8",
    "Origin": SITE,
    "User-Agent": AGENT,
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Dest": "empty",
}


@dataclass(slots=True)
class Guest:
    """A visitor and their browser."""

    visitor: Visitor
    site_key: str
    number: int
    credential: str = ""
    pages: int = 0
    """Opened so far; each has an id that nobody else uses."""

    def view(self, path: str = "/news") -> dict[str, Any]:
        """Open a page; gives its hit."""
        self.pages += 1
        return {
            "id": f"faults{self.number:05d}p{self.pages:07d}",
            "url": SITE + path,
            "kind": "view",
            "title": path,
        }

    def call(self, path: str = "/contact") -> list[dict[str, Any]]:
        """Open a page, and do there what confirms a visit; gives its hits."""
        page = self.view(path)
        evidence = {"visible": 6_000, "first": 2_100, "last": 2_100, "bursts": 1}
        return [{**page, "age": 6_000}, {**page, **evidence, "kind": "engagement"}]


@dataclass(slots=True)
class Ledger:
    """What was sent and how it was answered; shared by threads."""

    acknowledged: set[str] = field(default_factory=set)
    """Ids of hits that were answered with success."""
    statuses: Counter[int] = field(default_factory=Counter)
    took_s: list[float] = field(default_factory=list)
    """Of requests that were answered with success."""
    answered_at: list[float] = field(default_factory=list)
    """When those were, monotonic."""
    callers: set[str] = field(default_factory=set)
    """Whose rep is to be mailed: the mailboxes."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def post(
        self, base_url: str, guest: Guest, hits: list[dict[str, Any]], timeout_s: float = REQUEST_S
    ) -> int:
        """Send hits once, and write down the answer; gives its status."""
        known = {"credential": guest.credential} if guest.credential else {"token": guest.visitor.token}
        body = json.dumps({"site": guest.site_key, **known, "hits": hits})
        began = time.monotonic()
        status, answer = _request(base_url, guest.visitor.address, body, timeout_s)
        ended = time.monotonic()
        with self._lock:
            self.statuses[status] += 1
            if status in ACKNOWLEDGED:
                self.acknowledged.update(hit["id"] for hit in hits)
                self.took_s.append(ended - began)
                self.answered_at.append(ended)
                if any(hit["kind"] == "engagement" for hit in hits):
                    self.callers.add(guest.visitor.rep)
        if answer:
            guest.credential = json.loads(answer)["credential"]
        return status

    def first_after(self, moment: float) -> float | None:
        """Give the seconds from a moment (monotonic) to the first success after it."""
        with self._lock:
            return min((at - moment for at in self.answered_at if at >= moment), default=None)

    def said(self) -> str:
        """Say how requests were answered."""
        named = {CUT_OFF: "cut off"}
        return ", ".join(
            f"{count:,} times {named.get(status, status)}" for status, count in sorted(self.statuses.items())
        )

    def beside(self, *expected: int) -> int:
        """Count the answers that are neither success nor expected."""
        return sum(
            count for status, count in self.statuses.items() if status not in (*ACKNOWLEDGED, *expected)
        )


def _request(base_url: str, address: str, body: str, timeout_s: float) -> tuple[int, bytes]:
    place = urlsplit(base_url)
    connection = HTTPConnection(
        place.hostname or "", place.port, timeout=timeout_s, source_address=(address, 0)
    )
    try:
        connection.request("POST", PATH, body, HEADERS)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, HTTPException):
        return CUT_OFF, b""
    finally:
        connection.close()
