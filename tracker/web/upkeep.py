"""*Upkeep*, for admins: who changed what, the keys that sign, and how long what is kept."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request
from sqlalchemy import select

from tracker.audit import What, by_user, entries, note
from tracker.csv_cells import safe_cell
from tracker.installation import KEYS_FILE
from tracker.models import AuditEntry, User
from tracker.web.house import Entry
from tracker.web.retention import RetentionPage
from tracker.web.rooms import Page, open_room
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from tracker.audit import Told
    from tracker.web.house import House
    from tracker.web.me import Desk, Me

UPKEEP = Entry("Upkeep", "upkeep.show", Verb.SEE, Thing.AUDIT)
SHOWN = 50
EXPORTED = 100_000
"""Entries in one file, the latest; more are told by days."""
HEADINGS = ("at (UTC)", "who", "verb", "thing", "number", "before", "after")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries of the audit log are asked for."""

    thing: Thing | None = None
    user_id: int | None = None
    until: date | None = None
    """Up to this day of the reader's, included."""
    before_id: int | None = None

    @classmethod
    def read(cls) -> Asked:
        """Read the address; nonsense in it asks for nothing."""
        thing = request.args.get("about", "")
        return cls(
            Thing(thing) if thing in set(Thing) else None,
            request.args.get("who", type=_number),
            request.args.get("until", type=_day),
            request.args.get("before", type=_number),
        )

    def address(self, before_id: int | None = None) -> dict[str, str]:
        """Give what stands in the address, from another entry on."""
        values = {
            "about": self.thing,
            "who": self.user_id,
            "until": self.until,
            "before": before_id,
        }
        return {name: str(value) for name, value in values.items() if value is not None}


class Upkeep:
    """The pages of this room."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me) -> ResponseReturnValue:
        """List the audit log, newest first."""
        asked = Asked.read()
        with self._desk.database.reading() as session:
            told = _entries(session, me, asked, SHOWN + 1)
            users = session.execute(select(User.id, User.name).order_by(User.name)).all()
        more = told[SHOWN - 1].entry.id if len(told) > SHOWN else None
        return render_template(
            "upkeep/audit.html", told=told[:SHOWN], asked=asked, more=more, users=users, things=list(Thing)
        )

    def export(self, me: Me) -> ResponseReturnValue:
        """Give the entries that are asked for as a file, and put on record that they were taken along."""
        asked = Asked.read()
        with self._desk.database.reading() as session:
            told = _entries(session, me, asked, EXPORTED)
        with self._desk.database.writing() as session:
            what = What(Thing.AUDIT, after={"entries": len(told), **asked.address()})
            note(session, by_user(me.id), "export", what, me.reader.now)
        name = f"ringback-audit-{me.reader.today:%Y-%m-%d}.csv"
        return Response(
            _csv(told),
            mimetype="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def keys(self, me: Me) -> ResponseReturnValue:
        """Show which keys sign, by their fingerprints, and where a new one is put."""
        del me
        signer, settings = self._desk.installation.signer, self._desk.installation.settings
        own_file = "" if settings.keys else settings.data_dir.absolute() / KEYS_FILE
        return render_template("upkeep/keys.html", fingerprints=signer.fingerprints(), own_file=own_file)


def upkeep_room(house: House) -> Blueprint:
    """Give the pages their addresses."""
    upkeep, retention = Upkeep(house.desk), RetentionPage(house.desk)
    return open_room(
        house,
        Blueprint("upkeep", __name__),
        (
            Page("/upkeep", "show", Verb.SEE, Thing.AUDIT, upkeep.show),
            Page("/upkeep/keys", "keys", Verb.SEE, Thing.AUDIT, upkeep.keys),
            Page("/upkeep/retention", "retention", Verb.SEE, Thing.RETENTION, retention.show),
        ),
        # An export is put on record, so it is no GET.
        (
            Page("/upkeep/export", "export", Verb.EXPORT, Thing.AUDIT, upkeep.export),
            Page("/upkeep/retention", "keep", Verb.CHANGE, Thing.RETENTION, retention.change),
        ),
    )


def _entries(session: Session, me: Me, asked: Asked, limit: int) -> Sequence[Told]:
    conditions = []
    if asked.thing is not None:
        conditions.append(AuditEntry.thing == asked.thing)
    if asked.user_id is not None:
        conditions.append(AuditEntry.user_id == asked.user_id)
    if asked.until is not None:
        end = datetime.combine(asked.until + timedelta(days=1), time(), me.reader.zone)
        conditions.append(AuditEntry.at < end)
    if asked.before_id is not None:
        conditions.append(AuditEntry.id < asked.before_id)
    return entries(session, limit, *conditions)


def _csv(told: Sequence[Told]) -> Iterator[str]:
    """Write the file row by row; no cell can run as a formula (S10)."""
    for cells in (HEADINGS, *(_cells(one) for one in told)):
        line = io.StringIO()
        csv.writer(line).writerow([safe_cell(cell) for cell in cells])
        yield line.getvalue()


def _cells(told: Told) -> tuple[str, ...]:
    entry = told.entry
    number = "" if entry.thing_id is None else str(entry.thing_id)
    before, after = (
        "; ".join(f"{name}: {side[name]}" for name in side) for side in (entry.before, entry.after)
    )
    return f"{entry.at:%Y-%m-%d %H:%M:%S}", told.who, entry.verb, str(entry.thing), number, before, after


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if not date.min < day < date.max:  # the day after it is asked for, in the reader's zone
        raise ValueError(text)
    return day


def _number(text: str) -> int:
    number = int(text)
    if not 0 < number < 2**31:
        raise ValueError(text)
    return number
