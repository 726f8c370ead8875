"""Deals that are read, waiting to be written.

A whole file is read before the database is asked for its write lock, so that a large import keeps
visits waiting for the writing alone. What waits is packed: in memory, or beyond `IN_MEMORY` in a
temporary file that has no name and is gone with the process.
"""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

import msgspec

from tracker.imports.deal import LostDeal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

BATCH = 2000
"""Deals written at once."""
IN_MEMORY = 64 << 20
"""Bytes; about 150,000 deals."""
_LENGTH = 8
"""Bytes before each batch that say how long it is."""


class Spool:
    """Takes deals one by one, gives them back in batches, in order."""

    def __init__(self) -> None:
        """Begin empty."""
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (closed by __exit__)
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(list[LostDeal])
        self._waiting: list[LostDeal] = []

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget everything."""
        self._file.close()

    def add(self, deal: LostDeal) -> None:
        """Take one deal."""
        self._waiting.append(deal)
        if len(self._waiting) >= BATCH:
            self._pack()

    def batches(self) -> Iterator[list[LostDeal]]:
        """Give back all deals taken."""
        self._pack()
        self._file.seek(0)
        while length := self._file.read(_LENGTH):
            yield self._decoder.decode(self._file.read(int.from_bytes(length)))

    def _pack(self) -> None:
        if self._waiting:
            packed = self._encoder.encode(self._waiting)
            self._file.write(len(packed).to_bytes(_LENGTH))
            self._file.write(packed)
            self._waiting = []
