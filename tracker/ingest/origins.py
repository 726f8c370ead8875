"""The origins of all sites, remembered for a while: the endpoint names them to browsers, and no others."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from tracker.models import Site

if TYPE_CHECKING:
    from tracker.db import Database

REFRESH_S = 10.0
"""A site added elsewhere is known here after so long."""


class KnownOrigins:
    """A set that is loaded again every few seconds; while the database is away the last one stands."""

    def __init__(self, database: Database) -> None:
        """Load nothing yet."""
        self._database = database
        self._origins: frozenset[str] = frozenset()
        self._loaded_at = float("-inf")

    def echo(self, origin: str) -> str:
        """Give `origin` back when it is one of ours, else nothing."""
        # How long ago is asked of the machine, not of the calendar.
        if time.monotonic() - self._loaded_at > REFRESH_S:
            self._load()
        return origin if origin in self._origins else ""

    def _load(self) -> None:
        self._loaded_at = time.monotonic()
        try:
            with self._database.reading() as session:
                lists = session.scalars(select(Site.origins)).all()
        except SQLAlchemyError:
            return
        self._origins = frozenset(origin for origins in lists for origin in origins)
