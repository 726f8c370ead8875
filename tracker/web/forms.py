"""What was typed into a form, kept as it was typed, with what is wrong beside each field."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from tracker.errors import PlainError
from tracker.people.users import ADDRESS, ADDRESS_LENGTH

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.datastructures import MultiDict

T = TypeVar("T")
TYPED_LENGTH = 500
"""Characters of a field that are looked at."""


class FieldError(PlainError):
    """What was typed cannot be; the message says what to type."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form's fields by name, and the problems found so far."""

    values: dict[str, str]
    chosen: dict[str, list[str]] = field(default_factory=dict)
    """Of fields with several values at once."""
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, form: MultiDict[str, str], *names: str, several: tuple[str, ...] = ()) -> Filled:
        """Keep what was typed in these fields, the rest is nothing of ours."""
        return cls(
            {name: _seen(form.get(name, "")) for name in names},
            {name: [_seen(one) for one in form.getlist(name)] for name in several},
        )

    def take(self, name: str, read: Callable[[str], T]) -> T | None:
        """Read a field; None, and a problem beside it, where it cannot be read."""
        return self.check(name, lambda: read(self.values[name]))

    def check(self, name: str, work: Callable[[], T]) -> T | None:
        """Do what a field's value may not allow; None, and a problem beside it, where it does not."""
        try:
            return work()
        except PlainError as error:
            told = str(error).rstrip(".")
            self.problems.setdefault(name, told if told.endswith("?") else f"{told}.")
            return None


def read_email(text: str) -> str:
    """Read a mail address, whatever its case.

    Raises:
        FieldError: it is none.

    """
    email = text.strip()
    if not ADDRESS.fullmatch(email) or len(email) > ADDRESS_LENGTH:
        msg = "Write a mail address like sam@example.com"
        raise FieldError(msg)
    return email


def _seen(text: str) -> str:
    """Drop what cannot be seen: nobody typed it."""
    return "".join(char for char in text[:TYPED_LENGTH] if char.isprintable()).strip()
