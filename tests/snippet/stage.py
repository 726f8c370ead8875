"""The stage of every story: a website and an endpoint on loopback, and what the endpoint was told."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SNIPPET = Path(__file__).parents[2] / "snippet" / "dist" / "ringback.js"
VISIT = "/ringback/v1/visit"
PATIENCE = 8.0  # seconds until a thing that should happen counts as missing
QUIET = 1.3  # seconds in which a thing that should not happen would have happened: two ticks and a request

Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What the endpoint says; a status of 0 drops the connection."""

    status: int = 204
    body: str = ""


@dataclass(frozen=True)
class Request:
    """One POST as it came."""

    body: Json
    size: int
    headers: Mapping[str, str]

    @property
    def hits(self) -> list[Json]:
        """The hits it carries."""
        hits: list[Json] = self.body["hits"]
        return hits


@dataclass
class Host:
    """A server on loopback that has pages and, at /ringback/v1/visit, the endpoint."""

    pages: dict[str, tuple[str, str, Mapping[str, str]]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answer: Answer = field(default_factory=Answer)
    _server: ThreadingHTTPServer = field(init=False)

    def __post_init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def script(self, **options: str) -> str:
        """The tag a marketer pastes, with data-… options."""
        data = "".join(f' data-{name.replace("_", "-")}="{value}"' for name, value in options.items())
        return f'<script src="{self.origin}/ringback.js" data-site="demo"{data}></script>'

    def grant(self, credential: str = "cred-1") -> None:
        """Answer with a browser credential from now on."""
        self.answer = Answer(200, json.dumps({"credential": credential}))

    def hits(self, kind: str | None = None) -> list[Json]:
        """All hits so far, in order, of one kind or of all."""
        return [hit for request in list(self.requests) for hit in request.hits if kind in (None, hit["kind"])]

    def paths(self, kind: str = "view") -> list[str]:
        """Where the hits of one kind were made, without the origin."""
        return ["/" + hit["url"].split("/", 3)[3] for hit in self.hits(kind)]

    def expect(self, count: int, kind: str = "view") -> list[Json]:
        """Wait until that many hits of a kind are there, and refuse more."""
        until(lambda: len(self.hits(kind)) >= count, f"{count} hits of kind {kind}, have {self.requests}")
        found = self.hits(kind)
        assert len(found) == count, found
        return found

    def expect_nothing_more(self, seconds: float = QUIET) -> None:
        """Wait as long as a request would have taken, and refuse any."""
        before = len(self.requests)
        time.sleep(seconds)
        assert self.requests[before:] == []


def until(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Poll for a condition; fail with what was missed."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"missed: {what}"
        time.sleep(0.02)


def _handler(host: Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            host.asked.append(self.path)
            if path == "/ringback.js":
                self._say(200, SNIPPET.read_text(), {"Content-Type": "text/javascript"})
            elif path in host.pages:
                kind, text, headers = host.pages[path]
                self._say(200, text, {"Content-Type": f"{kind}; charset=utf-8", **headers})
            else:
                self._say(404, "", {})

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            host.asked.append(self.path)
            answer = host.answer
            if self.path == VISIT:
                host.requests.append(Request(json.loads(raw), len(raw), dict(self.headers)))
            if answer.status == 0:
                self.close_connection = True
                return
            self._say(answer.status, answer.body, {"Access-Control-Allow-Origin": self.headers.get("Origin", "*")})

        def _say(self, status: int, text: str, headers: Mapping[str, str]) -> None:
            payload = text.encode()
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the browser went away, as browsers do

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
            pass

    return Handler
