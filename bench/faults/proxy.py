"""A TCP proxy that can misbehave: pass on, stall, take in for ever, or drop every connection."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from demo.ports import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 64 * 1024
START_WITHIN_S = 10
END_WITHIN_S = 5
LOOK_EVERY_S = 0.02


class Mode(Enum):
    """What it does with what it is sent."""

    PASS = "pass on"  # noqa: S105  (no password)
    STALL = "hold back until it passes on again"
    BLACK_HOLE = "take in and throw away"
    DROP = "break every connection"


@dataclass(slots=True)
class Proxy:
    """Where it listens, and how it behaves; may be changed while it runs."""

    upstream_port: int
    port: int = 0
    mode: Mode = Mode.PASS
    connections: int = 0
    """That were ever made to it."""
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def behave(self, mode: Mode) -> None:
        """Behave like this from now on, also on connections that stand."""
        self.mode = mode
        if mode is Mode.DROP:
            self._loop.call_soon_threadsafe(self._abort)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client."""
        self.connections += 1
        await self._held_back()
        if self.mode is Mode.DROP:
            writer.transport.abort()
            return
        self._writers.add(writer)
        try:
            there, back = await asyncio.open_connection(HOST, self.upstream_port)
        except OSError:
            writer.transport.abort()
            self._writers.discard(writer)
            return
        self._writers.add(back)
        await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
        self._writers -= {writer, back}

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(CHUNK):
                await self._held_back()
                if self.mode is Mode.BLACK_HOLE:
                    continue
                target.write(data)
                await target.drain()
        # Half of a conversation is over: the protocols here know no half-open ones.
        target.close()

    async def _held_back(self) -> None:
        while self.mode is Mode.STALL:  # noqa: ASYNC110  (told from another thread)
            await asyncio.sleep(LOOK_EVERY_S)

    def _abort(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    def run(self, ready: threading.Event) -> None:
        """Serve until the loop is stopped."""
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self.accept, HOST, self.port))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        server.close()
        self.mode = Mode.DROP  # so that nobody is held back any more
        self._abort()
        left = asyncio.all_tasks(self._loop)
        if left:
            self._loop.run_until_complete(asyncio.wait(left, timeout=END_WITHIN_S))
        self._loop.close()

    def stop(self) -> None:
        """Serve nobody any more."""
        self._loop.call_soon_threadsafe(self._loop.stop)


@contextmanager
def proxy(upstream_port: int) -> Iterator[Proxy]:
    """Run a proxy in front of a port of this machine, in a thread of its own."""
    between = Proxy(upstream_port)
    ready = threading.Event()
    thread = threading.Thread(target=between.run, args=(ready,), daemon=True)
    thread.start()
    if not ready.wait(START_WITHIN_S):
        msg = "the proxy has not started"
        raise RuntimeError(msg)
    try:
        yield between
    finally:
        between.stop()
        thread.join(START_WITHIN_S)
