"""The file that is read: a regular one, which stays as it is from its first reading to its last."""

from __future__ import annotations

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


@contextmanager
def opened(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open a file whose encoding was found, line ends as they are.

    Raises:
        UnreadableFileError: it cannot be read any more.
        ChangedFileError: it does not fit its encoding any more.

    """
    try:
        with path.open(encoding=encoding, newline="") as file:
            yield file
    except OSError as error:
        raise _unreadable(path, error) from error
    except UnicodeError as error:
        raise changed_error(path) from error


def changed_error(path: Path) -> ChangedFileError:
    """Give what is said of a file that changed."""
    return ChangedFileError(f"{path.name}: changed while it was being read; nothing was imported. Try again.")


def _unreadable(path: Path, error: OSError) -> UnreadableFileError:
    return UnreadableFileError(f"{path}: cannot be opened: {error.strerror}.")
