"""Who reads a page: the signed-in user of a request, found once, and what their role may do."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import g, request, session
from sqlalchemy.exc import OperationalError

from tracker.people.rights import Reach, may, reach
from tracker.people.scope import Scope, nothing_given
from tracker.people.sessions import find, seen
from tracker.people.strong import Strength
from tracker.web.reader import Reader, locale_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tracker.installation import Installation
    from tracker.people.scope import GivenAt
    from tracker.people.sessions import SignedIn
    from tracker.words import Role, Thing, Verb, WayIn

KEY = "key"
"""Under this name the cookie carries a session's key."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Me:
    """The user who is signed in."""

    id: int
    name: str
    role: Role
    team_id: int | None
    session_id: int
    reader: Reader
    way: WayIn
    """How they signed in."""
    is_fresh: bool
    """Whether they did so just now: then they may add and remove ways to sign in."""

    def may(self, verb: Verb, thing: Thing) -> bool:
        """Whether this user's role may do that at all."""
        return may(self.role, verb, thing)

    def reach(self, verb: Verb, thing: Thing) -> Reach:
        """Say how far their right goes."""
        return reach(self.role, verb, thing)


class Desk:
    """What every page of those who sign in works with."""

    def __init__(
        self, installation: Installation, clock: Callable[[], datetime], given: GivenAt = nothing_given
    ) -> None:
        """Take the installation, the clock (aware UTC), and who was given to whom."""
        self.installation = installation
        self.database = installation.database
        self.clock = clock
        self.strength = Strength.of(installation.settings)
        self._given = given

    def scope(self, me: Me, verb: Verb, thing: Thing) -> Scope:
        """Give the conditions for what this user may do that to."""
        now = me.reader.now
        return Scope(me.reach(verb, thing), me.id, me.team_id, lambda users: self._given(users, now))

    def me(self) -> Me | None:
        """Give who is signed in, by a way that is enough here, or None. Asks the database once in a request.

        Raises:
            sqlalchemy.exc.OperationalError: the database is away.

        """
        found = self.present()
        return found if found is not None and self.strength.is_enough(found.way) else None

    def present(self) -> Me | None:
        """Give who is signed in by any way: by one that is not enough they may only add a passkey.

        Raises:
            sqlalchemy.exc.OperationalError: the database is away.

        """
        if "me" not in g:
            g.me = self._find()
        found: Me | None = g.me
        return found

    def _find(self) -> Me | None:
        key = session.get(KEY)
        if not isinstance(key, str):
            return None
        now = self.clock()
        with self.database.reading() as reading:
            found = find(reading, key, now)
        if found is None:
            return None
        if found.is_stale:
            self._see(found, now)
        user = found.user
        reader = Reader.of(user.time_zone, now, locale_of(request.accept_languages.values()))
        return Me(
            user.id,
            user.name,
            user.role,
            user.team_id,
            found.session_id,
            reader,
            found.way,
            found.is_fresh(now),
        )

    def _see(self, found: SignedIn, now: datetime) -> None:
        """Write down when they were last seen; nobody is kept out because that cannot be written."""
        try:
            with self.database.writing() as writing:
                seen(writing, found.session_id, now)
        except OperationalError:
            log.warning("when a session was last seen is not written down: the database is busy")
