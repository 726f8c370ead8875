"""The proxy misbehaves as it is told, on connections that stand and on new ones."""

from __future__ import annotations

import socket
import socketserver
import threading
from typing import TYPE_CHECKING

import pytest

from bench.faults.proxy import Mode, Proxy, proxy

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while data := self.request.recv(1024):
            self.request.sendall(data)


@pytest.fixture
def between() -> Iterator[Proxy]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Echo) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        with proxy(server.server_address[1]) as running:
            yield running
        server.shutdown()
        thread.join()


def _connect(between: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", between.port), 10)


def test_it_passes_on_and_what_it_held_back_comes_in_the_end(between: Proxy) -> None:
    with _connect(between) as line:
        line.sendall(b"one")
        assert line.recv(16) == b"one"
        between.behave(Mode.STALL)
        line.sendall(b"two")
        line.settimeout(0.1)
        with pytest.raises(TimeoutError):
            line.recv(16)
        between.behave(Mode.PASS)
        line.settimeout(10)
        assert line.recv(16) == b"two"
    assert between.connections == 1


def test_what_falls_into_the_black_hole_is_gone(between: Proxy) -> None:
    with _connect(between) as line:
        line.sendall(b"one")
        assert line.recv(16) == b"one"
        between.behave(Mode.BLACK_HOLE)
        line.sendall(b"two")
        line.settimeout(0.1)
        with pytest.raises(TimeoutError):
            line.recv(16)
        between.behave(Mode.PASS)
        line.settimeout(10)
        line.sendall(b"three")
        assert line.recv(16) == b"three"


def test_connections_are_broken_and_none_is_served(between: Proxy) -> None:
    with _connect(between) as line, _connect(between) as other:
        line.sendall(b"one")
        assert line.recv(16) == b"one"
        between.behave(Mode.DROP)
        assert _is_broken(line)
        assert _is_broken(other)
        with _connect(between) as third:
            assert _is_broken(third)


def _is_broken(line: socket.socket) -> bool:
    try:
        return line.recv(16) == b""
    except ConnectionResetError:
        return True
