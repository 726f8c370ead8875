"""The sites' rules, remembered for a while, so that a request asks no database for them."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from tracker.ingest.admit import load_sites

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.db import Database
    from tracker.ingest.admit import SiteRules

REFRESH_S = 10.0
"""What was changed elsewhere holds here after so long."""
MISSED_S = 1.0
"""The same, where a genuine request comes from a page that none of the rules knows."""
NEVER = float("-inf")


class KnownSites:
    """Rules that are loaded again every few seconds; while the database is away the last ones stand."""

    def __init__(self, database: Database) -> None:
        """Load nothing yet."""
        self._database = database
        self._sites: Mapping[str, SiteRules] = {}
        self._origins: frozenset[str] = frozenset()
        self._loaded_at = NEVER

    def get(self, key: str, origin: str) -> SiteRules | None:
        """Give the rules of a site, with whatever was added for this origin just now.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: no rules could be loaded yet.

        """
        self._refresh(REFRESH_S)
        site = self._sites.get(key)
        if site is None or origin not in site.origins:
            self._refresh(MISSED_S)
            site = self._sites.get(key)
        return site

    def echo(self, origin: str) -> str:
        """Give `origin` back when it is one of our sites', else nothing: no other is told to browsers."""
        with suppress(SQLAlchemyError):
            self._refresh(REFRESH_S)
        return origin if origin in self._origins else ""

    def _refresh(self, after_s: float) -> None:
        # How long ago is asked of the machine, not of the calendar.
        if time.monotonic() - self._loaded_at <= after_s:
            return
        try:
            with self._database.reading() as session:
                self._sites = load_sites(session)
        except SQLAlchemyError:
            if self._loaded_at == NEVER:
                raise
        self._origins = frozenset(origin for site in self._sites.values() for origin in site.origins)
        self._loaded_at = time.monotonic()
