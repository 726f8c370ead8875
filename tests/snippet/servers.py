"""Web servers on loopback: a site's pages, and an endpoint that writes down what it is sent."""

from __future__ import annotations

import json
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from tracker.ingest.beside import SNIPPET_PATH
from tracker.ingest.endpoint import PATH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Wire = dict[str, Any]
"""A JSON object as it travelled."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the endpoint says to a report; status 0 hangs up instead."""

    status: int = 204
    body: str = ""
    once: threading.Event | None = None
    """Held back until this has happened."""


EMPTY = Answer()
UNAVAILABLE = Answer(503)
NO_ANSWER = Answer(0)


def credential_answer(credential: str) -> Answer:
    return Answer(200, json.dumps({"credential": credential}))


@dataclass(frozen=True, slots=True)
class Page:
    """A document of the site."""

    html: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """One request to the endpoint, as it came."""

    body: bytes
    headers: Mapping[str, str]
    """Names in lower case."""

    @property
    def envelope(self) -> Wire:
        read: Wire = json.loads(self.body)
        return read

    @property
    def hits(self) -> list[Wire]:
        found: list[Wire] = self.envelope["hits"]
        return found


class Server:
    """A host that serves pages and the snippet, and takes reports."""

    def __init__(self, snippet: bytes, host: str = "127.0.0.1") -> None:
        """Open a port; `serving` answers on it."""
        self.snippet = snippet
        self.pages: dict[str, Page] = {}
        self.reports: list[Report] = []
        self.asked: list[str] = []
        """Addresses of GET requests, query and all."""
        self.answer = EMPTY
        self.next_answers: deque[Answer] = deque()
        """Given first, one a report."""
        self._http = _Http(host, self)
        self.url = f"http://{host}:{self._http.server_port}"

    def serving(self) -> Iterator[Server]:
        """Answer until the story ends: for a fixture's `yield from`."""
        thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.close()
            thread.join()

    def close(self) -> None:
        """Hang up for good: nobody listens on the port any more."""
        self._http.shutdown()
        self._http.server_close()

    def publish(self, html: str, *paths: str, **headers: str) -> None:
        """Serve a document at these paths; `Content_Security_Policy=` and the like are its headers."""
        page = Page(html, {name.replace("_", "-"): value for name, value in headers.items()})
        self.pages.update(dict.fromkeys(paths, page))

    @property
    def hits(self) -> list[Wire]:
        """All hits of all reports, in the order they came."""
        return [hit for report in list(self.reports) for hit in report.hits]

    def hits_of(self, kind: str) -> list[Wire]:
        return [hit for hit in self.hits if hit["kind"] == kind]


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, host: str, house: Server) -> None:
        super().__init__((host, 0), _Handler)
        self.house = house


class _Handler(BaseHTTPRequestHandler):
    """Speaks HTTP/1.0, so that no connection outlives its request."""

    server: _Http

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name)
        """Say nothing; a failed story shows what came."""

    def do_GET(self) -> None:
        house = self.server.house
        path = self.path.partition("?")[0]
        if path == SNIPPET_PATH:
            self._send(200, {"Content-Type": "text/javascript"}, house.snippet)
            return
        house.asked.append(self.path)
        page = house.pages.get(path)
        if page is None:
            self._send(404, {}, b"")
        else:
            self._send(200, {"Content-Type": "text/html; charset=utf-8", **page.headers}, page.html.encode())

    def do_POST(self) -> None:
        house = self.server.house
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != PATH:
            self._send(404, {}, b"")
            return
        house.reports.append(Report(body, {name.lower(): value for name, value in self.headers.items()}))
        answer = house.next_answers.popleft() if house.next_answers else house.answer
        if answer.once:
            answer.once.wait(10)
        if answer.status:
            allow = {"Access-Control-Allow-Origin": self.headers.get("Origin", "*")}
            self._send(answer.status, allow, answer.body.encode())

    def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        with suppress(ConnectionError):  # the browser went away, as browsers do
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
