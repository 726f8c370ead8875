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
TOO_LONG = f"Write at most {TYPED_LENGTH} characters. What goes beyond is cut off here."


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
        """Keep what was typed in these fields, the rest is nothing of ours.

        A problem is beside those that are too long to be looked at.
        """
        typed = {name: seen(form.get(name, "")) for name in names}
        return cls(
            {name: text[:TYPED_LENGTH] for name, text in typed.items()},
            {name: [seen(one)[:TYPED_LENGTH] for one in form.getlist(name)] for name in several},
            {name: TOO_LONG for name, text in typed.items() if len(text) > TYPED_LENGTH},
        )

    def take(self, name: str, read: Callable[[str], T]) -> T | None:
        """Read a field; None, and a problem beside it, where it cannot be read."""
        if self.problems.get(name) == TOO_LONG:
            return None
        return self.check(name, lambda: read(self.values[name]))

    def take_new(self, name: str, shown: str, stored: T, read: Callable[[str], T]) -> T | None:
        """Read a field as `take` does, but give what is `stored` where it holds what was `shown` of that."""
        typed = self.values[name]
        in_one = shown.replace("\r", "").replace("\n", "")  # as a browser shows it in a field of one line
        if typed and typed in (visible(shown), seen(shown), seen(in_one)):
            return stored
        return self.take(name, read)

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


def seen(text: str) -> str:
    """Give a text on one line as one sees it: tabs and all kinds of spaces are blanks."""
    return "".join(_shown(char) for char in text).strip()


def visible(text: str) -> str:
    """Give a text as one sees it, its ends of lines kept."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(map(_shown, line)).rstrip() for line in lines).strip()


def _shown(char: str) -> str:
    """Turn a space of any kind into a blank, and drop what cannot be seen: nobody typed it."""
    return " " if char.isspace() else char if char.isprintable() else ""
