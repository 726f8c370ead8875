"""The page behind the one-time address of the terminal: it makes the first admin, and signs them in."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request

from tracker.people.details import read_name, read_zone
from tracker.people.first_admin import TooLateError, make_first_admin, require_open
from tracker.web.entering import want, welcome
from tracker.web.forms import Filled, read_email
from tracker.web.person_form import ZONES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from tracker.web.me import Desk


class FirstAdmin:
    """Shows and takes the form."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._signer = desk.installation.signer

    def show(self, signed: str) -> ResponseReturnValue:
        """Ask who the first admin is."""
        try:
            with self._desk.database.reading() as session:
                require_open(session, self._signer, signed, self._desk.clock())
        except TooLateError as error:
            return _too_late(error)
        zone = self._desk.installation.settings.time_zone
        return _page(signed, Filled({"name": "", "email": "", "time_zone": zone}))

    def make(self, signed: str) -> ResponseReturnValue:
        """Make them, unless somebody was faster."""
        form = Filled.of(request.form, "name", "email", "time_zone")
        name, email = form.take("name", read_name), form.take("email", read_email)
        zone = form.take("time_zone", read_zone)
        if name is None or email is None or zone is None:
            return _page(signed, form), HTTPStatus.UNPROCESSABLE_ENTITY
        agent = request.headers.get("User-Agent", "")
        try:
            with self._desk.database.writing() as session:
                person = (name, email, zone)
                entered = make_first_admin(
                    session, self._signer, signed, person, self._desk.clock(), agent=agent
                )
        except TooLateError as error:
            return _too_late(error)
        want("desk.users")
        page = welcome(entered, self._desk.strength)
        flash(f"Welcome, {entered.user.name}. You are the admin: add your colleagues under Users.", "good")
        return redirect(page, HTTPStatus.SEE_OTHER)


def _page(signed: str, form: Filled) -> str:
    return render_template("house/first_admin.html", signed=signed, form=form, zones=ZONES)


def _too_late(error: TooLateError) -> ResponseReturnValue:
    page = render_template("house/refused.html", heading="No first admin is made here", advice=str(error))
    return page, HTTPStatus.GONE
