"""The first admin: made by a one-time address that the terminal shows while there is none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.audit import SYSTEM, What, by_user, note
from tracker.errors import PlainError
from tracker.models import User
from tracker.names import email_key
from tracker.people.recorded import added, changing
from tracker.people.sessions import start
from tracker.people.sign_in import Entered
from tracker.people.users import UserWishes, add_user
from tracker.signing import ExpiredSignatureError, Purpose, SignatureError, new_key
from tracker.words import Role, Thing, WayIn

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.signing import Signer

ADDRESS_AGE = timedelta(hours=1)
"""How long the address is good: whoever started Ringback is at the terminal, logs are read for longer."""
ONE_AT_A_TIME = 5_270_102
"""The advisory lock of whoever becomes the first admin: a second one waits, and finds that there is one."""


class TooLateError(PlainError):
    """There is an admin already, or the address is too old or none of ours."""


def has_admin(session: Session) -> bool:
    """Whether somebody who is here is an admin."""
    return count_admins(session) > 0


def count_admins(session: Session) -> int:
    """Count the admins who are here."""
    return session.scalar(select(func.count()).where(User.role == Role.ADMIN, User.left_at.is_(None))) or 0


def first_address(signer: Signer, base_url: str, now: datetime) -> str:
    """Write the address that makes the first admin."""
    return f"{base_url}/first-admin/{signer.sign(Purpose.FIRST_ADMIN, new_key(), now)}"


def require_open(session: Session, signer: Signer, signed: str, now: datetime) -> None:
    """Make sure that the address may make the first admin now.

    Raises:
        TooLateError: it may not.

    """
    try:
        signer.verify(Purpose.FIRST_ADMIN, signed, now, ADDRESS_AGE)
    except ExpiredSignatureError as error:
        msg = "This address has expired: it works for an hour. Run “ringback user list” for a new one."
        raise TooLateError(msg) from error
    except SignatureError as error:
        msg = "This address opens nothing: copy all of it from the terminal."
        raise TooLateError(msg) from error
    if has_admin(session):
        msg = "There is an admin already, so this address makes no other. Admins add users on the page Users."
        raise TooLateError(msg)


def make_first_admin(
    session: Session, signer: Signer, signed: str, person: tuple[str, str, str], now: datetime, *, agent: str
) -> Entered:
    """Make the first admin of a name, mail address and time zone, and sign them in.

    A user who is here under that address becomes it.

    Raises:
        TooLateError: somebody else was faster, or the address is no good (any more).
        tracker.people.users.PeopleError: name, address or zone cannot be.

    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    require_open(session, signer, signed, now)
    name, email, time_zone = person
    user = session.scalar(select(User).where(func.lower(User.email) == email_key(email)))
    if user is None:
        user = add_user(session, name, email, UserWishes(role=Role.ADMIN, time_zone=time_zone)).user
        added(session, SYSTEM, user, now)
    else:
        with changing(session, SYSTEM, user, now):
            user.name, user.role, user.time_zone, user.left_at = name, Role.ADMIN, time_zone, None
            session.flush()
    key, session_id = start(session, user, agent, now, WayIn.TERMINAL)
    what = What(Thing.SESSION, session_id, after={"by": str(WayIn.TERMINAL)})
    note(session, by_user(user.id), "sign in", what, now)
    return Entered(key, user, WayIn.TERMINAL)
