"""What can go wrong with a file as a whole; each message says what to do. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.errors import PlainError
from tracker.imports.cells.text import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tracker.imports.fields import Field


class ImportFailedError(PlainError):
    """This file does not go in (any further); the message says why and what to do.

    `plain` is what it says to whoever sees a page; at the command line one also reads how to answer.
    """

    def __init__(self, plain: str, at_command_line: str = "") -> None:
        """Take the message, and what to add at the command line, in sentences.

        The name of a file may hide letters, or turn those behind it; what is said of it does not.
        """
        self.plain = shown(plain)
        super().__init__(f"{self.plain} {shown(at_command_line)}".rstrip())


class UnreadableFileError(ImportFailedError):
    """The file cannot be opened, or is no text in any encoding that we take."""


class ChangedFileError(ImportFailedError):
    """The file is another than when reading it began."""


class EmptyFileError(ImportFailedError):
    """There is nothing in the file to import."""


class MissingColumnsError(ImportFailedError):
    """The headings do not say where to find what every deal needs."""


class ContactsError(ImportFailedError):
    """The file of contacts cannot be joined with the deals."""


class UnknownMappingError(ImportFailedError):
    """`--map` names a field that we do not have, or a heading that the file does not have."""


class NotStoredError(ImportFailedError):
    """The database did not take it; nothing was changed."""


class QuestionError(ImportFailedError):
    """Only a person can answer this; asked once, then remembered for files with these headings."""


class AmbiguousDatesError(QuestionError):
    """No date in the file shows whether the day or the month comes first."""

    def __init__(self, path: Path, column: str, example: str) -> None:
        """Name the column and one date that could be read both ways."""
        self.column = column
        self.example = example
        super().__init__(
            f"{path.name}: nothing in the column {column!r} shows whether {example!r} begins with the day"
            " or the month.",
            "Say so with --date-order day-first or --date-order month-first.",
        )


class UnconfirmedKeyError(QuestionError):
    """There is no deal ID, so that deals must be told apart by account and name."""

    def __init__(self, path: Path) -> None:
        """Name the file."""
        super().__init__(
            f"{path.name}: has no column with a deal ID. Add one to the export, or confirm that no two"
            " deals of an account have the same name.",
            "Confirm it with --key fallback.",
        )


class UnconfirmedMappingError(QuestionError):
    """The headings are no CRM's that we know; our guess wants a look."""

    def __init__(self, path: Path, guess: Sequence[tuple[Field, str]], unused: Sequence[str]) -> None:
        """Take the guessed pairs of field and heading, and the headings that nothing was made of."""
        self.guess = tuple(guess)
        self.unused = tuple(unused)
        pairs = ", ".join(f"{field}={heading!r}" for field, heading in guess)
        left = f" and make nothing of {', '.join(map(repr, self.unused))}" if unused else ""
        super().__init__(
            f"{path.name}: these are the headings of no CRM that Ringback knows. It would read"
            f" {pairs}{left}.",
            "Confirm with --yes, or correct it with --map NAME=COLUMN.",
        )
