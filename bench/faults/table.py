"""The fault table, in its order: each fault and the story that tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.faults.rows import (
    broker,
    clock,
    database,
    disk_full,
    drain_killed,
    flood,
    poison,
    repeated,
    smtp_refuses,
    smtp_stalls,
    sqlite_writers,
    stopped,
    suppressed,
    web_killed,
    worker_killed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.faults.house import House
    from bench.faults.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, and the story that tells it."""

    name: str
    story: Callable[[House], Outcome]
    in_short: bool = True
    """Whether the short form plays it; what it leaves out it names."""


FAULTS = (
    Fault("kill -9 of web processes, PostgreSQL", web_killed.postgresql),
    Fault("kill -9 of web processes, SQLite", web_killed.sqlite, in_short=False),
    Fault("kill -9 of the process that drains", drain_killed.killed),
    Fault("crash with a full inbox, PostgreSQL", drain_killed.left_postgresql, in_short=False),
    Fault("crash with a full inbox, SQLite", drain_killed.left_sqlite),
    Fault("crash over the first hits of new browsers", drain_killed.newcomers),
    Fault("kill -9 of a worker after claim, before DATA, after 250", worker_killed.tell, in_short=False),
    Fault("a poison mail that kills its child", poison.mail, in_short=False),
    Fault("a poison hit that the database refuses", poison.hit),
    Fault("broker down", broker.down, in_short=False),
    Fault("broker frozen", broker.frozen, in_short=False),
    Fault("broker flushed", broker.flushed, in_short=False),
    Fault("broker behind a black hole", broker.black_hole, in_short=False),
    Fault("each task delivered ten times, two beats", repeated.tell, in_short=False),
    Fault("database restart", database.restarted),
    Fault("database connections dropped", database.dropped, in_short=False),
    Fault("database behind a network that stalls", database.stalled, in_short=False),
    Fault("SQLite: 8 writers and the worker", sqlite_writers.tell, in_short=False),
    Fault("disk full", disk_full.tell),
    Fault("SMTP 421", smtp_refuses.later_at_greeting, in_short=False),
    Fault("SMTP 451", smtp_refuses.later_at_recipient, in_short=False),
    Fault("SMTP 550", smtp_refuses.reader_refused),
    Fault("SMTP 535", smtp_refuses.password_refused, in_short=False),
    Fault("SMTP stalls at its banner", smtp_stalls.at_banner, in_short=False),
    Fault("SMTP stalls after DATA", smtp_stalls.after_data, in_short=False),
    Fault("SMTP drips its reply", smtp_stalls.mid_reply, in_short=False),
    Fault("clock of the web an hour behind", clock.behind, in_short=False),
    Fault("clock of the web an hour ahead", clock.ahead, in_short=False),
    Fault("clocks two seconds apart", clock.apart, in_short=False),
    Fault("a worker an hour ahead dies over its claim", clock.lease, in_short=False),
    Fault("SIGTERM under load, scaled out", stopped.scaled_out, in_short=False),
    Fault("SIGTERM under load, embedded", stopped.embedded),
    Fault("suppression between claim and send", suppressed.tell),
    Fault("ten times the allowed rate from one address", flood.tell),
)
"""Every row of the table, and what the inbox adds to it."""
