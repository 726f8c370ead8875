"""The file that is read: a regular one, which stays as it is from its first reading to its last."""

from __future__ import annotations

import codecs
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.imports.errors import ChangedFileError, UnreadableFileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO


@dataclass(frozen=True, slots=True)
class Stamp:
    """What shows that a file is another than before."""

    path: Path
    inode: int
    size: int
    """Bytes."""
    written: int
    """Nanoseconds, by the file system's clock."""

    def require_same(self) -> None:
        """See that the file is as it was when this was taken.

        Raises:
            ChangedFileError: it was written to, or another took its place.
            UnreadableFileError: it is gone.

        """
        if stamp_of(self.path) != self:
            raise changed_error(self.path)


def stamp_of(path: Path) -> Stamp:
    """Look at a file before it is read, which takes more than one reading.

    Raises:
        UnreadableFileError: it cannot be found, or is a pipe, a device or a folder.

    """
    try:
        found = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from error
    if not stat.S_ISREG(found.st_mode):
        msg = f"{path}: is no regular file: save it first, then import it."
        raise UnreadableFileError(msg)
    return Stamp(path, found.st_ino, found.st_size, found.st_mtime_ns)


MIXED = "utf-8 and cp1252"
"""Our name for UTF-8 in which some bytes are not: those are read as cp1252."""
STRAY = "ringback-stray"


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are no UTF-8; the few that cp1252 does not know become a mark that everybody sees."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(STRAY, _as_cp1252)

LONGEST_LINE = 262_144
"""Characters: two of the longest cells that the reader of CSV takes. An export's longest lines hold notes."""


def lines_of(file: TextIO, name: str, longest: int = LONGEST_LINE) -> Iterator[str]:
    """Give the lines of a file with their ends; `longest` is that of its letters, or of its bytes.

    Raises:
        UnreadableFileError: one has more than that; no more of it is read.

    """
    number = 0
    while line := file.readline(longest + 1):
        number += 1
        if len(line) > longest:
            msg = (
                f"{name}: has more than {LONGEST_LINE:,} characters in line {number:,}. Lines of an export"
                " are shorter: export it again as CSV, with a line for each deal."
            )
            raise UnreadableFileError(msg)
        yield line


@contextmanager
def opened(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open a file whose encoding was found, line ends as they are.

    Raises:
        UnreadableFileError: it cannot be read any more.
        ChangedFileError: it does not fit its encoding any more.

    """
    try:
        is_mixed = encoding == MIXED
        with path.open(
            encoding="utf-8-sig" if is_mixed else encoding, errors=STRAY if is_mixed else None, newline=""
        ) as file:
            yield file
    except OSError as error:
        raise _unreadable(path, error) from error
    except UnicodeError as error:
        raise changed_error(path) from error


def changed_error(path: Path) -> ChangedFileError:
    """Give what is said of a file that changed."""
    msg = f"{path.name}: changed while it was being read. Import it again."
    return ChangedFileError(msg, "Nothing was imported.")


def _unreadable(path: Path, error: OSError) -> UnreadableFileError:
    return UnreadableFileError(f"{path}: cannot be opened: {error.strerror}.")
