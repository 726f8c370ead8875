"""Rows are read ahead by a second process, while this one stores what was read before.

Reading and storing take about as long as each other, so a long file takes far less time.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import wait
from multiprocessing.reduction import ForkingPickler
from typing import TYPE_CHECKING, ClassVar

import msgspec

from tracker.imports.deal import LostDeal
from tracker.imports.errors import ImportFailedError
from tracker.imports.footer import without_footer
from tracker.imports.noted import Note
from tracker.imports.rejects import Fault

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from multiprocessing.process import BaseProcess

    from tracker.imports.rows import RowReader
    from tracker.imports.table import Table

CHUNK = 2_000
"""Rows that are read, and stored, together."""
SHORT_CHUNK = 500
"""The same where colleagues and visits get their turn after each: on SQLite that takes below a second."""
CHUNKS_AHEAD = 4
"""Read and not stored yet, at most: storing never waits, and memory stays small."""
WORTH_A_PROCESS = 10_000
"""Rows; fewer are read before the second process has started."""
MOST_THAT_TRAVELS = 32 * 1024
"""Bytes, half of what a pipe holds: whoever writes more to a process that dies at its start hangs."""
CORES = os.cpu_count() or 1


class Reject(msgspec.Struct, frozen=True):
    """A row that does not go in, and all that is wrong with it."""

    cells: list[str]
    faults: tuple[Fault, ...]


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """What some rows after each other hold."""

    rows: int
    deals: list[LostDeal]
    rejected: list[Reject]
    notes: list[Note]
    unknown_contacts: int
    """Of the file, up to here."""


def read_in_short(table: Table, reader: RowReader) -> Generator[Chunk]:
    """Read a table in short chunks, in their order, in this process."""
    return _chunks(table, reader, SHORT_CHUNK)


def read_ahead(table: Table, reader: RowReader, count: int, cores: int = CORES) -> Generator[Chunk]:
    """Read a table of about `count` rows in chunks, in their order.

    This process reads by itself where another would not be worth it (`cores` are the machine's), or
    would have to be handed more than a little: a file of contacts, or headings without end.

    Whoever stops before the end closes what they got, so that the second process is ended in order.

    Raises:
        ImportFailedError: the second process was ended from outside.

    """
    is_worth_it = count >= WORTH_A_PROCESS and cores > 1 and not multiprocessing.current_process().daemon
    return (
        _by_another(table, reader) if is_worth_it and _can_travel(table, reader) else _chunks(table, reader)
    )


def _can_travel(table: Table, reader: RowReader) -> bool:
    return reader.contacts is None and len(ForkingPickler.dumps((table, reader))) <= MOST_THAT_TRAVELS


def _chunks(table: Table, reader: RowReader, size: int = CHUNK) -> Generator[Chunk]:
    rows = iter(without_footer(table.rows()))
    while some := list(islice(rows, size)):
        found = [reader.read(row) for row in some]
        notes, reader.notes = reader.notes, []
        yield Chunk(
            rows=len(some),
            deals=[one for one in found if isinstance(one, LostDeal)],
            rejected=[
                Reject(row.cells, one)
                for row, one in zip(some, found, strict=True)
                if not isinstance(one, LostDeal)
            ],
            notes=notes,
            unknown_contacts=reader.unknown_contacts,
        )


def _by_another(table: Table, reader: RowReader) -> Generator[Chunk]:
    context = multiprocessing.get_context("spawn")  # a fork would share our connections
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(table, reader))
    try:
        with _undisturbed():
            waiting = deque(pool.submit(_next_packed) for _ in range(CHUNKS_AHEAD))
        while (packed := waiting.popleft().result()) is not None:
            waiting.append(pool.submit(_next_packed))
            yield _decoder.decode(packed)
    except BrokenProcessPool as error:
        msg = "Nothing was imported: the process that reads the file was ended. Is memory short? Try again."
        raise ImportFailedError(msg) from error
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold Ctrl-C back for a moment: a process that begins in it holds it back for good.

    Until it begins to read it would answer with a traceback. The first process hears of it afterwards.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_encoder = msgspec.msgpack.Encoder()
"""Rows travel packed: that takes a fraction of the time that pickling so many objects does."""
_decoder = msgspec.msgpack.Decoder(Chunk)


class _Second:
    """What the second process works on: one file."""

    chunks: ClassVar[Iterator[Chunk]]


def _begin(table: Table, reader: RowReader) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends us
    gc.disable()  # as in the first
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _Second.chunks = _chunks(table, reader)


def _end_with(parent: BaseProcess) -> None:
    """End this process with the first, however that one ends: both hold both ends of the queues."""
    wait([parent.sentinel])
    os._exit(1)


def _next_packed() -> bytes | None:
    chunk = next(_Second.chunks, None)
    return None if chunk is None else _encoder.encode(chunk)
