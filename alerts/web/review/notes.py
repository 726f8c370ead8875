"""Notes and decisions of a session: add, change, done, take back."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for

from alerts.review import notes
from alerts.review.notes import StaleNoteError
from alerts.web.review.form import filled, read
from tracker.calendar_month import Month
from tracker.web.edits import SEEN, seen_version
from tracker.words import Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from alerts.models import ReviewNote
    from alerts.web.review.show import Circle, ReviewPage
    from tracker.web.forms import Filled
    from tracker.web.me import Me

MEANWHILE = "Somebody else changed this meanwhile. Below is what you wrote; above it, what is there now."
ELSEWHERE = "Somebody else changed this meanwhile, so nothing was done: look at it again."


class NotePages:
    """The views."""

    def __init__(self, page: ReviewPage) -> None:
        """Take the page on which notes stand."""
        self._page = page
        self._database = page.desk.database

    def add(self, me: Me, month: str) -> ResponseReturnValue:
        """Write one down."""
        of = self._page.month(me, month)
        with self._database.writing() as session:
            form, draft = read(request.form, self._page.reach(session, me, Verb.ADD))
            if draft is not None:
                notes.add(session, of, draft, me.id, me.reader.now)
        if draft is None:
            return self._page.page(me, of, form), HTTPStatus.UNPROCESSABLE_ENTITY
        flash("Written down.", "good")
        return _back(of)

    def one(self, me: Me, note_id: int) -> ResponseReturnValue:
        """Show one, to be changed."""
        with self._database.reading() as session:
            reach = self._page.reach(session, me, Verb.CHANGE)
            row = _found(session, note_id, reach)
            return _form(row, reach, filled(row), row.version)

    def change(self, me: Me, note_id: int) -> ResponseReturnValue:
        """Write it anew."""
        with self._database.writing() as session:
            reach = self._page.reach(session, me, Verb.CHANGE)
            row = _found(session, note_id, reach, hold=True)
            form, draft = read(request.form, reach, row)
            if draft is None:
                return _form(row, reach, form, seen_version()), HTTPStatus.UNPROCESSABLE_ENTITY
            try:
                differs = notes.change(session, row, draft, seen_version(), me.id, me.reader.now)
            except StaleNoteError:
                page = _form(row, reach, form, row.version, MEANWHILE)
                return page, HTTPStatus.CONFLICT
            month = Month.of(row.month)
        flash("Saved." if differs else "Nothing was changed.", "good")
        return _back(month)

    def done(self, me: Me, note_id: int) -> ResponseReturnValue:
        """Mark a decision as done."""
        return self._mark(me, note_id, done=True)

    def open(self, me: Me, note_id: int) -> ResponseReturnValue:
        """Take that mark away."""
        return self._mark(me, note_id, done=False)

    def end(self, me: Me, note_id: int) -> ResponseReturnValue:
        """Take it back."""
        with self._database.writing() as session:
            row = _found(session, note_id, self._page.reach(session, me, Verb.END), hold=True)
            month = Month.of(row.month)
            try:
                notes.end(session, row, seen_version(), me.id, me.reader.now)
            except StaleNoteError:
                session.rollback()
                return self._page.page(me, self._shown(me, month), told=ELSEWHERE), HTTPStatus.CONFLICT
        flash("Taken back.", "good")
        return _back(month)

    def _mark(self, me: Me, note_id: int, *, done: bool) -> ResponseReturnValue:
        with self._database.writing() as session:
            row = _found(session, note_id, self._page.reach(session, me, Verb.CHANGE), hold=True)
            try:
                notes.mark(session, row, seen_version(), me.id, me.reader.now, done=done)
            except StaleNoteError:
                month = Month.of(row.month)
                session.rollback()
                return self._page.page(me, self._shown(me, month), told=ELSEWHERE), HTTPStatus.CONFLICT
            month = self._shown(me, Month.of(row.month))
        flash("Marked as done." if done else "Open again.", "good")
        return _back(month)

    def _shown(self, me: Me, month: Month) -> Month:
        """Give the month on whose page the button was pressed; the note's own where that is nonsense."""
        shown = Month.read(request.form.get("shown", ""))
        return shown if shown is not None and shown <= Month.of(me.reader.today) else month


def _found(session: Session, note_id: int, reach: Circle, *, hold: bool = False) -> ReviewNote:
    row = notes.one(session, note_id, reach.whose, hold=hold)
    if row is None:
        abort(HTTPStatus.NOT_FOUND)
    return row


def _form(row: ReviewNote, reach: Circle, form: Filled, version: int, told: str = "") -> str:
    return render_template(
        "review/note.html",
        row=row,
        month=Month.of(row.month),
        reach=reach,
        form=form,
        seen=(SEEN, version),
        told=told,
    )


def _back(month: Month) -> ResponseReturnValue:
    return redirect(url_for("review.month", month=month.slug, _anchor="session"), HTTPStatus.SEE_OTHER)
