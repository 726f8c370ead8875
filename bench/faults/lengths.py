"""How long and how often: in CI, by default, and in full. PURE."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lengths:
    """Everything that a run may shorten; seconds unless named otherwise."""

    name: str
    web_kills: int
    web_hits: int
    drain_kills: int
    broker_down_s: float
    """The table's fault lasts ten minutes."""
    broker_frozen_s: float
    """The table's lasts one minute."""
    database_faults: int
    """Restarts, and as often all connections dropped."""
    writing_s: float
    """The table's eight writers write for one minute."""
    refusing_s: float
    """The table's mail server refuses for a quarter of an hour."""
    smtp_deadline_s: float
    """Of an attempt, where workers are killed: the lease is this and 15 s. The default setting is 30."""
    lease_s: float
    """Of the worker that meets poison: five of them pass before the mail is set aside. In full as set."""
    flood_s: float
    visits_every_s: float = 0.1

    def said(self, what: str, shortened_s: float, full_s: float) -> str:
        """Say that a wait is shortened, if it is."""
        return "" if shortened_s >= full_s else f"{what} {shortened_s:g} s for {full_s:g} s"


SHORT = Lengths("short", 4, 300, 3, 5, 4, 1, 4, 5, 2, 1, 6)
DEFAULT = Lengths("default", 40, 4_000, 15, 20, 10, 3, 15, 35, 30, 3, 20)
FULL = Lengths("full", 200, 10_000, 60, 600, 60, 10, 60, 900, 30, 45, 60)
