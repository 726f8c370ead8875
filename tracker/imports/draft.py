"""A file that was uploaded: what it was taken for, what is asked, and what it would come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tracker.imports.cells.dates import DateOrder
from tracker.imports.cells.text import shown
from tracker.imports.errors import (
    AmbiguousDatesError,
    ImportFailedError,
    MissingColumnsError,
    UnconfirmedKeyError,
    UnconfirmedMappingError,
)
from tracker.imports.fields import Field
from tracker.imports.history import Counts
from tracker.imports.layout import laid_out
from tracker.imports.memory import recall
from tracker.imports.ready import Ready, make_ready
from tracker.imports.report import ImportOptions
from tracker.imports.shelf import CONTACTS, DEALS, STATE
from tracker.imports.table import find_table
from tracker.signing import new_key

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.imports.layout import Layout
    from tracker.imports.passing import Passing
    from tracker.imports.shelf import Shelf
    from tracker.imports.table import Table
    from tracker.installation import Installation

MOST_COLUMNS = 200
"""Of a file that is shown: an export of everything that a CRM knows has some 150."""
SAMPLE = 5
"""Rows that are shown before anything is stored."""
SAMPLE_LENGTH = 60
"""Characters of a cell that are shown."""
SHOWN_FAULTS = 100
"""Faults that are listed; the file of rejected rows has all."""
NAMED = 20
"""Loss reasons without a kind that are listed."""
VERSION_LENGTH = 10


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said about a file."""

    columns: tuple[tuple[Field, str], ...] | None = None
    date_order: DateOrder | None = None
    key_fallback: bool = False
    confirmed: bool = False
    currency: str = ""
    country: str = ""

    def options(self, contacts: Path | None) -> ImportOptions:
        """Give them as an import takes them."""
        return ImportOptions(
            contacts=contacts,
            columns=self.columns,
            date_order=self.date_order,
            key_fallback=self.key_fallback,
            confirmed=self.confirmed,
            currency=self.currency,
            phone_region=self.country,
        )


class Problem(msgspec.Struct, frozen=True):
    """Something wrong with a row, shown in its place."""

    line: int
    column: str
    value: str
    reason: str


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What an import would come to."""

    counts: Counts
    problems: list[Problem]
    has_rejects: bool
    owners: list[str]
    """Names that no user would stand behind."""
    reasons: list[str]
    """Loss reasons that no rule gives a kind."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """All that its page shows."""

    version: str
    """Another one whenever anything about it changes."""
    answers: Answers
    family: str
    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    fields: dict[int, str]
    """Which of our fields a column fills, by its place."""
    sample: list[tuple[str, ...]]
    asked: tuple[str, ...] = ()
    """Of `columns`, `key`, `dates`: what only a person knows, and what is missing."""
    missing: str = ""
    """What no column says, as a sentence."""
    date_column: str = ""
    date_example: str = ""
    rows: int = 0
    done: int = 0
    beat_at: datetime | None = None
    """The last sign of the trial; None: none runs."""
    trial: Trial | None = None
    warnings: tuple[str, ...] = ()
    """What is doubtful about the files, in sentences."""
    failed: str = ""
    """Why the trial came to nothing."""

    @property
    def is_checking(self) -> bool:
        """Whether its trial runs, as far as is known."""
        return self.trial is None and not self.asked and not self.failed


class Examined(NamedTuple):
    """A draft, and what its trial takes; None while something is asked."""

    draft: Draft
    ready: Ready | None


def load(shelf: Shelf, folder: str) -> Draft | None:
    """Give a draft, if its files are here."""
    content = shelf.read(folder, STATE)
    return msgspec.json.decode(content, type=Draft) if content else None


def save(shelf: Shelf, folder: str, draft: Draft) -> None:
    """Put a draft in the place of what was known before."""
    shelf.write(folder, STATE, msgspec.json.encode(draft))


def examine(
    installation: Installation, shelf: Shelf, folder: str, answers: Answers, now: datetime
) -> Examined:
    """Look at a file: all that is open is asked at once, as if the rest had been answered.

    Raises:
        ImportFailedError: no answer could help; the message begins with the name of the file here.

    """
    path = shelf.path(folder, DEALS)
    contacts = shelf.path(folder, CONTACTS) if shelf.has(folder, CONTACTS) else None
    options = answers.options(contacts)
    table = find_table(path, [heading for _, heading in answers.columns or ()])
    if len(table.headings) > MOST_COLUMNS:
        msg = f"{path.name}: has {len(table.headings):,} columns. Export it with {MOST_COLUMNS} at most."
        raise ImportFailedError(msg)
    asked: list[str] = []
    told: dict[str, str] = {}
    ready: Ready | None = None
    while ready is None and "missing" not in told:
        try:
            ready = make_ready(installation, path, options, now)
        except UnconfirmedMappingError:
            asked.append("columns")
            options = replace(options, confirmed=True)
        except UnconfirmedKeyError:
            asked.append("key")
            options = replace(options, key_fallback=True)
        except AmbiguousDatesError as question:
            asked.append("dates")
            told |= {"date_column": question.column, "date_example": question.example}
            options = replace(options, date_order=DateOrder.DAY_FIRST)
        except MissingColumnsError as error:
            asked.append("columns")
            told["missing"] = error.plain.partition(": ")[2].partition(" The headings seen")[0]
    layout = ready.layout if ready else _as_far_as_known(installation, table, options)
    draft = Draft(
        version=new_key(VERSION_LENGTH),
        answers=answers,
        family=layout.family.name,
        encoding=table.encoding,
        warnings=ready.warnings if ready else tuple(filter(None, (table.warning,))),
        delimiter=table.delimiter,
        headings=table.headings,
        fields={place: str(field) for field, places in layout.columns.items() for place in places},
        sample=_sample(table),
        asked=tuple(dict.fromkeys(asked)),
        rows=ready.habits.rows if ready else 0,
        missing=told.get("missing", ""),
        date_column=told.get("date_column", ""),
        date_example=told.get("date_example", ""),
    )
    return Examined(draft, None if asked else ready)


def tried(draft: Draft, passing: Passing, owners: tuple[str, ...]) -> Draft:
    """Give a draft with what its trial came to."""
    contacts = passing.ready.contacts
    faults = [*(contacts.faults if contacts else ()), *passing.faults]
    trial = Trial(
        counts=passing.counts,
        problems=[Problem(one.line, one.column, one.value, one.reason) for one in faults[:SHOWN_FAULTS]],
        has_rejects=passing.rejected > 0,
        owners=list(owners),
        reasons=list(passing.tally.unsorted)[:NAMED],
    )
    return msgspec.structs.replace(draft, version=new_key(VERSION_LENGTH), trial=trial, beat_at=None)


def _as_far_as_known(installation: Installation, table: Table, options: ImportOptions) -> Layout:
    with installation.database.reading() as session:
        return laid_out(table, options, recall(session, table.headings))


def _sample(table: Table) -> list[tuple[str, ...]]:
    width = len(table.headings)
    rows = islice((row for row in table.rows() if not row.is_blank), SAMPLE)
    cells = [(*row.cells, *[""] * width)[:width] for row in rows]
    return [tuple(shown(cell)[:SAMPLE_LENGTH] for cell in row) for row in cells]
