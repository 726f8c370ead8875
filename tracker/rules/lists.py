"""Lists of rules of which the first that matches wins: adding, changing, removing and moving a line. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from tracker.rules.numbers import RuleError

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


class Line(Protocol):
    """A rule in a list."""

    @property
    def id(self) -> int:
        """Of its row; 0: not stored yet."""

    @property
    def group(self) -> Hashable:
        """Those whose order counts among themselves; groups stand one after the other."""

    @property
    def key(self) -> Hashable:
        """What only one line may have."""


L = TypeVar("L", bound=Line)


def index_of(lines: Sequence[L], number: int) -> int:
    """Find a line by its row's id.

    Raises:
        RuleError: somebody took it away.

    """
    found = next((index for index, line in enumerate(lines) if line.id == number), None)
    if found is None:
        msg = "This rule is not there any more"
        raise RuleError(msg)
    return found


def put(lines: Sequence[L], line: L) -> tuple[L, ...]:
    """Change the line of the same id in its place, or add one before all others of its group.

    Raises:
        RuleError: another line says something of the same.

    """
    if any(other.key == line.key and other.id != line.id for other in lines):
        msg = "There is a rule for this already: change that one"
        raise RuleError(msg)
    if line.id:
        index = index_of(lines, line.id)
        if lines[index].group == line.group:
            return (*lines[:index], line, *lines[index + 1 :])
        lines = without(lines, line.id)
    first = next((index for index, other in enumerate(lines) if other.group == line.group), None)
    if first is None:
        # A site's own rules stand before those for every site.
        first = 0 if line.group is not None else len(lines)
    return (*lines[:first], line, *lines[first:])


def without(lines: Sequence[L], number: int) -> tuple[L, ...]:
    """Take a line away.

    Raises:
        RuleError: it is not there.

    """
    index = index_of(lines, number)
    return (*lines[:index], *lines[index + 1 :])


def moved(lines: Sequence[L], number: int, *, up: bool) -> tuple[L, ...]:
    """Let a line change places with its neighbour of the same group; at the end it stays.

    Raises:
        RuleError: it is not there.

    """
    index = index_of(lines, number)
    ahead = range(index - 1, -1, -1) if up else range(index + 1, len(lines))
    other = next((place for place in ahead if lines[place].group == lines[index].group), None)
    changed = list(lines)
    if other is not None:
        changed[index], changed[other] = changed[other], changed[index]
    return tuple(changed)
