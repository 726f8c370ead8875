"""The table of senders, remembered for a while, so that a request asks no database for it."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from tracker.ingest.senders import Address, Rule, SenderTable, is_hosting
from tracker.models import SenderRule

if TYPE_CHECKING:
    from tracker.db import Database

REFRESH_S = 10.0
"""A rule added elsewhere holds here after so long."""

log = logging.getLogger(__name__)


class KnownSenders:
    """A table that is loaded again every few seconds; while the database is away the last one stands."""

    def __init__(self, database: Database) -> None:
        """Load the list of hosting companies, lest the first visitor wait for it, and no table yet."""
        is_hosting(Address(4, 0))
        self._database = database
        self._rules: frozenset[Rule] = frozenset()
        self._table = SenderTable()
        self._loaded_at = float("-inf")
        self._first = True
        self._loading = threading.Lock()

    def table(self) -> SenderTable:
        """Give the table as it was a few seconds ago at most."""
        # How long ago is asked of the machine, not of the calendar.
        if time.monotonic() - self._loaded_at > REFRESH_S and self._loading.acquire(blocking=self._first):
            try:
                # Who waited for the first load need not load again.
                if time.monotonic() - self._loaded_at > REFRESH_S:
                    self._load()
            finally:
                self._loading.release()
        return self._table

    def _load(self) -> None:
        try:
            with self._database.reading() as session:
                rows = session.execute(select(SenderRule.kind, SenderRule.what)).all()
        except SQLAlchemyError:
            self._loaded_at = time.monotonic()
            return
        rules = frozenset(Rule(kind, what) for kind, what in rows)
        if rules != self._rules:
            self._table = SenderTable(rules)
            self._rules = rules
            for rule in self._table.unreadable:
                log.warning("a sender rule of kind %s cannot be read, and counts for nothing", rule.kind)
        self._first = False
        self._loaded_at = time.monotonic()
