"""The broker is down, frozen, flushed, and behind a network that takes in and never answers."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench.faults.house import House, Wish
from bench.faults.load import Load
from bench.faults.proxy import Mode, proxy
from bench.faults.verdict import Check, Outcome, percentile
from bench.signal.verdict import at_most

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

READERS, CALLERS = 10, 40
THREADS = 4
VISIT_BAR_MS = 300
RECOVERY_S = 60
BEFORE_S = 1
FULL_DOWN_S, FULL_FROZEN_S = 600, 60


def down(house: House) -> Outcome:
    """Take the broker away, and bring it back empty."""

    @contextmanager
    def away() -> Iterator[None]:
        house.redis.kill()
        try:
            yield
        finally:
            house.redis.start()

    down_s = house.lengths.broker_down_s
    return _tell(house, away, down_s, house.lengths.said("down", down_s, FULL_DOWN_S))


def frozen(house: House) -> Outcome:
    """Stop its process, so that connections stand and nothing is answered."""
    frozen_s = house.lengths.broker_frozen_s
    said = house.lengths.said("frozen", frozen_s, FULL_FROZEN_S)
    return _tell(house, house.redis.frozen, frozen_s, said)


def flushed(house: House) -> Outcome:
    """Let it forget every message, again and again."""

    @contextmanager
    def forgetful() -> Iterator[None]:
        for _ in range(5):
            house.redis.flush()
            time.sleep(0.2)
        yield

    return _tell(house, forgetful, 1, "")


def black_hole(house: House) -> Outcome:
    """Put a network between that takes everything in, and lets nothing out."""
    frozen_s = house.lengths.broker_frozen_s
    with proxy(house.redis.port) as between:

        @contextmanager
        def swallowed() -> Iterator[None]:
            between.behave(Mode.BLACK_HOLE)
            try:
                yield
            finally:
                between.behave(Mode.DROP)
                between.behave(Mode.PASS)

        said = house.lengths.said("swallowed", frozen_s, FULL_FROZEN_S)
        return _tell(house, swallowed, frozen_s, said, f"redis://127.0.0.1:{between.port}/0")


def _tell(
    house: House,
    fault: Callable[[], AbstractContextManager[None]],
    lasts_s: float,
    said: str,
    broker_url: str = "",
) -> Outcome:
    with house.stage(Wish(people=READERS + CALLERS, broker_url=broker_url)) as stage:
        stage.start("serve")
        stage.start("worker")
        readers, callers = stage.guests[:READERS], stage.guests[READERS:]
        stage.welcome(readers)
        stage.ledger.took_s.clear()
        every_s = max(house.lengths.visits_every_s, (lasts_s + 2 * BEFORE_S) * THREADS / 450)
        load = Load(stage.base_url, readers, stage.ledger, every_s, callers=callers)
        with load.running(THREADS):
            time.sleep(BEFORE_S)
            with fault():
                time.sleep(lasts_s)
            ended = time.monotonic()
            time.sleep(BEFORE_S)
        lost = stage.lost()
        took_ms = [each * 1000 for each in stage.ledger.took_s]
        return Outcome(
            lost,
            stage.post.duplicates(),
            recovered_s=_all_mailed(stage.post.came, ended),
            recovered_bar_s=RECOVERY_S,
            checks=(
                Check("visits' p99", percentile(took_ms, 0.99), at_most(VISIT_BAR_MS, "ms")),
                Check("answers beside 2xx", stage.ledger.beside(), at_most(0, "")),
            ),
            note="; ".join(
                text for text in (said, stage.ledger.said(), f"{len(stage.post.came)} mails") if text
            ),
        )


def _all_mailed(came: list[tuple[str, str, float]], ended: float) -> float:
    """Give the seconds from the end of the fault to the last mail."""
    return max(max((at for _, _, at in came), default=ended) - ended, 0)
