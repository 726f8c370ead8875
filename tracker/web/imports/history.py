"""All imports, newest first: who, when, which file, what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec
from flask import Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from tracker.audit import What, by_user, note
from tracker.ids import LARGEST_ID
from tracker.imports.cells.text import shown
from tracker.imports.history import UNDO_KEPT, Counts, Undone, is_lost, who_did, why_not_undone
from tracker.imports.shelf import REJECTS
from tracker.models import Import, ImportStatus, User
from tracker.words import Thing

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from tracker.imports.shelf import Shelf
    from tracker.web.imports.sweeping import Sweeping
    from tracker.web.me import Desk, Me

PER_PAGE = 20
DISCARDED = "That file is gone already, and nothing of it was stored."
UTF8_CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Told:
    """An import as pages tell of it."""

    row: Import
    who: str
    counts: Counts
    undone: Undone | None
    is_lost: bool
    why_not: str
    """Why it cannot be undone; empty: it can."""

    @classmethod
    def of(cls, row: Import, name: str | None, now: datetime) -> Told:
        """Tell of a row at this moment."""
        known = {key: value for key, value in row.report.items() if key != "undone"}
        undone = row.report.get("undone")
        return cls(
            row,
            who_did(row, name),
            msgspec.convert(known, Counts),
            msgspec.convert(undone, Undone) if undone is not None else None,
            is_lost(row, now),
            why_not_undone(row, now),
        )

    @property
    def file_name(self) -> str:
        """Give the file's name as pages may show it; older rows have it as it came."""
        return shown(self.row.file_name)

    @property
    def state(self) -> str:
        """Say in a word or two how far it is."""
        if self.is_lost:
            return "Stopped"
        return {
            ImportStatus.DRAFT: "Not stored yet",
            ImportStatus.RUNNING: "Being stored",
            ImportStatus.DONE: "Stored",
            ImportStatus.FAILED: "Stopped",
            ImportStatus.UNDOING: "Being undone",
            ImportStatus.UNDONE: "Undone",
        }[self.row.status]


class History:
    """The list, and what it leads to."""

    def __init__(self, desk: Desk, shelf: Shelf, sweeping: Sweeping) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._shelf = shelf
        self._sweeping = sweeping

    def show(self, me: Me) -> ResponseReturnValue:
        """List them under the form for the next; files whose day is over go meanwhile."""
        self._sweeping.sweep()
        return self.page(me)

    def page(self, me: Me, problem: str = "") -> str:
        """List them; `problem` is what is wrong with the file that was just sent."""
        from tracker.web.imports.upload import MAX_UPLOAD_MB  # noqa: PLC0415  (which shows this page)

        before = request.args.get("before", type=int)
        wanted = (
            select(Import, User.name).outerjoin(User, User.id == Import.user_id).order_by(Import.id.desc())
        )
        if before is not None:
            wanted = wanted.where(Import.id < min(max(before, 0), LARGEST_ID))
        with self._desk.database.reading() as session:
            rows = [
                Told.of(row, name, me.reader.now) for row, name in session.execute(wanted.limit(PER_PAGE + 1))
            ]
        more = rows[PER_PAGE - 1].row.id if len(rows) > PER_PAGE else None
        return render_template(
            "imports/list.html",
            here="imports.show",
            imports=rows[:PER_PAGE],
            more=more,
            is_first=before is None,
            problem=problem,
            limit=MAX_UPLOAD_MB,
            days=UNDO_KEPT.days,
        )

    def there(self, session: Session, import_id: int, now: datetime) -> Told:
        """Give one, or answer that there is none: to whoever pressed a button, what became of it."""
        found = session.execute(
            select(Import, User.name).outerjoin(User, User.id == Import.user_id).where(Import.id == import_id)
        ).first()
        if found is None and request.method == "POST":
            # Nothing but a draft is ever deleted: somebody discarded it, or its day was over.
            flash(DISCARDED, "good" if request.endpoint == "imports.drop" else "bad")
            abort(redirect(url_for("imports.show"), HTTPStatus.SEE_OTHER))
        if found is None:
            abort(HTTPStatus.NOT_FOUND)
        return Told.of(*found, now)

    def rejects(self, me: Me, import_id: int) -> ResponseReturnValue:
        """Hand out the rows that did not go in, to be mended and imported as they are."""
        now = me.reader.now
        with self._desk.database.writing() as session:
            row = self.there(session, import_id, now).row
            content = self._shelf.read(row.folder, REJECTS)
            if content:
                after = {"file": "rejected rows"}
                note(session, by_user(me.id), "export", What(Thing.IMPORT, import_id, after=after), now)
        if not content:
            flash("The rejected rows are not kept any more. Import the file again to have them.", "bad")
            return redirect(url_for("imports.one", import_id=import_id), HTTPStatus.SEE_OTHER)
        answer = Response(content, content_type=UTF8_CSV)
        answer.headers["Content-Disposition"] = f"attachment; filename=rejected-rows-{import_id}.csv"
        return answer
