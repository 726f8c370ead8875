"""Through the door by a passkey, and adding the first where one is required."""

from __future__ import annotations

from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING

from flask import redirect, request, url_for

from tracker.audit import What, by_user, note
from tracker.ingest.limits import RateLimit, network_of
from tracker.models import User
from tracker.people.passkeys import PasskeyRefusal, enter_by_passkey
from tracker.people.sessions import start
from tracker.people.sign_in import Entered
from tracker.web.entering import browser_secret, leave_old, let_in
from tracker.web.passkeys import enrol_page, keep_new, lock_of, shelf_of
from tracker.words import Thing, WayIn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue

    from tracker.web.me import Desk, Me

TRIES_PER_ADDRESS = 60
"""Answers of passkeys a minute from one address, to one process: an office may come to work behind one."""
AGAIN = "Press “Use a passkey” once more."
OF_ANOTHER = (
    "This passkey opens nothing here: it was removed, or is of another Ringback. Sign in another way."
)
COPIED = (
    "This passkey has counted fewer uses than before, as a copy of it would: it does not let you in. Sign in"
    " another way, remove it under your name, and add a new one. If you have no other way, ask an admin."
)
NOT_IN: Mapping[PasskeyRefusal, tuple[HTTPStatus, str]] = MappingProxyType(
    {
        PasskeyRefusal.STALE: (
            HTTPStatus.BAD_REQUEST,
            f"This page was out of date, so nobody was signed in. {AGAIN}",
        ),
        PasskeyRefusal.UNKNOWN: (HTTPStatus.FORBIDDEN, OF_ANOTHER),
        PasskeyRefusal.WRONG: (
            HTTPStatus.FORBIDDEN,
            f"What your passkey answered could not be checked. {AGAIN}",
        ),
        PasskeyRefusal.COPIED: (HTTPStatus.FORBIDDEN, COPIED),
    }
)
TOO_OFTEN = "There were too many tries from your network. Wait a minute, then try again."


class PasskeyDoor:
    """The pages for those who come with a passkey, or for one."""

    def __init__(self, desk: Desk, form: Callable[..., ResponseReturnValue]) -> None:
        """Take what pages work with, and how to show the form."""
        self._desk = desk
        self._form = form
        self._limit = RateLimit(TRIES_PER_ADDRESS)

    def use(self) -> ResponseReturnValue:
        """Sign in whose passkey answered."""
        desk, lock = self._desk, lock_of(self._desk)
        if lock is None:
            return redirect(url_for("door.sign_in"), HTTPStatus.SEE_OTHER)
        if not self._limit.admits(network_of(request.remote_addr or "")):
            return self._form(trouble=TOO_OFTEN, status=HTTPStatus.TOO_MANY_REQUESTS)
        answer, agent = request.form.get("answer", ""), request.headers.get("User-Agent", "")
        with desk.database.writing() as writing:
            entered = enter_by_passkey(writing, lock, answer, browser_secret(), agent, desk.clock())
            if isinstance(entered, Entered):
                leave_old(writing, desk)
        if isinstance(entered, Entered):
            return let_in(entered, desk.strength)
        if desk.me() is not None:  # two tabs: the button is pressed in both
            return redirect(url_for("door.home"), HTTPStatus.SEE_OTHER)
        status, trouble = NOT_IN[entered]
        return self._form(trouble=trouble, status=status)

    def enrol(self) -> ResponseReturnValue:
        """Show how to add the passkey without which nobody gets further."""
        me = self._newcomer()
        if me is None:
            return redirect(url_for("door.sign_in"), HTTPStatus.SEE_OTHER)
        return self._enrol_page(me)

    def enrolled(self) -> ResponseReturnValue:
        """Keep the passkey, and let its user in: they have just shown that they hold it."""
        desk, me = self._desk, self._newcomer()
        if me is None:
            return redirect(url_for("door.sign_in"), HTTPStatus.SEE_OTHER)
        now, agent = me.reader.now, request.headers.get("User-Agent", "")
        with desk.database.writing() as writing:
            made = keep_new(desk, writing, me)
            if not isinstance(made, str):
                user = writing.get_one(User, me.id)
                leave_old(writing, desk)
                key, session_id = start(writing, user, agent, now, WayIn.PASSKEY)
                what = What(Thing.SESSION, session_id, after={"by": "passkey", "passkey": made.name})
                note(writing, by_user(me.id), "sign in", what, now)
                entered = Entered(key, user, WayIn.PASSKEY)
                return let_in(entered, desk.strength)
        return self._enrol_page(me, made, HTTPStatus.UNPROCESSABLE_ENTITY)

    def _newcomer(self) -> Me | None:
        """Give who is signed in by a way that is not enough, and may add a passkey."""
        desk, me = self._desk, self._desk.present()
        if me is None or desk.me() is not None or lock_of(desk) is None:
            return None
        with desk.database.reading() as reading:
            return me if desk.strength.may_enrol(reading, me.id, me.way) else None

    def _enrol_page(
        self, me: Me, trouble: str = "", status: HTTPStatus = HTTPStatus.OK
    ) -> ResponseReturnValue:
        with self._desk.database.reading() as reading:
            shelf = shelf_of(self._desk, reading, me, reading.get_one(User, me.id))
            return enrol_page(shelf, me, trouble, status)
