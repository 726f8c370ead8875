"""What the figures are held against. PURE.

Source of them all: what the ingest was designed for, measured on two cores with load generator and database
beside the server, by prototypes that store one row a hit.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bench.signal.verdict import at_least, at_most

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.signal.verdict import Bar

THROUGH: Mapping[str, Bar] = MappingProxyType(
    {"PostgreSQL": at_least(6_000, "hits/s"), "SQLite": at_least(5_000, "hits/s")}
)
"""Known browsers, one hit a request, 16 connections: kept, stored, judged and decided."""
OF_BARE: Mapping[int, Bar] = MappingProxyType({16: at_least(0.30, "times"), 64: at_least(0.40, "times")})
"""The same against a bare Flask view on the same server, by connections."""
ANSWER_P99 = at_most(15, "ms")
"""At 16 connections."""
BATCHES = at_least(15_000, "hits/s")
"""In batches of 20."""
STRANGERS = at_least(12_000, "requests/s")
STRANGERS_ROWS = at_most(0, "rows")
STRANGERS_MEMORY = at_most(2, "MB")
"""Growth of one web process: what an allocator keeps for itself, and nothing of what came."""
LOST = at_most(0, "hits")
"""Acknowledged, and neither a page view nor the growth of one."""
DEALS_MISSING = at_most(0, "deals")
UNJUDGED = at_most(0, "visits")
REFUSED = at_most(0, "requests")
"""Of known browsers on a server that is well."""
MAIL_P50, MAIL_P99 = at_most(100, "ms"), at_most(500, "ms")
"""From a confirming gesture's request to the mail server having the mail."""
BACKGROUND = at_least(190, "hits/s")
"""Of the 200 a second that come meanwhile."""
COST = at_most(1.15, "times")
"""Processor time of a hit on much history, against the least."""
WEB_MEMORY, WORKER_MEMORY, EMBEDDED_MEMORY = at_most(150, "MB"), at_most(150, "MB"), at_most(200, "MB")
STEADY_MEMORY = at_most(10, "MB")
"""Growth of a web process over a million hits, once it is warm."""
