"""A file that can be read: its table found, its columns and habits known, every question answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from tracker.imports.contacts import read_contacts
from tracker.imports.fields import Field
from tracker.imports.layout import lay_out
from tracker.imports.memory import Memory, recall
from tracker.imports.rows import RowReader
from tracker.imports.source import stamp_of
from tracker.imports.survey import survey
from tracker.imports.table import find_table

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from tracker.imports.contacts import Contacts
    from tracker.imports.layout import Layout
    from tracker.imports.report import ImportOptions
    from tracker.imports.source import Stamp
    from tracker.imports.survey import Survey
    from tracker.imports.table import Table
    from tracker.installation import Installation


@dataclass(frozen=True, slots=True)
class Ready:
    """All that reading the rows takes."""

    stamp: Stamp
    table: Table
    layout: Layout
    habits: Survey
    contacts: Contacts | None
    reader: RowReader
    answers: Memory
    """What to remember of this file for the next one with its headings."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Give what is doubtful about the files, each as a sentence that begins with the file's name."""
        said = (self.table.warning, self.contacts.warning if self.contacts else "")
        return tuple(one for one in said if one)


def make_ready(installation: Installation, path: Path, options: ImportOptions, now: datetime) -> Ready:
    """Find out how a file is to be read, as far as it and earlier answers tell.

    Raises:
        QuestionError: only the user knows how to read this file.
        ImportFailedError: the file cannot be imported at all.

    """
    stamp = stamp_of(path)
    table = find_table(path, [heading for _, heading in (*options.mapping, *(options.columns or ()))])
    with installation.database.reading() as session:
        memory = recall(session, table.headings)
    layout = lay_out(table, options, memory)
    habits = survey(table, layout, memory, options.date_order)
    settings = installation.settings
    region = options.phone_region or settings.phone_region
    contacts = read_contacts(options.contacts, region) if options.contacts else None
    today = now.astimezone(UTC).date()
    reader = RowReader(layout, habits, options.currency or settings.currency, region, today, contacts)
    return Ready(stamp, table, layout, habits, contacts, reader, _answers(layout, habits, options, memory))


def _answers(layout: Layout, habits: Survey, options: ImportOptions, memory: Memory) -> Memory:
    columns = memory.columns if options.columns is None else options.columns
    return Memory(
        fields={} if options.columns is not None else dict(memory.fields) | dict(options.mapping),
        columns=columns,
        is_confirmed=True,
        is_key_confirmed=Field.DEAL_ID not in layout.columns,
        family=options.format or memory.family,
        date_order=habits.date_order or memory.date_order,
        decimal_mark=habits.decimal_mark or memory.decimal_mark,
    )
