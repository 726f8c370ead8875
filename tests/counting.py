"""Waits for figures that are counted beside the requests."""

from __future__ import annotations

import threading

from tracker.remembered import THREAD

PATIENCE_S = 30


def all_counted() -> None:
    """Return once nothing is being counted any more."""
    for thread in threading.enumerate():
        if thread.name == THREAD:
            thread.join(PATIENCE_S)
