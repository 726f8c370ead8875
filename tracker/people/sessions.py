"""Who is signed in: a row for each browser, found by the hash of the random key that the browser carries."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, delete, select, update

from tracker.models import User, UserSession
from tracker.words import WayIn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

LIFE = timedelta(days=30)
"""After so long a user signs in anew, however often they come: a month of work days by one mailed link."""
IDLE_LIFE = timedelta(days=7)
"""A session that nobody used for so long has ended: a phone in a drawer; a week away is signed in anew."""
FRESH = timedelta(minutes=10)
"""After so long a session alone adds or takes away no way to sign in: the user signs in anew before."""
SEEN_EVERY = timedelta(minutes=5)
"""How exactly *last seen* is kept: pages are read far more often than it is looked at."""
KEPT = timedelta(days=90)
"""Rows of sessions that are over are deleted so long after they were last seen; the audit log stays."""
KEY_BYTES = 32
USER_AGENT_LENGTH = 512


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user, as a request of theirs knows them."""

    user: User
    session_id: int
    way: WayIn
    started_at: datetime
    is_stale: bool
    """Whether *last seen* is to be written anew."""

    def is_fresh(self, now: datetime) -> bool:
        """Whether they signed in a moment ago, and not some days: it is still them."""
        return now - self.started_at <= FRESH


def new_secret() -> str:
    """Make what a browser carries and nobody guesses: 256 bits."""
    return secrets.token_urlsafe(KEY_BYTES)


def hashed(secret: str) -> str:
    """Give what is stored of a secret; it is random, so that a plain hash tells nobody what it was."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def start(
    session: Session, user: User, user_agent: str, now: datetime, way: WayIn = WayIn.MAIL
) -> tuple[str, int]:
    """Sign a user in; gives the key for their browser, always a new one, and the session's id."""
    session.execute(
        delete(UserSession).where(UserSession.user_id == user.id, UserSession.last_seen_at < now - KEPT)
    )
    key = new_secret()
    row = UserSession(
        key_hash=hashed(key),
        user_id=user.id,
        started_at=now,
        last_seen_at=now,
        user_agent=user_agent[:USER_AGENT_LENGTH],
        way=way,
    )
    session.add(row)
    session.flush()
    return key, row.id


def find(session: Session, key: str, now: datetime) -> SignedIn | None:
    """Find who carries this key; None where it is no key, or its session is over, or its user left."""
    found = session.execute(
        select(User, UserSession)
        .join(UserSession, UserSession.user_id == User.id)
        .where(UserSession.key_hash == hashed(key), User.left_at.is_(None), _is_live(now))
    ).first()
    if found is None:
        return None
    user, row = found
    return SignedIn(user, row.id, row.way, row.started_at, now - row.last_seen_at >= SEEN_EVERY)


def seen(session: Session, session_id: int, now: datetime) -> None:
    """Write down that a session is in use."""
    session.execute(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.last_seen_at < now)
        .values(last_seen_at=now)
    )


def live_sessions(session: Session, user_id: int, now: datetime) -> Sequence[UserSession]:
    """Give the browsers in which a user is signed in, the latest first."""
    return session.scalars(
        select(UserSession)
        .where(UserSession.user_id == user_id, _is_live(now))
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    ).all()


def end(session: Session, user_id: int, session_id: int, now: datetime) -> bool:
    """End one session of a user; gives whether there was one to end."""
    return _end(session, and_(UserSession.user_id == user_id, UserSession.id == session_id), now) > 0


def end_all(session: Session, user_id: int, now: datetime, but: int | None = None) -> int:
    """End all sessions of a user, `but` one if they keep it; gives how many were ended."""
    which = UserSession.user_id == user_id
    return _end(session, which if but is None else and_(which, UserSession.id != but), now)


def _end(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    ended = session.scalars(
        update(UserSession)
        .where(which, _is_live(now))
        .values(ended_at=now)
        .returning(UserSession.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(ended)


def _is_live(now: datetime) -> ColumnElement[bool]:
    return and_(
        UserSession.ended_at.is_(None),
        UserSession.started_at > now - LIFE,
        UserSession.last_seen_at > now - IDLE_LIFE,
    )
