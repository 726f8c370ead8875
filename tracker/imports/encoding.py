"""Which encoding a file is written in: decided from all of it, since one stray letter may come late. PURE."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.imports.errors import EmptyFileError, UnreadableFileError
from tracker.imports.source import LONGEST_LINE, MIXED, STRAY, lines_of, opened, stamp_of

if TYPE_CHECKING:
    from pathlib import Path

CHUNK = 1 << 20
"""Bytes read at once."""
NAMED = 10
"""Lines that a warning names."""
_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    MIXED: "UTF-8 with letters in Windows-1252 here and there",
}
_SAMPLE = 4096
_BYTES = "latin-1"
"""Reads a file as a letter for each byte, in the lines that it has for everybody."""
_LONGEST_LETTER = 4
"""Bytes of UTF-8."""
_UNKNOWN = "\ufffd"
"""What stands for a byte that is no letter in Windows-1252 either."""
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Stray:
    """Lines with letters that are no UTF-8."""

    count: int
    first: tuple[int, ...]
    """The first `NAMED`, counted from 1."""
    is_almost: bool
    """Whether the file is UTF-8 but for these: a byte order mark says so, or more lines are than are not."""

    def warning(self, name: str) -> str:
        """Say it, of the file that is called `name`."""
        lines = f"{', '.join(map(str, self.first))}{' and more' if self.count > len(self.first) else ''}"
        is_are = "line has" if self.count == 1 else "lines have"
        return (
            f"{name}: is in UTF-8, but {self.count:,} {is_are} letters that are not; they are read as"
            f" Windows-1252. Look at line{'' if self.count == 1 else 's'} {lines} before you import it."
        )


def encoding_of(path: Path) -> str:
    """Give the encoding in which the whole file can be read, as Python names it.

    A byte order mark settles it; zeros in every other byte mean UTF-16; then UTF-8 where every byte
    fits it, else cp1252, which Excel writes in the west. A file that is almost UTF-8 is read as `MIXED`,
    with a byte order mark as well as without.

    Raises:
        UnreadableFileError: it cannot be opened, is no regular file, is a workbook, has an endless line, or
            fits no encoding.
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
            if encoding == MIXED and stray_lines(path).is_almost:
                return MIXED
            if encoding != MIXED and _fits(path, encoding):
                return encoding
    except OSError as error:
        msg = f"{path}: cannot be opened: {error.strerror}."
        raise UnreadableFileError(msg) from error
    msg = f"{path.name}: is no text in UTF-8, UTF-16 or Windows-1252. Save it as CSV in UTF-8."
    raise UnreadableFileError(msg)


def encoding_name(encoding: str) -> str:
    """Give an encoding as people call it."""
    return _NAMES.get(encoding, encoding.upper())


def stray_lines(path: Path) -> Stray:
    """Look which lines of a file do not fit UTF-8.

    Raises:
        UnreadableFileError: it cannot be opened, or has a line that is longer than any that is read.

    """
    whole, count = 0, 0
    first: list[int] = []
    is_marked, is_text = False, True
    with opened(path, _BYTES) as file:
        for number, text in enumerate(lines_of(file, path.name, LONGEST_LINE * _LONGEST_LETTER), start=1):
            if text.isascii():
                continue
            line = text.encode(_BYTES)
            if number == 1 and line.startswith(codecs.BOM_UTF8):
                is_marked, line = True, line.removeprefix(codecs.BOM_UTF8)
            try:
                whole += not line.decode().isascii()
            except UnicodeError:
                count += 1
                first += [number] if len(first) < NAMED else []
                is_text = is_text and _UNKNOWN not in line.decode(errors=STRAY)
    return Stray(count, tuple(first), count < whole or (is_marked and is_text))


def _candidates(start: bytes) -> tuple[str, ...]:
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            return (encoding, MIXED) if encoding == "utf-8-sig" else (encoding,)
    half = len(start) // 2
    if start[1::2].count(0) > half // 2 > start[::2].count(0):
        return ("utf-16-le",)
    if start[::2].count(0) > half // 2 > start[1::2].count(0):
        return ("utf-16-be",)
    return ("utf-8", MIXED, "cp1252")


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
