"""What an address, a form or a segment says of whom is looked for, and what of it is not known here. PURE.

What is left out of a filter widens it. So it is carried along and told, and before it is put right or taken
out, no list is given to mail to, and none is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

from tracker.segments.filter import TEXT_LENGTH, Filter, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = frozenset(field.name for field in fields(Filter))
"""The parts that a filter has."""
TYPED = ("least", "most", "lost_from", "lost_to")
"""Of those, what somebody types, and may mistype; other parts are chosen, and strange in an old link only."""
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
"""In the place of what nobody can see: said it was, and no choice knows it."""
STRANGE = 20
"""Names that no filter has are carried along up to so many; one is enough to give no list."""


@dataclass(frozen=True, slots=True)
class Said:
    """A filter, and what was said besides."""

    wanted: Filter
    """What is known here."""
    amiss: Mapping[str, str]
    """The rest, by name, as it was said."""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """Read names and values; every name counts, so give none that says something else."""
        wanted, wrong = Filter.read(given)
        strange = [name for name in given if name not in NAMES][:STRANGE]
        # What was read as nothing, like a comma for a number, would let everybody in, too.
        read = wanted.values()
        lost = [name for name in given if name in NAMES and name not in read and name not in wrong]
        # By what a list is sorted decides on nobody.
        amiss = {name: _shown(given[name]) for name in (*wrong, *lost, *strange) if name != "sort"}
        return cls(wanted, {name[:TEXT_LENGTH]: value for name, value in amiss.items() if value})

    @property
    def is_clear(self) -> bool:
        """Whether all of it is known."""
        return not self.amiss

    @property
    def mistyped(self) -> tuple[str, ...]:
        """Give the fields in which something else goes."""
        return tuple(name for name in TYPED if name in self.amiss)

    @property
    def unknown(self) -> dict[str, str]:
        """Give what is not known here: of an old link, or of another release."""
        return {name: value for name, value in self.amiss.items() if name not in TYPED}

    def values(self) -> dict[str, str]:
        """Give all names and values: what `read` reads."""
        return {**self.wanted.values(), **self.amiss}

    def without(self, *names: str) -> dict[str, str]:
        """Give the others."""
        return {name: value for name, value in self.values().items() if name not in names}

    def told(self) -> dict[str, str]:
        """Give it for the record, as `Filter.told` does: of the rest, that it was there."""
        return {**self.wanted.told(), **dict.fromkeys(self.amiss, "…")}


def _shown(text: str) -> str:
    """Give what can be seen of it; blanks alone say nothing."""
    return visible(text) or (UNREADABLE if text.strip() else "")
