"""Which encoding a file is written in: decided from all of it, since one stray letter may come late. PURE."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from tracker.imports.errors import EmptyFileError, UnreadableFileError
from tracker.imports.source import stamp_of

if TYPE_CHECKING:
    from pathlib import Path

CHUNK = 1 << 20
"""Bytes read at once."""
_SAMPLE = 4096
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


def encoding_of(path: Path) -> str:
    """Give the encoding in which the whole file can be read, as Python names it.

    A byte order mark settles it; zeros in every other byte mean UTF-16; then UTF-8 where every byte
    fits it, else cp1252, which Excel writes in the west.

    Raises:
        UnreadableFileError: it cannot be opened, is no regular file, is a workbook, or fits no encoding.
        EmptyFileError: there is not a single byte in it.

    """
    stamp_of(path)  # a pipe would keep us waiting, and can be read but once
    try:
        with path.open("rb") as file:
            start = file.read(_SAMPLE)
        if not start:
            msg = f"{path.name}: is empty. Export it again."
            raise EmptyFileError(msg)
        if start.startswith((_ZIP, _OLD_EXCEL)):
            msg = f"{path.name}: is a workbook or an archive. Save it as CSV, then import that."
            raise UnreadableFileError(msg)
        for encoding in _candidates(start):
            if _fits(path, encoding):
                return encoding
    except OSError as error:
        msg = f"{path}: cannot be opened: {error.strerror}."
        raise UnreadableFileError(msg) from error
    msg = f"{path.name}: is no text in UTF-8, UTF-16 or Windows-1252. Save it as CSV in UTF-8."
    raise UnreadableFileError(msg)


def _candidates(start: bytes) -> tuple[str, ...]:
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            return (encoding,)
    half = len(start) // 2
    if start[1::2].count(0) > half // 2 > start[::2].count(0):
        return ("utf-16-le",)
    if start[::2].count(0) > half // 2 > start[1::2].count(0):
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True
