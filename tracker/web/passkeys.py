"""Passkeys on the pages: signing in by one, adding the first where one is required, and those on *You*."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, session, url_for

from tracker.models import User
from tracker.people.challenges import CHALLENGE_AGE
from tracker.people.own_passkeys import (
    Answer,
    PasskeyNameError,
    add_passkey,
    new_question,
    read_passkey_name,
    remove_passkey,
    rename_passkey,
)
from tracker.people.passkeys import Lock, PasskeyRefusal, passkeys_of
from tracker.people.sessions import end
from tracker.ways_in import party_of
from tracker.web.device import device_name
from tracker.web.entering import want
from tracker.web.me import KEY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from tracker.models import Passkey
    from tracker.web.me import Desk, Me

SIGN_IN_AGAIN = "To add or remove a passkey, sign in again first: it must be sure that it is still you."
NOT_ADDED: Mapping[PasskeyRefusal, str] = MappingProxyType(
    {
        PasskeyRefusal.STALE: "This page was out of date, so nothing was added. Press the button once more.",
        PasskeyRefusal.WRONG: "What your device sent could not be checked, so nothing was added. Try again.",
        PasskeyRefusal.KNOWN: "That passkey is on record already, so nothing was added.",
        PasskeyRefusal.FULL: "You have as many passkeys as there can be: remove one that you do not use.",
    }
)
GOOD_FOR_S = round(CHALLENGE_AGE.total_seconds()) - 30
"""After so long the browser loads the page anew before it asks for a passkey; the rest is for the asking."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Somebody's passkeys, and what a browser is asked to make another."""

    passkeys: Sequence[Passkey]
    question: str
    """As JSON; empty: none can be added now."""
    name: str
    """What a new one is called unless they say otherwise."""
    is_possible: bool
    """Whether browsers allow passkeys at our address."""
    is_fresh: bool
    """Whether they signed in just now, so that they may add and remove."""


def lock_of(desk: Desk) -> Lock | None:
    """Give what passkeys are checked with; None where there can be none."""
    party = party_of(desk.installation.settings.base_url)
    return None if party is None else Lock(desk.installation.signer, party)


def shelf_of(desk: Desk, reading: Session, me: Me, user: User) -> Shelf:
    """Give what the pages show of somebody's own passkeys."""
    lock = lock_of(desk)
    may_add = lock is not None and me.is_fresh
    return Shelf(
        passkeys_of(reading, me.id),
        new_question(reading, lock, user, session[KEY], me.reader.now) if lock and may_add else "",
        device_name(request.headers.get("User-Agent", "")),
        lock is not None,
        me.is_fresh,
    )


def keep_new(desk: Desk, writing: Session, me: Me) -> Passkey | str:
    """Keep the passkey that a form brings; a sentence where it cannot be."""
    lock = lock_of(desk)
    if lock is None:
        abort(HTTPStatus.NOT_FOUND)
    if not me.is_fresh:
        return SIGN_IN_AGAIN
    try:
        name = read_passkey_name(request.form.get("passkey_name", ""))
    except PasskeyNameError as error:
        return f"{error}."
    answer = Answer(request.form.get("answer", ""), session[KEY], name)
    made = add_passkey(writing, lock, writing.get_one(User, me.id), answer, me.reader.now)
    return NOT_ADDED[made] if isinstance(made, PasskeyRefusal) else made


class OwnPasskeys:
    """What users do with theirs on *You*."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def add(self, me: Me) -> ResponseReturnValue:
        """Add one."""
        with self._desk.database.writing() as writing:
            made = keep_new(self._desk, writing, me)
        if isinstance(made, str):
            return _back(made, "bad")
        return _back(f"Added {made.name}: from now on you can sign in with it.", "good")

    def rename(self, me: Me, passkey_id: int) -> ResponseReturnValue:
        """Call one something else."""
        try:
            name = read_passkey_name(request.form.get("passkey_name", ""))
        except PasskeyNameError as error:
            return _back(f"{error}.", "bad")
        with self._desk.database.writing() as writing:
            if not rename_passkey(writing, me.id, passkey_id, name, me.reader.now):
                abort(HTTPStatus.NOT_FOUND)
        return _back("Saved.", "good")

    def remove(self, me: Me, passkey_id: int) -> ResponseReturnValue:
        """Have one open nothing any more."""
        if not me.is_fresh:
            return _back(SIGN_IN_AGAIN, "bad")
        with self._desk.database.writing() as writing:
            if not remove_passkey(writing, me.id, passkey_id, me.reader.now):
                abort(HTTPStatus.NOT_FOUND)
        return _back("That passkey opens nothing any more. Delete it on your device, too.", "good")

    def again(self, me: Me) -> ResponseReturnValue:
        """Sign out, to sign in again and come back here."""
        with self._desk.database.writing() as writing:
            end(writing, me.id, me.session_id, me.reader.now)
        session.clear()
        want("desk.you")
        return redirect(url_for("door.sign_in"), HTTPStatus.SEE_OTHER)


def _back(sentence: str, kind: str) -> ResponseReturnValue:
    flash(sentence, kind)
    return redirect(url_for("desk.you", _anchor="passkeys"), HTTPStatus.SEE_OTHER)


def enrol_page(shelf: Shelf, me: Me, trouble: str, status: HTTPStatus) -> ResponseReturnValue:
    """Show the page on which the first passkey is added."""
    page = render_template(
        "house/enrol.html", shelf=shelf, name=me.name, trouble=trouble, good_for=GOOD_FOR_S
    )
    return page, status
