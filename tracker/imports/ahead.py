"""Rows are read ahead by a second process, while this one stores what was read before.

Reading and storing take about as long as each other, so a long file takes half the time.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import msgspec

from tracker.imports.deal import LostDeal
from tracker.imports.errors import ImportFailedError
from tracker.imports.reading import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from tracker.imports.rejects import Fault
    from tracker.imports.rows import RowReader

CHUNK = 2_000
"""Rows that are read, and stored, together."""
CHUNKS_AHEAD = 4
"""Read and not stored yet, at most: storing never waits, and memory stays small."""
WORTH_A_PROCESS = 10_000
"""Rows; fewer are read before the second process has started."""


class Chunk(NamedTuple):
    """Some rows after each other, and what was found in each."""

    rows: Sequence[Row]
    found: Sequence[LostDeal | tuple[Fault, ...]]
    unknown_contacts: int
    """Up to here."""


class _Packed(NamedTuple):
    """What travels from the second process to the first."""

    deals: bytes
    """None in the place of a row with faults."""
    faults: dict[int, tuple[Fault, ...]]
    unknown_contacts: int


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[LostDeal | None])


def read_ahead(reader: RowReader, rows: Iterable[Row], count: int) -> Iterator[Chunk]:
    """Read about `count` rows in chunks, in their order.

    Raises:
        ImportFailedError: the second process was ended from outside.

    """
    chunks = _chunks(rows)
    if count >= WORTH_A_PROCESS and _may_have_children() and (os.cpu_count() or 1) > 1:
        yield from _by_another(reader, chunks)
    else:
        for chunk in chunks:
            yield Chunk(chunk, [reader.read(row) for row in chunk], reader.unknown_contacts)


def _by_another(reader: RowReader, chunks: Iterable[Sequence[Row]]) -> Iterator[Chunk]:
    context = multiprocessing.get_context("spawn")  # a fork would share our connections
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(reader,))
    try:
        waiting: deque[tuple[Sequence[Row], Future[_Packed]]] = deque()
        for chunk in chunks:
            waiting.append((chunk, pool.submit(_read, [(row.line, row.cells, row.fault) for row in chunk])))
            if len(waiting) > CHUNKS_AHEAD:
                done, future = waiting.popleft()
                yield _unpacked(done, future.result())
        for done, future in waiting:
            yield _unpacked(done, future.result())
    except BrokenProcessPool as error:
        msg = "Nothing was imported: the process that reads the file was ended. Is memory short? Try again."
        raise ImportFailedError(msg) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _chunks(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _may_have_children() -> bool:
    return not multiprocessing.current_process().daemon


class _Second:
    """The second process's reader; it has one file to read."""

    reader: ClassVar[RowReader]


def _begin(reader: RowReader) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends us
    gc.disable()  # as in the first
    _Second.reader = reader


def _read(rows: Sequence[tuple[int, list[str], str]]) -> _Packed:
    """Read some rows, and pack what they hold: deals travel far faster packed than as objects."""
    reader = _Second.reader
    found = [reader.read(Row(*row)) for row in rows]
    deals = [one if isinstance(one, LostDeal) else None for one in found]
    faults = {place: one for place, one in enumerate(found) if not isinstance(one, LostDeal)}
    return _Packed(_encoder.encode(deals), faults, reader.unknown_contacts)


def _unpacked(rows: Sequence[Row], packed: _Packed) -> Chunk:
    deals = _decoder.decode(packed.deals)
    found = [packed.faults[place] if deal is None else deal for place, deal in enumerate(deals)]
    return Chunk(rows, found, packed.unknown_contacts)
