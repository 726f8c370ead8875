"""A file comes in: it is kept apart, looked at, and gets a page of its own; nothing is stored yet."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import redirect, request, url_for

from tracker.audit import by_user
from tracker.imports.batches import said
from tracker.imports.draft import Answers, examine, save
from tracker.imports.errors import ImportFailedError
from tracker.imports.history import add_import
from tracker.imports.shelf import CONTACTS, DEALS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import FileStorage

    from tracker.imports.shelf import Shelf
    from tracker.web.imports.history import History
    from tracker.web.imports.runner import Runner
    from tracker.web.imports.sweeping import Sweeping
    from tracker.web.me import Desk, Me

MAX_UPLOAD_MB = 50
"""Some 400,000 deals as a CRM exports them."""
MAX_UPLOAD = MAX_UPLOAD_MB * 1024 * 1024
"""Bytes of all files of one upload together."""


class Upload:
    """Takes files."""

    too_large = (
        f"The files have more than {MAX_UPLOAD_MB} MB together. Export fewer columns or a shorter time, or"
        " let somebody import it at the command line: ringback import FILE"
    )

    def __init__(
        self, desk: Desk, shelf: Shelf, runner: Runner, history: History, sweeping: Sweeping
    ) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._shelf = shelf
        self._runner = runner
        self._history = history
        self._sweeping = sweeping

    def take(self, me: Me) -> ResponseReturnValue:
        """Keep what was uploaded, if it can be read at all."""
        deals, contacts = request.files.get("deals"), request.files.get("contacts")
        if deals is None or not deals.filename:
            return self.refuse(me, "Choose the file with the deals first.")
        now = me.reader.now
        folder = ""
        try:
            folder = self._shelf.new()
            self._sweeping.sweep()
            self._shelf.keep(folder, DEALS, deals.stream)
            if contacts is not None and contacts.filename:
                self._shelf.keep(folder, CONTACTS, contacts.stream)
            draft, ready = examine(self._desk.installation, self._shelf, folder, Answers(), now)
        except ImportFailedError as error:
            self._shelf.drop(folder)
            return self.refuse(me, said(error))
        except OSError as error:
            self._shelf.drop(folder)
            why = f"The file could not be kept here: {error.strerror}. Tell whoever looks after Ringback."
            return self.refuse(me, why, HTTPStatus.INSUFFICIENT_STORAGE)
        save(self._shelf, folder, draft)
        with self._desk.database.writing() as session:
            row = add_import(session, by_user(me.id), _name(deals), now)
            row.folder, row.rows = folder, draft.rows
            import_id = row.id
        if ready is not None:
            self._runner.try_out(folder, draft, ready)
        return redirect(url_for("imports.one", import_id=import_id), HTTPStatus.SEE_OTHER)

    def refuse(
        self, me: Me, why: str, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
    ) -> ResponseReturnValue:
        """Show the form again, with what is wrong beside it."""
        return self._history.page(me, problem=why), status


def _name(file: FileStorage) -> str:
    return (file.filename or "").replace("\\", "/").rpartition("/")[2]
