"""One import: looked at before anything is stored, watched while it runs, told of afterwards, undone."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import func, select

from tracker.among import among
from tracker.audit import What, by_user, note
from tracker.imports.batches import as_said, said
from tracker.imports.draft import examine, load, save
from tracker.imports.encoding import encoding_name
from tracker.imports.errors import ImportFailedError
from tracker.imports.history import LOST_AFTER, UNDO_KEPT, begin
from tracker.imports.shelf import REJECTS
from tracker.imports.standing import later_imports
from tracker.imports.undo import UndoError, begin_undo
from tracker.models import Deal, Import, ImportStatus, Prospect, User
from tracker.names import name_key
from tracker.owners import NAME_LENGTH
from tracker.people.users import all_users
from tracker.web.imports.answers import FIELDS, ORDERS, filled_with, read_answers
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from tracker.imports.draft import Draft
    from tracker.imports.shelf import Shelf
    from tracker.web.forms import Filled
    from tracker.web.imports.history import History, Told
    from tracker.web.imports.runner import Runner
    from tracker.web.me import Desk, Me

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
FAMILIES = {"pipedrive": "Pipedrive", "hubspot": "HubSpot", "salesforce": "Salesforce"}
CHANGED = (
    "Somebody changed something about this import meanwhile. This is how it stands: look again, then decide."
)
FIRST = "Somebody else was first: this import has begun already."
GONE = "The file is not kept here any more. Discard this import, and upload the file again."
OWNER = "owner-"
"""What fields that put a user behind an owner's name begin with; the number in the draft's list follows."""


class Drafts:
    """The page of one import, and what its buttons do."""

    def __init__(self, desk: Desk, shelf: Shelf, runner: Runner, history: History) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._shelf = shelf
        self._runner = runner
        self._history = history

    def show(self, me: Me, import_id: int) -> ResponseReturnValue:
        """Show how it stands."""
        return self._page(me, import_id)

    def look(self, me: Me, import_id: int) -> ResponseReturnValue:
        """Take answers, and find out anew what the import would come to."""
        told, draft = self._waiting(me, import_id)
        if draft is None:
            return self._page(me, import_id, GONE), HTTPStatus.CONFLICT
        form, answers = read_answers(request.form, draft)
        if request.form.get("seen") != draft.version:
            return self._page(me, import_id, CHANGED, form), HTTPStatus.CONFLICT
        if answers is None:
            return self._page(me, import_id, form=form), HTTPStatus.UNPROCESSABLE_ENTITY
        folder = told.row.folder
        try:
            draft, ready = examine(self._desk.installation, self._shelf, folder, answers, me.reader.now)
        except ImportFailedError as error:
            return self._page(me, import_id, said(error), form), HTTPStatus.UNPROCESSABLE_ENTITY
        save(self._shelf, folder, msgspec.structs.replace(draft, beat_at=me.reader.now))
        if ready is not None:
            self._runner.try_out(folder, draft, ready)
        return self._back(import_id)

    def run(self, me: Me, import_id: int) -> ResponseReturnValue:
        """Store it, once: of two who press the button, one does, and the other is told."""
        told, draft = self._waiting(me, import_id)
        if told.row.status is not ImportStatus.DRAFT:
            return self._page(me, import_id, FIRST), HTTPStatus.CONFLICT
        if draft is None:
            return self._page(me, import_id, GONE), HTTPStatus.CONFLICT
        if draft.trial is None or request.form.get("seen") != draft.version:
            return self._page(me, import_id, CHANGED), HTTPStatus.CONFLICT
        with self._desk.database.writing() as session:
            stamp = begin(session, import_id, by_user(me.id), me.reader.now)
            users = _chosen_users(session, draft)
        if stamp is None:
            return self._page(me, import_id, FIRST), HTTPStatus.CONFLICT
        self._runner.store(import_id, told.row.folder, draft, stamp, users)
        return self._back(import_id)

    def drop(self, me: Me, import_id: int) -> ResponseReturnValue:
        """Forget a file that nothing is stored of."""
        with self._desk.database.writing() as session:
            # Whoever presses Import meanwhile waits, and then finds no draft; or was first, and it runs.
            session.get(Import, import_id, with_for_update=True)
            told = self._history.there(session, import_id, me.reader.now)
            if told.row.status is not ImportStatus.DRAFT:
                flash(FIRST, "bad")
                return self._back(import_id)
            after = {"discarded": told.file_name}
            note(session, by_user(me.id), "end", What(Thing.IMPORT, import_id, after=after), me.reader.now)
            session.delete(told.row)
        self._shelf.drop(told.row.folder)
        flash("The file is gone, and nothing of it was stored.", "good")
        return redirect(url_for("imports.show"), HTTPStatus.SEE_OTHER)

    def undo(self, me: Me, import_id: int) -> ResponseReturnValue:
        """Take it back."""
        with self._desk.database.writing() as session:
            self._history.there(session, import_id, me.reader.now)
            try:
                begin_undo(session, import_id, by_user(me.id), me.reader.now)
            except UndoError as error:
                why = str(error)
            else:
                why = ""
        if why:
            return self._page(me, import_id, why), HTTPStatus.CONFLICT
        self._runner.undo(import_id, by_user(me.id))
        return self._back(import_id)

    def _waiting(self, me: Me, import_id: int) -> tuple[Told, Draft | None]:
        with self._desk.database.reading() as session:
            told = self._history.there(session, import_id, me.reader.now)
        return told, load(self._shelf, told.row.folder)

    @staticmethod
    def _back(import_id: int) -> ResponseReturnValue:
        return redirect(url_for("imports.one", import_id=import_id), HTTPStatus.SEE_OTHER)

    def _page(self, me: Me, import_id: int, problem: str = "", form: Filled | None = None) -> str:
        with self._desk.database.reading() as session:
            told = self._history.there(session, import_id, me.reader.now)
            row = told.row
            is_draft = row.status is ImportStatus.DRAFT
            draft = load(self._shelf, row.folder) if is_draft else None
            named = draft is not None and draft.trial is not None and draft.trial.owners
            users = [user for user in all_users(session) if user.left_at is None] if named else []
            kept = _kept(session, told)
            can_undo = not is_draft and not told.why_not and me.may(Verb.END, Thing.IMPORT)
            later = later_imports(session, row) if can_undo else ()
            undoer = session.scalar(select(User.name).where(User.id == row.undone_by))
        if is_draft and draft is None and not problem:
            problem = GONE
        settings = self._desk.installation.settings
        return render_template(
            "imports/one.html",
            here="imports.show",
            told=told,
            row=row,
            draft=draft,
            is_stuck=_is_stuck(draft, me.reader.now),
            form=form or (filled_with(draft, settings) if draft else None),
            problem=problem,
            users=[(user.id, f"{user.name}, {user.email}") for user in users],
            fields=FIELDS,
            orders=ORDERS,
            words=_words(draft),
            kept=kept,
            later=later,
            undoer=undoer,
            has_rejects=self._shelf.has(row.folder, REJECTS),
            days=UNDO_KEPT.days,
        )


def _is_stuck(draft: Draft | None, now: datetime) -> bool:
    """Whether a trial was begun by a process that is gone."""
    if draft is None or not draft.is_checking:
        return False
    return draft.beat_at is not None and now - draft.beat_at > LOST_AFTER


def _words(draft: Draft | None) -> Mapping[str, Any]:
    if draft is None:
        return {}
    family = FAMILIES.get(draft.family)
    return {
        "family": f"an export of {family}" if family else "a list of your own",
        "encoding": encoding_name(draft.encoding),
        "warnings": [as_said(warning) for warning in draft.warnings],
        "delimiter": DELIMITERS.get(draft.delimiter, draft.delimiter),
    }


def _chosen_users(session: Session, draft: Draft) -> dict[str, int]:
    """Give who was chosen for owners' names, as far as they are here."""
    here = set(session.scalars(select(User.id).where(User.left_at.is_(None))))
    chosen: dict[str, int] = {}
    for place, name in enumerate(draft.trial.owners if draft.trial else ()):
        user_id = request.form.get(f"{OWNER}{place}", type=int)
        if user_id in here:
            chosen[name_key(name, NAME_LENGTH)] = user_id
    return chosen


def _kept(session: Session, told: Told) -> list[dict[str, Any]]:
    """Give the first of what stayed when it was undone, by the names of today."""
    if told.undone is None or not told.undone.first_kept:
        return []
    ids = {kind: [row for of, row, _ in told.undone.first_kept if of == kind] for kind in ("deal", "person")}
    known_by = func.coalesce(func.nullif(Prospect.name, ""), Prospect.email, "")
    found = session.execute(select(Prospect.id, known_by).where(among(Prospect.id, ids["person"])))
    people: dict[int, str] = {row: name or "" for row, name in found}
    found = session.execute(select(Deal.id, Deal.title).where(among(Deal.id, ids["deal"])))
    deals: dict[int, str] = {row: title or "" for row, title in found}
    names = {"deal": deals, "person": people}
    return [
        {"kind": kind, "id": row, "name": names[kind][row] or "without a name", "why": why}
        for kind, row, why in told.undone.first_kept
        if row in names[kind]
    ]
