"""Sockets that keep to a deadline.

A timeout bounds one read, so a server that drips a byte at a time can hold a worker for hours. Here
every read and write gets what is left of the whole attempt, and at most what one reply may take.
"""

from __future__ import annotations

import socket
import ssl
import time
from typing import Any


class Deadline:
    """How long one attempt may still take. Monotonic: no clock of the wall is involved."""

    def __init__(self, total_s: float, reply_s: float) -> None:
        """Allow `total_s` seconds from the next `restart` on, and `reply_s` for one read or write."""
        self._total_s = total_s
        self._reply_s = reply_s
        self._ends = 0.0
        self.restart()

    def restart(self, total_s: float | None = None) -> None:
        """Begin another attempt on the same connection, as long as the first unless told otherwise."""
        self._ends = time.monotonic() + (self._total_s if total_s is None else total_s)

    def wait_s(self) -> float:
        """Give the seconds that the next read or write may take.

        Raises:
            TimeoutError: none are left.

        """
        left = self._ends - time.monotonic()
        if left <= 0:
            msg = "it took too long"
            raise TimeoutError(msg)
        return min(left, self._reply_s)


class _Kept:
    """Mixed into a socket: each call is given what the deadline leaves."""

    deadline: Deadline | None = None

    def _allow(self) -> None:
        if self.deadline is not None:
            self.settimeout(self.deadline.wait_s())  # type: ignore[attr-defined]

    def recv_into(self, *args: Any, **kwargs: Any) -> int:  # noqa: ANN401  (whatever the socket takes)
        self._allow()
        return super().recv_into(*args, **kwargs)  # type: ignore[misc,no-any-return]

    def send(self, *args: Any, **kwargs: Any) -> int:  # noqa: ANN401
        self._allow()
        return super().send(*args, **kwargs)  # type: ignore[misc,no-any-return]

    def sendall(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        self._allow()
        super().sendall(*args, **kwargs)  # type: ignore[misc]


class _PlainSocket(_Kept, socket.socket):
    """Without encryption."""


class _TlsSocket(_Kept, ssl.SSLSocket):
    """With it."""


def connect(host: str, port: int, deadline: Deadline) -> socket.socket:
    """Connect to the first address of `host` that answers.

    Raises:
        OSError: none does, or there is no such host.

    """
    failure: OSError | None = None
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        connection = _PlainSocket(family, kind, protocol)
        try:
            connection.settimeout(deadline.wait_s())
            connection.connect(address)
        except OSError as error:
            connection.close()
            failure = error
            continue
        connection.deadline = deadline
        return connection
    if failure is None:
        msg = f"{host} has no address"
        raise OSError(msg)
    raise failure


class _Context(ssl.SSLContext):
    """Verifies the server, and keeps its handshake to the deadline as well."""

    sslsocket_class = _TlsSocket
    deadline: Deadline

    def wrap_socket(self, sock: socket.socket, *args: Any, **kwargs: Any) -> ssl.SSLSocket:  # noqa: ANN401
        sock.settimeout(self.deadline.wait_s())
        wrapped = super().wrap_socket(sock, *args, **kwargs)
        if isinstance(wrapped, _TlsSocket):
            wrapped.deadline = self.deadline
        return wrapped


def tls_context(deadline: Deadline) -> ssl.SSLContext:
    """Give the context for a connection under `deadline`: certificate and host name are verified."""
    context = _Context(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_default_certs()
    context.deadline = deadline
    return context
