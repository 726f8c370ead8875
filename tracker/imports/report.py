"""What an import was told to do, and what came of it. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.imports.cells.dates import DateOrder
    from tracker.imports.fields import Field
    from tracker.imports.rejects import Fault

SHOWN_FAULTS = 1000
"""Faults a report holds; the rejects file holds all."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The answers and wishes that come with a file."""

    contacts: Path | None = None
    """HubSpot's file of contacts, joined with its file of deals."""
    mapping: tuple[tuple[Field, str], ...] = ()
    """Our field and their heading."""
    columns: tuple[tuple[Field, str], ...] | None = None
    """The same for all columns: what it does not name is not read. None: as recognised."""
    currency: str = ""
    """Of amounts that name none; empty: as the settings say."""
    phone_region: str = ""
    """Country of phone numbers that name none; empty: as the settings say."""
    format: str = ""
    """A family's name; empty: recognised by the headings."""
    date_order: DateOrder | None = None
    key_fallback: bool = False
    """Account and name tell deals apart where there is no deal ID."""
    confirmed: bool = False
    """The columns that Ringback guessed are right."""
    yes: bool = False
    """Take our guesses; what has no guess (the order of dates) is asked all the same."""
    dry_run: bool = False
    rejects: Path | None = None
    """Where rejected rows go; None: no such file is written."""


@dataclass(frozen=True, slots=True)
class Deals:
    """Deals by what became of them, and by how they stand."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    lost: int = 0
    open: int = 0
    won: int = 0


@dataclass(frozen=True, slots=True)
class People:
    """People by what became of them."""

    new: int = 0
    updated: int = 0
    left_out: int = 0
    """Asked not to be tracked, and Ringback does not know them (any more): they are not stored again."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or in a dry run would have done."""

    family: str
    rows: int
    """Rows of data in the file, rejected ones among them."""
    rejected: int
    deals: Deals
    people: People
    faults: tuple[Fault, ...]
    """The first `SHOWN_FAULTS`."""
    rejects: Path | None
    """The file of rejected rows, where one was written."""
    unmapped_owners: tuple[str, ...]
    """Owners' names in the database that no user stands behind yet."""
    unsorted_reasons: tuple[str, ...]
    """Loss reasons of this file that no rule gives a kind."""
    unknown_contacts: int
    """Contact IDs that the file of contacts does not have."""
    date_order: DateOrder | None
    is_dry_run: bool
    encoding: str = "utf-8"
    """In which the file was read, as `tracker.imports.encoding` names it."""
    warnings: tuple[str, ...] = ()
    """What is doubtful about the files as a whole, in sentences."""
    notes: tuple[str, ...] = ()
    """What was not taken of rows that went in, in sentences (`tracker.imports.noted`)."""
    import_id: int | None = None
    """Its row, where it is on record."""

    @property
    def accepted(self) -> int:
        """Rows that went in."""
        return self.rows - self.rejected
