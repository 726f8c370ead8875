"""Numbers and lists of topics that an installation may change: default, ends, and what is read. PURE."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

from tracker.errors import PlainError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

Value: TypeAlias = "int | tuple[str, ...]"
TOPIC_LENGTH = 60
"""Characters of a topic's name."""
MOST_TOPICS = 40
"""In one list."""


class RuleError(PlainError):
    """What was typed cannot be; the message says what to type."""


class Rule(Protocol):
    """What numbers and lists have in common."""

    @property
    def name(self) -> str:
        """How it is stored."""

    @property
    def label(self) -> str:
        """How pages call it."""

    @property
    def hint(self) -> str:
        """What it means, in a sentence."""

    @property
    def default(self) -> Value:
        """What holds where nobody changed it."""

    def read(self, text: str) -> Value:
        """Read what was typed; raises `RuleError`."""

    def written(self, value: Value) -> str:
        """Write it as one would type it."""

    def said(self, value: Value) -> str:
        """Write it with its unit."""

    def usable(self, stored: object) -> Value | None:
        """Give what is stored, where it can be; None where not, e.g. after the ends were moved."""


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number between two ends."""

    name: str
    label: str
    default: int
    least: int
    most: int
    unit: str = ""
    """In the plural: `hours`."""
    hint: str = ""

    def read(self, text: str) -> int:
        """Read a number; commas and blanks between its digits are nothing.

        Raises:
            RuleError: it is none, or beyond one of the ends.

        """
        plain = re.sub(r"[\s,]", "", text).replace("−", "-")  # noqa: RUF001  (the minus that pages show)
        value = int(plain) if re.fullmatch(r"[+-]?[0-9]{1,9}", plain) else None
        if value is None or not self.least <= value <= self.most:
            msg = f"Write a whole number from {self.least:,} to {self.most:,}"
            raise RuleError(msg)
        return value

    def written(self, value: Value) -> str:
        """Write it as one would type it."""
        return str(value)

    def said(self, value: Value) -> str:
        """Write it with its unit."""
        unit = self.unit[:-1] if value in (1, -1) and self.unit.endswith("s") else self.unit
        return f"{value} {unit}".strip()

    def usable(self, stored: object) -> int | None:
        """Give what is stored, where it can be."""
        fits = isinstance(stored, int) and not isinstance(stored, bool) and self.least <= stored <= self.most
        return stored if fits and isinstance(stored, int) else None


@dataclass(frozen=True, slots=True)
class Topics:
    """A list of topics, parted by commas."""

    name: str
    label: str
    default: tuple[str, ...]
    hint: str = ""
    unit: str = field(default="", init=False)

    def read(self, text: str) -> tuple[str, ...]:
        """Read a list, in the order of the alphabet; empty: none.

        Raises:
            RuleError: a topic is too long, or there are too many.

        """
        found = topics_in(text)
        if any(len(topic) > TOPIC_LENGTH for topic in found) or len(found) > MOST_TOPICS:
            msg = f"Write at most {MOST_TOPICS} topics of {TOPIC_LENGTH} characters, parted by commas"
            raise RuleError(msg)
        return tuple(sorted(found))

    def written(self, value: Value) -> str:
        """Write it as one would type it."""
        return ", ".join(value) if isinstance(value, tuple) else ""

    def said(self, value: Value) -> str:
        """Write it, and where it is empty, say so."""
        return self.written(value) or "none"

    def usable(self, stored: object) -> tuple[str, ...] | None:
        """Give what is stored, where it can be."""
        if not isinstance(stored, list | tuple) or not all(isinstance(topic, str) for topic in stored):
            return None
        return tuple(sorted(stored))


def topics_in(text: str) -> set[str]:
    """Give the topics of a list, as rules spell them."""
    return {" ".join(part.split()).lower() for part in text.split(",")} - {""}


@dataclass(frozen=True, slots=True)
class Section:
    """Rules that stand together on a page."""

    title: str
    lead: str
    rules: tuple[Rule, ...]


def values_of(rules: Iterable[Rule], changes: Mapping[str, object]) -> dict[str, Value]:
    """Give what holds, by name: what was changed, else the default."""
    found = {}
    for rule in rules:
        stored = rule.usable(changes[rule.name]) if rule.name in changes else None
        found[rule.name] = rule.default if stored is None else stored
    return found


def changes_of(
    rules: Iterable[Rule], values: Mapping[str, Value], fixed: Collection[str] = ()
) -> dict[str, Value]:
    """Give what differs from the defaults; what is `fixed` elsewhere is nobody's change."""
    return {
        rule.name: values[rule.name]
        for rule in rules
        if rule.name not in fixed and values[rule.name] != rule.default
    }


def whole(value: Value) -> int:
    """Take a value that is a number for one."""
    if not isinstance(value, int):
        msg = f"{value!r} is no number"
        raise TypeError(msg)
    return value


def listed(value: Value) -> frozenset[str]:
    """Take a value that is a list of topics for one."""
    return frozenset(value) if isinstance(value, tuple) else frozenset()
