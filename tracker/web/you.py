"""*You*: a user's own name, zone, hours, deputy, absences and sessions."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, url_for

from tracker.audit import What, by_user, note
from tracker.models import User
from tracker.people.recorded import changing, sign_out_everywhere
from tracker.people.sessions import end, live_sessions
from tracker.web.device import device_name
from tracker.web.edits import HELD, SEEN
from tracker.web.passkeys import GOOD_FOR_S, shelf_of
from tracker.web.person_form import (
    DAYS,
    ZONES,
    deputies_for,
    differing,
    filled_with,
    read_details,
    seen_of,
    typed,
)
from tracker.words import Role, Thing

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from tracker.web.forms import Filled
    from tracker.web.me import Desk, Me


class You:
    """What users say of themselves, and where they are signed in."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me) -> ResponseReturnValue:
        """Show it."""
        return self._page(me)

    def change(self, me: Me) -> ResponseReturnValue:
        """Change it, or show what cannot be with what was typed."""
        form, late = typed(request.form), None
        with self._desk.database.writing() as session:
            user = session.get_one(User, me.id, with_for_update=HELD)
            if request.form.get(SEEN) != seen_of(filled_with(user)):
                late = filled_with(user)
            elif (details := read_details(form, deputies_for(session, me.id))) is not None:
                with changing(session, by_user(me.id), user, me.reader.now):
                    details.give_to(user, by_self=user.role != Role.ADMIN)
        if late or form.problems:
            status = HTTPStatus.CONFLICT if late else HTTPStatus.UNPROCESSABLE_ENTITY
            return self._page(me, form, late), status
        flash("Saved.", "good")
        return redirect(url_for("desk.you"), HTTPStatus.SEE_OTHER)

    def end_session(self, me: Me, session_id: int) -> ResponseReturnValue:
        """End one of one's own sessions; those of others are not there."""
        now = me.reader.now
        with self._desk.database.writing() as session:
            if not end(session, me.id, session_id, now):
                abort(HTTPStatus.NOT_FOUND)
            note(session, by_user(me.id), "end session", What(Thing.SESSION, session_id), now)
        flash("That browser is signed out.", "good")
        return redirect(url_for("desk.you"), HTTPStatus.SEE_OTHER)

    def end_others(self, me: Me) -> ResponseReturnValue:
        """End all of one's own sessions but this."""
        with self._desk.database.writing() as session:
            user = session.get_one(User, me.id)
            sign_out_everywhere(session, by_user(me.id), user, me.reader.now, but=me.session_id)
        flash("You are signed in here only.", "good")
        return redirect(url_for("desk.you"), HTTPStatus.SEE_OTHER)

    def _page(self, me: Me, form: Filled | None = None, late: Filled | None = None) -> str:
        """Show the form as it is now, or as it was typed; `late`: what somebody else saved meanwhile."""
        with self._desk.database.reading() as session:
            user = session.get_one(User, me.id)
            deputies = deputies_for(session, me.id)
            shelf = shelf_of(self._desk, session, me, user)
            sessions = live_sessions(session, me.id, me.reader.now)
        there = filled_with(user)
        return render_template(
            "house/you.html",
            here="desk.you",
            user=user,
            form=form or there,
            seen=request.form.get(SEEN, "") if form and not late else seen_of(late or there),
            now=differing(late, form, {"deputy": dict(deputies), "days": dict(DAYS)})
            if late and form
            else None,
            days=DAYS,
            zones=ZONES,
            deputies=deputies,
            shelf=shelf,
            good_for=GOOD_FOR_S,
            sessions=[(one, device_name(one.user_agent)) for one in sessions],
        )
