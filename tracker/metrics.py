"""What one web process does, in figures: hits taken in, groups committed, groups worked through.

What rows tell is not counted here but read from the rows (`tracker.row_metrics`). The functions cost some
microseconds a group and may be called from any thread. Several processes behind one port share their
figures through files: see `alerts.cli_run`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from tracker.ingest.hit import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048)
"""Bounds of a group's size: requests in one commit, rows in one transaction of the drain."""
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Bounds of a group's time, from half a millisecond on: a commit on a good disk takes one."""

disable_created_metrics()  # type: ignore[no-untyped-call]

_own = CollectorRegistry()
_hits = Counter("ringback_hits", "Hits worked through, by kind, dropped ones too.", ["kind"], registry=_own)
_commit_size = Histogram(
    "ringback_commit_group_size", "Requests kept by one commit.", buckets=SIZES, registry=_own
)
_commit_seconds = Histogram(
    "ringback_commit_seconds", "How long one such commit took.", buckets=SECONDS, registry=_own
)
_drain_size = Histogram(
    "ringback_drain_group_size", "Inbox rows worked through at once.", buckets=SIZES, registry=_own
)
_drain_seconds = Histogram(
    "ringback_drain_seconds", "How long such a group took.", buckets=SECONDS, registry=_own
)
# Made now, so that nothing has to be added to the shared files later, when the disk may be full.
_by_kind = {kind: _hits.labels(kind.value) for kind in Kind}


def committed(size: int, seconds: float) -> None:
    """Count a group of `size` requests that was kept by one commit, which took so many seconds."""
    _commit_size.observe(size)
    _commit_seconds.observe(seconds)


def drained(size: int, seconds: float) -> None:
    """Count `size` rows of the inbox that were worked through in one go, which took so many seconds."""
    _drain_size.observe(size)
    _drain_seconds.observe(seconds)


def took_in(hits: Mapping[Kind, int]) -> None:
    """Count the hits of a group, by kind."""
    for kind, number in hits.items():
        _by_kind[kind].inc(number)


def exposition(*further: Collector) -> bytes:
    """Write all figures as text for Prometheus: this installation's rows, and all processes' own."""
    registry = CollectorRegistry()
    for collector in further:
        registry.register(collector)
    try:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    except ValueError:  # no folder is shared: this process is the only one
        registry.register(_own)
    return generate_latest(registry)
