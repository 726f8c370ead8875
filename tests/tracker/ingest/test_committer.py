"""Many requests, few commits: each gets its own result, or its own error."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tracker.ingest.committer import GATHERING_S, MAX_GROUP, Committer

if TYPE_CHECKING:
    from collections.abc import Sequence

THREADS = 24
A_WHILE_S = 10


class Poisoned(Exception):  # noqa: N818  (it is not an error of ours)
    """The database does not take this item."""


class Away(Exception):  # noqa: N818
    """The database takes nothing."""


class Store:
    """Commits whole groups or nothing, as a database does; odd items can be poisoned."""

    def __init__(self, poisoned: frozenset[int] = frozenset()) -> None:
        self.poisoned = poisoned
        self.groups: list[list[int]] = []
        self.stored: list[int] = []
        self.tries = 0

    def commit(self, items: Sequence[int]) -> list[str]:
        self.tries += 1
        if bad := self.poisoned & set(items):
            raise Poisoned(min(bad))
        self.groups.append(list(items))
        self.stored += items
        time.sleep(0.001)  # so that others come meanwhile
        return [f"stored {item}" for item in items]


def test_each_of_many_threads_gets_the_result_of_its_own_item() -> None:
    store = Store()
    committer = Committer(store.commit)
    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(committer.submit, range(600)))
    assert results == [f"stored {number}" for number in range(600)]
    assert sorted(store.stored) == list(range(600))
    assert len(store.groups) < 600
    assert max(map(len, store.groups)) <= MAX_GROUP


def test_one_that_fails_takes_no_neighbour_along_and_errors_reach_their_own_caller() -> None:
    store = Store(frozenset(range(0, 300, 7)))
    committer = Committer(store.commit)

    def submit(number: int) -> str:
        try:
            return committer.submit(number)
        except Poisoned as error:
            return f"refused {error}"

    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(submit, range(300)))
    assert results == [f"refused {n}" if n % 7 == 0 else f"stored {n}" for n in range(300)]
    assert sorted(store.stored) == [number for number in range(300) if number % 7]


class Gate:
    """Holds the first commit back until the others wait, so that they become one group."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error
        self.opened = threading.Event()
        self.entered = threading.Event()
        self.groups: list[list[int]] = []

    def commit(self, items: Sequence[int]) -> list[int]:
        self.groups.append(list(items))
        if len(self.groups) == 1:
            self.entered.set()
            self.opened.wait(A_WHILE_S)
        elif self.error is not None:
            raise self.error
        return list(items)


def together(gate: Gate, committer: Committer[int, int], number: int) -> list[object]:
    """Submit one item that is held at the gate, and `number` more that wait behind it."""
    outcomes: list[object] = []

    def submit(item: int) -> None:
        try:
            outcomes.append(committer.submit(item))
        except BaseException as error:  # noqa: BLE001  (the story is about who gets which)
            outcomes.append(error)

    threads = [threading.Thread(target=submit, args=(item,)) for item in range(number + 1)]
    threads[0].start()
    assert gate.entered.wait(A_WHILE_S)
    for thread in threads[1:]:
        thread.start()
    deadline = time.monotonic() + A_WHILE_S
    while len(committer._waiting) < number and time.monotonic() < deadline:
        time.sleep(0.001)
    gate.opened.set()
    for thread in threads:
        thread.join(A_WHILE_S)
        assert not thread.is_alive()
    return outcomes


def test_who_waits_meanwhile_is_committed_together() -> None:
    gate = Gate()
    together(gate, Committer(gate.commit), 10)
    assert [len(group) for group in gate.groups] == [1, 10]


def test_others_are_waited_for_only_where_there_were_some() -> None:
    gate, pauses = Gate(), list[float]()
    committer = Committer(gate.commit, pause=pauses.append)
    together(gate, committer, 10)
    assert not pauses
    for number in range(3):
        committer.submit(number)
    assert pauses == [GATHERING_S]


def test_a_database_that_is_away_fails_a_group_once_and_not_each_of_it() -> None:
    gate = Gate(Away())
    outcomes = together(gate, Committer(gate.commit, hopeless=(Away,)), 10)
    assert len(gate.groups) == 2
    assert sum(isinstance(outcome, Away) for outcome in outcomes) == 10


def test_nobody_waits_for_ever_when_the_leader_is_ended() -> None:
    gate = Gate(SystemExit())
    outcomes = together(gate, Committer(gate.commit), 10)
    kinds = [type(outcome) for outcome in outcomes]
    assert (kinds.count(SystemExit), kinds.count(RuntimeError), kinds.count(int)) == (1, 9, 1)


def test_results_that_do_not_match_the_items_are_a_fault() -> None:
    with pytest.raises(AssertionError, match="1 items"):
        Committer[int, int](lambda _items: []).submit(1)
