"""What is particular about one family of files. PURE."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tracker.imports.fields import Field, heading_key

Synonyms = Mapping[Field, tuple[str, ...]]
"""A field to its headings as `heading_key` gives them, the best first."""


def as_written(identifier: str) -> str:
    """Take an identifier as it stands."""
    return identifier


@dataclass(frozen=True, slots=True)
class Family:
    """A CRM's way of exporting deals."""

    name: str
    """Also the prefix of its deals' import keys."""
    synonyms: Synonyms
    is_like: Callable[[Sequence[str]], bool]
    """Whether headings, as written, are this family's."""
    canonical_id: Callable[[str], str] = as_written
    """Give the one spelling of an identifier; raises `CellError` when it is none."""
    account_delimiter: str = ""
    """Between the accounts of one cell, the main one first; empty: a cell names one."""

    def columns(self, headings: Sequence[str]) -> dict[Field, tuple[int, ...]]:
        """Find our fields among the headings: column numbers, the best first."""
        places: dict[str, int] = {}
        for place, heading in enumerate(headings):
            places.setdefault(heading_key(heading), place)
        found = {
            field: tuple(places[name] for name in names if name in places)
            for field, names in self.synonyms.items()
        }
        return {field: columns for field, columns in found.items() if columns}
