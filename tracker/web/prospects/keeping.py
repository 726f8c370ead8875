"""Filters kept under a name: kept from the list, renamed, changed to what the list shows, and deleted."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import abort, flash, redirect, render_template, request, url_for

from tracker.models import Segment
from tracker.segments.saved import (
    ChangedMeanwhileError,
    change,
    end,
    keep,
    may_change,
    read_segment_name,
    said_by,
    segment_in_reach,
)
from tracker.web.again import looking_again
from tracker.web.forms import Filled
from tracker.web.prospects import wanted as words
from tracker.web.prospects.asked import REFUSED, said_here, segment_here
from tracker.web.prospects.list import Prospects
from tracker.web.prospects.names import load_names
from tracker.web.prospects.part import Part
from tracker.web.rooms import ANY_ID, Page
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from tracker.people.scope import Scope
    from tracker.segments.said import Said
    from tracker.web.me import Desk, Me

ONE = f"/prospects/segments/<{ANY_ID}:segment_id>"
SHARED = "yes"


def open_part(desk: Desk) -> Part:
    """Give the pages of segments."""
    keeping = Keeping(desk)
    return Part(
        (Page(ONE, "segment", Verb.CHANGE, Thing.SEGMENT, keeping.one),),
        (
            Page("/prospects/segments", "keep", Verb.ADD, Thing.SEGMENT, keeping.keep),
            Page(ONE, "change_segment", Verb.CHANGE, Thing.SEGMENT, keeping.change),
            Page(f"{ONE}/filter", "refilter_segment", Verb.CHANGE, Thing.SEGMENT, keeping.refilter),
            Page(f"{ONE}/end", "end_segment", Verb.END, Thing.SEGMENT, keeping.end),
        ),
    )


class Keeping:
    """The pages of segments."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._list = Prospects(desk)

    @looking_again
    def keep(self, me: Me) -> ResponseReturnValue:
        """Keep what the list shows under a name."""
        said = said_here()
        if not said.is_clear:
            return _refused(said, segment_here())
        wanted = said.wanted
        form = Filled.of(request.form, "name", several=("shared",))
        if (name := form.take("name", read_segment_name)) is not None:
            with self._desk.database.writing() as session:
                shared = SHARED in form.chosen["shared"]
                kept = form.check(
                    "name",
                    lambda: keep(session, self._scope(me), name, wanted, me.reader.now, shared=shared),
                )
            if kept is not None:
                flash(f"{kept.name} is kept: you find it above the list.", "good")
                return _to(kept)
        return self._list.page(me, said, saving=form), HTTPStatus.UNPROCESSABLE_ENTITY

    def one(self, me: Me, segment_id: int) -> ResponseReturnValue:
        """Show what it is called and whom it looks for."""
        with self._desk.database.reading() as session:
            segment = self._there(session, me, segment_id)
        form = Filled({"name": segment.name}, {"shared": [SHARED] if segment.shared else []})
        return self._page(me, segment, form)

    @looking_again
    def change(self, me: Me, segment_id: int) -> ResponseReturnValue:
        """Rename it, share it or stop sharing it."""
        form = Filled.of(request.form, "name", several=("shared",))
        name = form.take("name", read_segment_name)
        new: dict[str, Any] = {"name": name, "shared": SHARED in form.chosen["shared"]}
        with self._desk.database.writing() as session:
            segment = self._there(session, me, segment_id, hold=True)
            is_changed = name is not None and self._changed(session, me, segment, form, new)
        if not is_changed:
            is_late = not form.problems
            page = self._page(me, segment, form, is_late=is_late)
            return page, HTTPStatus.CONFLICT if is_late else HTTPStatus.UNPROCESSABLE_ENTITY
        flash("Saved.", "good")
        return _to(segment)

    def refilter(self, me: Me, segment_id: int) -> ResponseReturnValue:
        """Let it look for what the list shows."""
        said = said_here()
        if not said.is_clear:
            return _refused(said, segment_id)
        form = Filled({"name": ""})
        with self._desk.database.writing() as session:
            segment = self._there(session, me, segment_id, hold=True)
            form.values["name"], form.chosen["shared"] = segment.name, [SHARED] if segment.shared else []
            is_changed = self._changed(session, me, segment, form, {"filter": said.values()})
        if not is_changed:
            return self._page(me, segment, form, is_late=True), HTTPStatus.CONFLICT
        flash(f"{segment.name} looks for this now.", "good")
        return _to(segment)

    def end(self, me: Me, segment_id: int) -> ResponseReturnValue:
        """Delete it."""
        with self._desk.database.writing() as session:
            segment = self._there(session, me, segment_id, hold=True)
            end(session, self._scope(me), segment, me.reader.now)
        flash(f"{segment.name} is deleted. The prospects stay as they are.", "good")
        return redirect(url_for("prospects.show"), HTTPStatus.SEE_OTHER)

    def _changed(self, session: Session, me: Me, segment: Segment, form: Filled, new: dict[str, Any]) -> bool:
        seen = request.form.get("seen", type=int) or 0

        def work() -> bool:
            change(session, self._scope(me), segment, seen, new, me.reader.now)
            return True

        try:
            return form.check("name", work) or False
        except ChangedMeanwhileError:
            return False

    def _scope(self, me: Me) -> Scope:
        return self._desk.scope(me, Verb.CHANGE, Thing.SEGMENT)

    def _there(self, session: Session, me: Me, segment_id: int, *, hold: bool = False) -> Segment:
        segment = segment_in_reach(
            session, segment_id, self._desk.scope(me, Verb.SEE, Thing.SEGMENT), hold=hold
        )
        if segment is None and request.method == "POST" and session.get(Segment, segment_id) is None:
            flash("That segment is gone already. The prospects stay as they are.", "bad")
            abort(redirect(url_for("prospects.show"), HTTPStatus.SEE_OTHER))
        if segment is None:
            abort(HTTPStatus.NOT_FOUND)
        if not may_change(segment, self._scope(me)):
            abort(HTTPStatus.FORBIDDEN)
        return segment

    def _page(self, me: Me, segment: Segment, form: Filled, *, is_late: bool = False) -> str:
        with self._desk.database.reading() as session:
            said = said_by(segment)
            names = load_names(session, self._desk.scope(me, Verb.SEE, Thing.PROSPECT), said.wanted)
        return render_template(
            "prospects/segment.html",
            segment=segment,
            form=form,
            is_late=is_late,
            parts=words.in_words(said, names, me.reader),
            list_url=words.list_address(said.values(), segment.id),
            may_share=self._scope(me).is_all,
            here="prospects.show",
        )


def _to(segment: Segment) -> ResponseReturnValue:
    return redirect(words.list_address(said_by(segment).values(), segment.id), HTTPStatus.SEE_OTHER)


def _refused(said: Said, segment_id: int | None) -> ResponseReturnValue:
    flash(REFUSED, "bad")
    return redirect(words.list_address(said.values(), segment_id), HTTPStatus.SEE_OTHER)
