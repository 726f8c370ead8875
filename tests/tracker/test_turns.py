"""Who writes to a SQLite file, and in which order."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tracker.turns import Turns, TurnTimeoutError

if TYPE_CHECKING:
    from collections.abc import Iterator

SOON_S = 5.0
AT_ONCE_S = 0.01


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def stands_in_line(turns: Turns, waiting: int) -> None:
    """Wait until so many do."""
    pause = threading.Event()
    while len(turns._waiting) < waiting:
        pause.wait(0.001)


def test_they_come_in_the_order_in_which_they_asked(threads: ThreadPoolExecutor) -> None:
    turns, came = Turns(), []

    def write(name: int) -> None:
        with turns.turn(SOON_S):
            came.append(name)

    with turns.turn(SOON_S):
        for name in range(5):
            threads.submit(write, name)
            stands_in_line(turns, name + 1)
    with turns.turn(SOON_S):
        assert came == [0, 1, 2, 3, 4]


def test_who_takes_it_again_at_once_stands_behind_those_who_wait(threads: ThreadPoolExecutor) -> None:
    turns, came = Turns(), []

    def write() -> None:
        with turns.turn(SOON_S):
            came.append("mail")

    with turns.turn(SOON_S):
        mail = threads.submit(write)
        stands_in_line(turns, 1)
    with turns.turn(SOON_S):
        came.append("drain")
    mail.result()
    assert came == ["mail", "drain"]


def test_who_waits_too_long_leaves_the_line_to_others(threads: ThreadPoolExecutor) -> None:
    turns = Turns()

    def write(timeout_s: float) -> bool:
        with turns.turn(timeout_s):
            return True

    with turns.turn(SOON_S):
        early = threads.submit(write, AT_ONCE_S)
        with pytest.raises(TurnTimeoutError):
            early.result()
        later = threads.submit(write, SOON_S)
    assert later.result()


def test_whoever_fails_passes_it_on() -> None:
    turns = Turns()

    def fail() -> None:
        with turns.turn(SOON_S):
            msg = "no such visit"
            raise ValueError(msg)

    with pytest.raises(ValueError, match="no such visit"):
        fail()
    with turns.turn(AT_ONCE_S):
        pass


def test_a_forked_process_begins_anew() -> None:
    turns = Turns()
    with turns.turn(SOON_S):
        turns.forget()
        with turns.turn(AT_ONCE_S):
            pass


class Ended(BaseException):
    """The thread that waits is told to end."""


class Ending(threading.Event):
    """Its turn, for somebody who is ended while waiting for it."""

    def wait(self, timeout: float | None = None) -> bool:
        """End instead."""
        del timeout
        raise Ended


def test_who_is_ended_while_waiting_keeps_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns()

    def wait() -> None:
        with turns.turn(SOON_S):
            raise AssertionError

    with turns.turn(SOON_S):
        monkeypatch.setattr(threading, "Event", Ending)
        with pytest.raises(Ended):
            wait()
        monkeypatch.undo()
    with turns.turn(AT_ONCE_S):
        pass
