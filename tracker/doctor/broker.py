"""Does a Redis keep what it is given, and does its clock agree?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from kombu.connection import Connection
from kombu.exceptions import KombuError

from tracker.doctor.clocks import compared
from tracker.doctor.connections import BROKER_WAIT_S, within
from tracker.doctor.finding import Finding, ill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEEPS_ALL = "noeviction"


def check_redis(url: str, clock: Callable[[], datetime], wait_s: float = BROKER_WAIT_S) -> list[Finding]:
    """Look at a Redis that answers; of another broker, or one that says nothing in time, nothing is said."""
    if not url.startswith(("redis", "sentinel")):
        return []
    return within(wait_s, lambda: list(_redis(url, clock, wait_s)), otherwise=[])


def _redis(url: str, clock: Callable[[], datetime], wait_s: float) -> Iterator[Finding]:
    timeouts = {"socket_connect_timeout": wait_s, "socket_timeout": wait_s}
    connection = Connection(url, connect_timeout=wait_s, transport_options=timeouts)  # type: ignore[no-untyped-call]
    transport = connection.transport
    try:
        established = transport.establish_connection()
        try:
            client = transport.create_channel(established).client
            memory: dict[str, Any] = client.info("memory")
            seconds, microseconds = client.time()
        finally:
            transport.close_connection(established)
    except (OSError, KombuError, *transport.connection_errors, *transport.channel_errors):
        return
    yield from _keeping(memory)
    theirs = datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=microseconds)
    yield from compared("the broker's", theirs, clock())


def _keeping(memory: dict[str, Any]) -> Iterator[Finding]:
    """Say whether it throws away when it is full. Without a limit it never is."""
    policy = memory.get("maxmemory_policy", KEEPS_ALL)
    if memory.get("maxmemory") and policy != KEEPS_ALL:
        yield ill(
            f"The broker throws away what it holds when its memory is full (maxmemory-policy {policy}), so"
            f" calls come late: set `maxmemory-policy {KEEPS_ALL}` in redis.conf, or give Ringback a Redis of"
            " its own."
        )
