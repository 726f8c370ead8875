"""Load: a few threads of browsers that send hits, and send again what was not acknowledged."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench.faults.browser import ACKNOWLEDGED, Guest, Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

THREADS = 8
AGAIN_S = 0.05
"""Before a hit that was refused is sent again; the snippet waits longer."""
END_WITHIN_S = 60


@dataclass(slots=True)
class Load:
    """A run of hits: readers who only look, each again and again, and callers who each cause one alert."""

    base_url: str
    readers: Sequence[Guest]
    ledger: Ledger
    every_s: float = 0.0
    """Between two hits of one thread."""
    most: int | None = None
    """Hits to be acknowledged; None: until told to stop."""
    callers: Sequence[Guest] = ()
    timeout_s: float = 30.0
    sent: dict[str, tuple[Guest, list[dict[str, Any]]]] = field(default_factory=dict)
    """By id, for sending once more."""
    _stopping: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self, threads: int = THREADS) -> Iterator[Load]:
        """Send for as long as the block lasts; what is not acknowledged at its end is tried on."""
        crew = [
            threading.Thread(target=self._work, args=(number, threads), daemon=True)
            for number in range(threads)
        ]
        for each in crew:
            each.start()
        try:
            yield self
        finally:
            self._stopping.set()
            for each in crew:
                each.join(END_WITHIN_S)

    def done(self) -> bool:
        """Whether as many hits as wanted are acknowledged."""
        return self.most is not None and len(self.ledger.acknowledged) >= self.most

    def send_again(self, ids: Sequence[str]) -> None:
        """Send acknowledged hits once more, as a browser does that never saw the answer."""
        for each in ids:
            guest, hits = self.sent[each]
            self.ledger.post(self.base_url, guest, hits)

    def _work(self, number: int, threads: int) -> None:
        readers = list(self.readers[number::threads])
        callers = list(self.callers[number::threads])
        turn = 0
        while not self._stopping.is_set() and not self.done():
            began = time.monotonic()
            turn += 1
            if callers and (not readers or turn % 5 == 1):
                caller = callers.pop()
                self._until_acknowledged(caller, caller.call())
            elif readers:
                reader = readers[turn % len(readers)]
                self._until_acknowledged(reader, [reader.view()])
            else:
                return
            self._stopping.wait(max(self.every_s - (time.monotonic() - began), 0))

    def _until_acknowledged(self, guest: Guest, hits: list[dict[str, Any]]) -> None:
        self.sent[hits[0]["id"]] = (guest, hits)
        ends = None
        while self.ledger.post(self.base_url, guest, hits, self.timeout_s) not in ACKNOWLEDGED:
            if self._stopping.is_set():
                # A browser that is told so late tries a little longer.
                ends = ends or time.monotonic() + END_WITHIN_S / 2
                if time.monotonic() > ends:
                    return
            time.sleep(AGAIN_S)
