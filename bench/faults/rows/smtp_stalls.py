"""The mail server falls silent: before its greeting, after DATA, in the middle of a reply; or it drips."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.models import Delivery
from alerts.outbox import Result
from bench.faults.house import House, Wish
from bench.faults.processes import wait_for
from bench.faults.proxy import Mode, proxy
from bench.faults.stage import PATIENCE_S
from bench.faults.verdict import Check, Outcome
from bench.signal.verdict import at_most
from demo.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import timedelta

    from bench.faults.stage import Stage
    from tests.smtp_sink import Manners

REPLY_S, DEADLINE_S = 3, 6
"""Settings of this story: for one reply, and for one attempt."""
SLACK_S = 5
RECOVERY_S = 60


def at_banner(house: House) -> Outcome:
    """Accept the connection and say nothing."""
    with proxy(free_port()) as between:

        @contextmanager
        def silent(stage: Stage) -> Iterator[None]:
            between.upstream_port = stage.sink.port
            between.behave(Mode.STALL)
            try:
                yield
            finally:
                between.behave(Mode.DROP)
                between.behave(Mode.PASS)

        return _tell(house, silent, REPLY_S, between.port)


def after_data(house: House) -> Outcome:
    """Take the whole mail and never answer."""
    return _tell(house, _manners("stall_after_data"), REPLY_S)


def mid_reply(house: House) -> Outcome:
    """Answer a byte at a time, for ever: only the deadline of the whole attempt ends that."""
    return _tell(house, _manners("drip_reply"), DEADLINE_S)


def _manners(name: str) -> Callable[[Stage], Iterator[None]]:
    @contextmanager
    def bad(stage: Stage) -> Iterator[None]:
        setattr(stage.sink.manners, name, True)
        try:
            yield
        finally:
            stage.sink.manners = _mended(stage.sink.manners, name)

    return bad  # type: ignore[return-value]


def _mended(manners: Manners, name: str) -> Manners:
    setattr(manners, name, False)
    return manners


def _tell(
    house: House, fault: Callable[[Stage], object], free_after_s: float, port: int | None = None
) -> Outcome:
    settings = {"RINGBACK_SMTP_TIMEOUT_S": str(REPLY_S), "RINGBACK_SMTP_DEADLINE_S": str(DEADLINE_S)}
    with house.stage(Wish(people=2, smtp_port=port, settings=settings)) as stage:
        stage.start("serve")
        stage.start("worker")
        with fault(stage):  # type: ignore[attr-defined]
            for guest in stage.guests:
                stage.ledger.post(stage.base_url, guest, guest.call())
            wait_for(lambda: len(_ended(stage)) >= len(stage.guests), PATIENCE_S)
            longest_s = max((each.total_seconds() for each in _ended(stage)), default=PATIENCE_S)
        ended = time.monotonic()
        lost = stage.lost(PATIENCE_S + RECOVERY_S)
        return Outcome(
            lost,
            stage.post.duplicates(),
            recovered_s=stage.post.first_after(ended),
            recovered_bar_s=RECOVERY_S,
            checks=(Check("worker free after", longest_s, at_most(free_after_s + SLACK_S, "s")),),
            note=f"{REPLY_S} s a reply and {DEADLINE_S} s an attempt by settings",
        )


def _ended(stage: Stage) -> list[timedelta]:
    """Give how long the attempts took that are over without success."""
    with stage.installation.database.reading() as session:
        rows = session.scalars(select(Delivery).where(Delivery.result == Result.RETRY))
        return [row.ended_at - row.started_at for row in rows if row.ended_at is not None]
