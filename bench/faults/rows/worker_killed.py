"""`kill -9` of a worker after its claim, before DATA, and after the server's 250."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bench.faults.house import House, Wish
from bench.faults.processes import kill_group, wait_for
from bench.faults.proxy import Mode, proxy
from bench.faults.stage import PATIENCE_S
from bench.faults.verdict import Outcome, none_of
from demo.ports import free_port
from tests.smtp_sink import Manners

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.faults.proxy import Proxy
    from bench.faults.stage import Stage

MOMENTS: tuple[tuple[str, Manners], ...] = (
    ("after the claim", Manners()),
    ("before DATA", Manners(stall_at_recipient=True)),
    ("after the 250", Manners(stall_after_250=True)),
)
RECOVERY_S = 60
FULL_DEADLINE_S = 30


def tell(house: House) -> Outcome:
    """Kill a worker at each moment; another one takes over when the lease ends."""
    deadline_s = house.lengths.smtp_deadline_s
    with proxy(free_port()) as between:
        wish = Wish(
            people=len(MOMENTS),
            smtp_port=between.port,
            settings={"RINGBACK_SMTP_DEADLINE_S": f"{deadline_s:g}", "RINGBACK_SMTP_TIMEOUT_S": "60"},
        )
        with house.stage(wish) as stage:
            between.upstream_port = stage.sink.port
            stage.start("serve")
            killed = {}
            for guest, (moment, manners) in zip(stage.guests, MOMENTS, strict=True):
                _ready_for(stage, between, moment, manners)
                worker = stage.start("worker", "--no-beat")
                stage.ledger.post(stage.base_url, guest, guest.call())
                if wait_for(_stands(stage, between), PATIENCE_S) is None:
                    msg = f"no worker came to the mail server: {moment}"
                    raise RuntimeError(msg)
                kill_group(worker)
                killed[guest.visitor.rep] = time.monotonic()
            _ready_for(stage, between, "", Manners())
            between.behave(Mode.DROP)  # what the dead left half open
            between.behave(Mode.PASS)
            stage.start("worker")
            lost = stage.lost(PATIENCE_S + deadline_s)
            late = [
                min(
                    at - killed[rep]
                    for reader, _, at in stage.post.came
                    if reader == rep and at > killed[rep]
                )
                for rep in set(killed) & stage.ledger.callers
                if any(reader == rep and at > killed[rep] for reader, _, at in stage.post.came)
            ]
            # The mail that was accepted before the kill counts as sent only when it came again.
            wait_for(lambda: stage.post.duplicates() == 1, deadline_s + PATIENCE_S)
            return Outcome(
                lost,
                stage.post.duplicates(),
                duplicates_bar=1,
                recovered_s=max(late, default=None),
                recovered_bar_s=RECOVERY_S * (deadline_s + 15) / (FULL_DEADLINE_S + 15),
                checks=(none_of("second Message-IDs", stage.post.other_ids()),),
                note=house.lengths.said("an attempt's deadline of", deadline_s, FULL_DEADLINE_S),
            )


def _ready_for(stage: Stage, between: Proxy, moment: str, manners: Manners) -> None:
    stage.sink.stalled.clear()
    for name in ("stall_at_recipient", "stall_after_250"):
        setattr(stage.sink.manners, name, getattr(manners, name))
    between.behave(Mode.STALL if moment == MOMENTS[0][0] else Mode.PASS)


def _stands(stage: Stage, between: Proxy) -> Callable[[], bool]:
    """Give the question whether a worker stands where it is to be killed."""
    before = between.connections
    if between.mode is Mode.STALL:
        return lambda: between.connections > before
    return stage.sink.stalled.is_set
