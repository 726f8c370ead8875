"""How a file is to be read: its family, and which column fills which field. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.imports.errors import (
    MissingColumnsError,
    UnconfirmedKeyError,
    UnconfirmedMappingError,
    UnknownMappingError,
)
from tracker.imports.fields import Field, heading_key
from tracker.imports.formats import FAMILIES, recognise
from tracker.imports.formats.own import OWN
from tracker.imports.rejects import is_ours

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.imports.formats.family import Family
    from tracker.imports.memory import Memory
    from tracker.imports.report import ImportOptions
    from tracker.imports.table import Table

_DEAL_NAMES = (Field.TITLE, Field.PRODUCT)
_WHO = (Field.ACCOUNT, Field.EMAIL, Field.CONTACT, Field.LAST_NAME, Field.CONTACT_ID)


@dataclass(frozen=True, slots=True)
class Layout:
    """The family and the columns, by number."""

    family: Family
    columns: Mapping[Field, tuple[int, ...]]
    headings: tuple[str, ...]

    def heading(self, field: Field) -> str:
        """Give the heading of a field's first column, or the field's own name."""
        return self.headings[self.columns[field][0]] if field in self.columns else field.value


def lay_out(table: Table, options: ImportOptions, memory: Memory) -> Layout:
    """Decide how to read the table: `--map` over what was confirmed before, over what we recognise.

    Raises:
        UnknownMappingError: `--map` names something that is not there.
        MissingColumnsError: nothing says which deal a row is about, or whose.
        UnconfirmedMappingError: the headings are nobody's; our guess must be confirmed.
        UnconfirmedKeyError: there is no deal ID; the fallback must be confirmed.

    """
    layout = laid_out(table, options, memory)
    _require(table, layout)
    answers = (options.yes, options.confirmed, options.format, options.mapping, memory.is_confirmed)
    is_told = any(answers) or options.columns is not None
    if layout.family is OWN and not is_told:
        raise UnconfirmedMappingError(table.path, _pairs(layout), _unused(layout))
    is_key_told = options.key_fallback or options.yes or memory.is_key_confirmed
    if Field.DEAL_ID not in layout.columns and not is_key_told:
        raise UnconfirmedKeyError(table.path)
    return layout


def laid_out(table: Table, options: ImportOptions, memory: Memory) -> Layout:
    """Give what is known of the columns, be it enough or not.

    Raises:
        UnknownMappingError: `--map` names something that is not there.

    """
    usable = ["" if is_ours(heading) else heading for heading in table.headings]
    named = options.format or memory.family
    family = FAMILIES[named] if named else recognise(usable)
    whole = options.columns if options.columns is not None else memory.columns
    columns = family.columns(usable) if whole is None else _given(table, whole)
    columns |= _given(table, memory.fields.items() if options.columns is None else ())
    columns |= _given(table, dict(options.mapping).items())
    return Layout(family, columns, table.headings)


def field_named(name: str) -> Field:
    """Give the field that `--map` calls `name`.

    Raises:
        UnknownMappingError: we have none of that name.

    """
    try:
        return Field(heading_key(name).replace(" ", "_"))
    except ValueError as error:
        msg = f"--map: there is no field {name!r}. The fields are: {', '.join(Field)}."
        raise UnknownMappingError(msg) from error


def _given(table: Table, mapping: Iterable[tuple[Field, str]]) -> dict[Field, tuple[int, ...]]:
    places: dict[str, int] = {}
    for place, heading in enumerate(table.headings):
        places.setdefault(heading_key(heading) or heading, place)
    found: dict[Field, tuple[int, ...]] = {}
    for name, heading in mapping:
        key = heading_key(heading) or heading
        if key not in places:
            msg = (
                f"{table.path.name}: has no column {heading!r} (any more). Its columns are:"
                f" {_listed(table.headings)}."
            )
            raise UnknownMappingError(msg, "Name one of these with --map NAME=COLUMN.")
        found[name] = (*found.get(name, ()), places[key])
    return found


def _require(table: Table, layout: Layout) -> None:
    columns = layout.columns
    missing = []
    if Field.DEAL_ID not in columns and not any(field in columns for field in _DEAL_NAMES):
        missing.append("the deal (its ID or name)")
    if not any(field in columns for field in _WHO):
        missing.append("whose it is (a company, a mail address or a person)")
    if not missing:
        return
    msg = (
        f"{table.path.name}: no column says {' nor '.join(missing)}. The headings seen are:"
        f" {_listed(table.headings)}."
    )
    raise MissingColumnsError(msg, f"Name the right one, e.g. --map title={table.headings[0]!r}.")


def _pairs(layout: Layout) -> list[tuple[Field, str]]:
    return [(field, layout.heading(field)) for field in Field if field in layout.columns]


def _unused(layout: Layout) -> list[str]:
    used = {place for places in layout.columns.values() for place in places}
    return [
        heading
        for place, heading in enumerate(layout.headings)
        if place not in used and heading and not is_ours(heading)
    ]


def _listed(headings: Sequence[str]) -> str:
    return ", ".join(repr(heading) for heading in headings if heading)
