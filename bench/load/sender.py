"""A small load generator: one process, one loop over keep-alive connections, requests prepared.

    python -m bench.load.sender JOB

JOB is a JSON object (`Job`). Writes one JSON object (`Sent`). Costs some 15 µs a request, so that it starves
no server beside it. It sends no more when the time is up, and waits for every answer, so that it can tell
exactly what was acknowledged.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROUND_FORMAT = "{:06d}"
ANSWER_WITHIN_S = 30.0
"""A connection without an answer for so long is given up."""
OK = (200, 204)
MS = 1e3
READ = 65_536


@dataclass(frozen=True, slots=True)
class Job:
    """What to send: prepared heads and bodies, a line each, in a file."""

    host: str
    port: int
    requests: str
    """The file's path. A line is a head and a body as JSON texts, a tab between them."""
    place: str
    """What is replaced in a body by `run` and the time around."""
    run: str
    connections: int
    seconds: float
    rate: float = 0
    """Requests a second; 0: as fast as they are answered."""


@dataclass(slots=True)
class Sent:
    """What became of it."""

    issued: int = 0
    acknowledged: int = 0
    refused: int = 0
    """Answered otherwise, or not at all."""
    seconds: float = 0.0
    """From the first request to the last answer."""
    ended_at: float = 0.0
    """When that answer was there, seconds since 1970."""
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    said: dict[str, int] = field(default_factory=dict)
    """Answers that were no success, by status; 0: none came."""


class Sender:
    """The loop."""

    def __init__(self, job: Job) -> None:
        """Read the requests and connect.

        Raises:
            OSError: nobody listens.

        """
        self._job = job
        self._place = job.place.encode()
        lines = Path(job.requests).read_bytes().splitlines()
        pairs = [tuple(json.loads(text).encode() for text in line.split(b"\t")) for line in lines]
        self._requests = [b"\r\n\r\n".join(pair) for pair in pairs]
        self._poll = select.epoll()
        self._open: dict[int, socket.socket] = {}
        self._began: dict[int, float] = {}
        self._idle: list[int] = []
        self._took: list[float] = []
        self.sent = Sent()
        for _ in range(job.connections):
            self._connect()

    def run(self) -> Sent:
        """Send until the time is up, then wait for the last answers."""
        began = time.perf_counter()
        ends = began + self._job.seconds
        now = began
        while now < ends or (self._began and now < ends + ANSWER_WITHIN_S):
            if now < ends:
                self._send_due(now - began)
            wait = self._wait(began, now, ends)
            for number, _ in self._poll.poll(wait, self._job.connections):
                self._receive(number)
            now = time.perf_counter()
        self._say_no(0, len(self._began))
        for connection in self._open.values():
            connection.close()
        self._poll.close()
        self.sent.seconds = now - began
        self.sent.ended_at = time.time() - (time.perf_counter() - now)
        ranked = sorted(self._took)
        self.sent.acknowledged = len(ranked)
        if ranked:
            self.sent.p50_ms = ranked[len(ranked) // 2] * MS
            self.sent.p99_ms = ranked[max(-(-len(ranked) * 99 // 100) - 1, 0)] * MS
        return self.sent

    def _send_due(self, elapsed: float) -> None:
        rate = self._job.rate
        while self._idle and (not rate or self.sent.issued <= elapsed * rate):
            number = self._idle.pop()
            around, index = divmod(self.sent.issued, len(self._requests))
            prefix = (self._job.run + ROUND_FORMAT.format(around)).encode()
            self.sent.issued += 1
            self._began[number] = time.perf_counter()
            self._open[number].sendall(self._requests[index].replace(self._place, prefix))

    def _wait(self, began: float, now: float, ends: float) -> float:
        if now >= ends:
            return ANSWER_WITHIN_S
        if self._job.rate and self._idle:
            return max(began + self.sent.issued / self._job.rate - now, 0)
        return ends - now

    def _receive(self, number: int) -> None:
        try:
            answer = self._open[number].recv(READ)
            while answer and not _is_whole(answer):
                more = self._open[number].recv(READ)
                answer = answer + more if more else b""
        except OSError:
            answer = b""
        began = self._began.pop(number, None)
        if not answer:
            self._poll.unregister(number)
            self._open.pop(number).close()
            self._say_no(0, int(began is not None))
            self._connect()
            return
        status = int(answer[9:12])
        if status in OK and began is not None:
            self._took.append(time.perf_counter() - began)
        else:
            self._say_no(status, 1)
        self._idle.append(number)

    def _connect(self) -> None:
        connection = socket.create_connection((self._job.host, self._job.port), timeout=ANSWER_WITHIN_S)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._open[connection.fileno()] = connection
        self._poll.register(connection.fileno(), select.EPOLLIN)
        self._idle.append(connection.fileno())

    def _say_no(self, status: int, count: int) -> None:
        if count:
            self.sent.refused += count
            self.sent.said[str(status)] = self.sent.said.get(str(status), 0) + count


def _is_whole(answer: bytes) -> bool:
    """Tell whether an answer has all come, by its length; without one it has no body."""
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    _, found, rest = head.lower().partition(b"content-length:")
    return not found or len(body) >= int(rest.split(b"\r\n")[0])


if __name__ == "__main__":
    json.dump(asdict(Sender(Job(**json.loads(sys.argv[1]))).run()), sys.stdout)
