"""The bench's own load generator, against a real server that counts what came."""

from __future__ import annotations

import re
import socketserver
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from random import Random
from typing import TYPE_CHECKING

from bench.load.bodies import PLACE, single
from bench.load.generator import write
from bench.load.sender import Job, Sender
from demo.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.load.bodies import Bodies

COUNT = 40


class Server(socketserver.ThreadingTCPServer):
    """Counts the kinds and ids of what it gets; every tenth is turned away."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__((HOST, 0), Handler)
        self.ids: Counter[str] = Counter()
        self.lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        server = self.server
        assert isinstance(server, Server)
        with server.lock:
            server.ids[
                re.findall(r'"id":"([^"]+)","kind":"view"', body)[0] if '"view"' in body else "more"
            ] += 1
            refuse = sum(server.ids.values()) % 10 == 0
        self.send_response(503 if refuse else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's signature)
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def prepared() -> Bodies:
    return single("key", ["a", "b"], COUNT, Random(5))  # noqa: S311  (nothing is secret)


def job(server: Server, path: Path, **wishes: float) -> Job:
    port: int = server.server_address[1]
    requests = write(prepared(), path / "requests", port)
    values = {"seconds": 0.3, "rate": 0.0} | wishes
    return Job(HOST, port, str(requests), PLACE, "r001", 4, **values)


def test_everything_sent_is_answered_and_told_of_exactly(tmp_path: Path) -> None:
    with serving() as server:
        sent = Sender(job(server, tmp_path)).run()
        came = sum(server.ids.values())
    assert sent.issued == came == sent.acknowledged + sent.refused
    assert sent.said == {"503": came // 10}
    views = {name: count for name, count in server.ids.items() if name != "more"}
    assert set(views.values()) == {1}
    assert len(views) == prepared().expected(came)[0]


def test_a_rate_is_kept_to(tmp_path: Path) -> None:
    with serving() as server:
        sent = Sender(job(server, tmp_path, seconds=0.5, rate=60)).run()
    assert 1 <= sent.issued <= 31
