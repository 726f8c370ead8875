"""The stored rules, remembered for some seconds, so that a group of hits asks no database for them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from tracker.rules.points import points_of
from tracker.rules.stored import load_rules
from tracker.rules.words import StoredRules

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.ingest.intent import Points

REFRESH_S = 5.0
"""What was changed in another process holds here after so long."""
NEVER = float("-inf")


class KnownRules:
    """Loaded again every few seconds; while the database is away the last ones stand."""

    def __init__(self, database: Database) -> None:
        """Load nothing yet."""
        self._database = database
        self._rules = StoredRules()
        self._points: tuple[StoredRules, Points] | None = None
        self._loaded_at = NEVER

    def current(self, session: Session | None = None) -> StoredRules:
        """Give the rules, in a transaction read with its own `session`: one connection is enough.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: none could be loaded yet.

        """
        # How long ago is asked of the machine, not of the calendar.
        if time.monotonic() - self._loaded_at <= REFRESH_S:
            return self._rules
        if session is not None:
            self._rules = load_rules(session)
        else:
            try:
                with self._database.reading() as reading:
                    self._rules = load_rules(reading)
            except SQLAlchemyError:
                if self._loaded_at == NEVER:
                    raise
        self._loaded_at = time.monotonic()
        return self._rules

    def points(self, session: Session) -> Points:
        """Give the points of intent, put together once for the rules as they are remembered.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: no rules could be loaded yet.

        """
        rules = self.current(session)
        if self._points is None or self._points[0] is not rules:
            self._points = (rules, points_of(rules))
        return self._points[1]

    def forget(self) -> None:
        """Load them anew when they are asked for next: they were changed in this process."""
        self._loaded_at = NEVER
