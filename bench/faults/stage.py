"""A stage: one installation with its people and its mail server, and the Ringback that runs on it."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click
from sqlalchemy import func, select

from alerts.models import Message
from bench.faults.browser import ACKNOWLEDGED, Guest, Ledger
from bench.faults.processes import children_of, kill_group, runs, wait_for
from demo.serving import Child
from tracker.models import Drop, InboxRow, PageView
from tracker.settings import PREFIX

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from email.message import EmailMessage
    from pathlib import Path

    from tests.smtp_sink import SmtpSink
    from tracker.installation import Installation

PATIENCE_S = 60.0
"""The longest that something which recovers by itself may take, seconds."""
WORKER_CHILDREN = 2
"""Of `ringback worker`, by default."""
SHOWN = 5
"""Of what is lost, and of lines of the logs."""
SHOWN_LENGTH = 400
LOGGED = re.compile(r"locked|Traceback|cannot|could not", re.IGNORECASE)


@dataclass(slots=True)
class PostRoom:
    """Which mails came when, by the reader's address."""

    came: list[tuple[str, str, float]] = field(default_factory=list)
    """Reader, Message-ID, moment (monotonic)."""

    def keep(self, mail: EmailMessage) -> None:
        """Write down a mail that came."""
        self.came.append((_address(str(mail["To"])), str(mail["Message-ID"]), time.monotonic()))

    def readers(self) -> Counter[str]:
        """Count the mails of each reader."""
        return Counter(reader for reader, _, _ in self.came)

    def duplicates(self) -> int:
        """Count mails beyond a reader's first; here each reader is to be told of one alert only."""
        return sum(count - 1 for count in self.readers().values())

    def other_ids(self) -> int:
        """Count readers whose mails have several Message-IDs."""
        ids = {(reader, mail_id) for reader, mail_id, _ in self.came}
        return len(ids) - len(self.readers())

    def first_after(self, moment: float) -> float | None:
        """Give the seconds from a moment (monotonic) to the first mail after it."""
        return min((at - moment for _, _, at in self.came if at >= moment), default=None)


@dataclass(slots=True)
class Stage:
    """What one fault plays on."""

    folder: Path
    environ: dict[str, str]
    installation: Installation
    sink: SmtpSink
    post: PostRoom
    guests: list[Guest]
    ledger: Ledger
    _children: list[Child] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        """Where it answers."""
        return self.installation.settings.base_url

    def start(self, command: str, *options: str, settings: Mapping[str, str] | None = None) -> Child:
        """Run `ringback …` until the stage is cleared; it works when this returns."""
        log = self.folder / f"{command}{len(self._children)}.log"
        child = Child((command, *options), self.environ | dict(settings or {}), log)
        self._children.append(child)
        if command in {"run", "serve"}:
            child.wait_until_ready(f"{self.base_url}/ringback.js")
        else:
            # It works when its pool is there; before, it may still refuse to start on what is away.
            wait_for(lambda: len(children_of(child.pid)) >= WORKER_CHILDREN, PATIENCE_S)
        return child

    def inherited(self) -> dict[str, str]:
        """Give the environment that commands of ours inherit; of Ringback's settings, none."""
        return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}

    def keep_running(self, child: Child, command: str) -> Child:
        """Start a server again that has ended, as whatever supervises it does; gives the one that runs."""
        if runs(child):
            return child
        kill_group(child)
        return self.start(command)

    def welcome(self, guests: Sequence[Guest]) -> None:
        """Let their browsers become known, before anything happens.

        Raises:
            RuntimeError: one was refused.

        """
        for guest in guests:
            if self.ledger.post(self.base_url, guest, [guest.view()]) not in ACKNOWLEDGED:
                msg = f"A visitor was refused before the fault: {self.ledger.said()}."
                raise RuntimeError(msg)

    def stop(self) -> None:
        """End everything that was started."""
        for child in reversed(self._children):
            with suppress(ProcessLookupError):
                kill_group(child)
            child.stop()

    def lost(self, patience_s: float = PATIENCE_S) -> int:
        """Count what was acknowledged and is not there in the end: hits, and mails to reps.

        What arrived may be worked on a little later, and a mail may wait for its next attempt: both are
        waited for.
        """
        wanted = set(self.ledger.acknowledged)
        wait_for(lambda: wanted <= set(self.rows_by_hit()), patience_s)
        callers = set(self.ledger.callers)
        wait_for(lambda: callers <= set(self.post.readers()), patience_s)
        hits, readers = wanted - set(self.rows_by_hit()), callers - set(self.post.readers())
        if hits or readers:
            some = ", ".join([*sorted(hits)[:SHOWN], *sorted(readers)[:SHOWN]])
            said = f"lost: {len(hits)} hits, {len(readers)} mails: {some}"
            click.echo("\n".join((said, *self.standing())), err=True)
        return len(hits) + len(readers)

    def standing(self) -> list[str]:
        """Say how the inbox and the outbox stand, a line each: what is lost may only be late."""
        database = self.installation.database
        with database.inbox_engine.connect() as connection:
            tries = connection.execute(
                select(InboxRow.tries, func.count()).group_by(InboxRow.tries).order_by(InboxRow.tries)
            ).all()
        with database.reading() as session:
            mails = session.execute(select(Message.state, func.count()).group_by(Message.state)).all()
            drops = session.execute(select(Drop.reason, Drop.count).where(Drop.count > 0)).all()
        waiting = ", ".join(f"{count} rows tried {number} times" for number, count in tries)
        return [
            f"  inbox: {waiting or 'empty'}",
            f"  outbox: {', '.join(f'{count} {state}' for state, count in mails) or 'empty'}",
            f"  drops: {', '.join(f'{count} {reason}' for reason, count in drops) or 'none'}",
            *(f"  {line[:SHOWN_LENGTH]}" for line in self.logged()[-SHOWN:]),
        ]

    def rows_by_hit(self) -> Counter[str]:
        """Count the page views of each hit id."""
        with self.installation.database.reading() as session:
            rows = session.execute(
                select(PageView.hit_id, func.count().label("rows")).group_by(PageView.hit_id)
            )
            return Counter({row.hit_id: row.rows for row in rows})

    def doubled(self, ids: Collection[str] = ()) -> int:
        """Count page views beyond the first of an id, and those of ids that nobody sent, if told which."""
        rows = self.rows_by_hit()
        return sum(rows.values()) - len(rows) + (len(set(rows) - set(ids)) if ids else 0)

    def logged(self, pattern: re.Pattern[str] = LOGGED) -> list[str]:
        """Give the lines of all logs in which something is said."""
        lines = []
        for path in sorted(self.folder.glob("*.log")):
            lines += path.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if pattern.search(line)]


def _address(to: str) -> str:
    return to.rpartition("<")[2].rstrip(">")
