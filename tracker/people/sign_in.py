"""Sign-in by a mailed link (S8): asked for in a browser, opened in the same one, used once, within minutes.

What is used once is the id inside the signed text, never its spelling (S2). Looking at a link changes
nothing, so a mail scanner may open it as often as it likes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hmac import compare_digest
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from tracker.audit import SYSTEM, What, by_user, note
from tracker.models import SignInLink, User
from tracker.models.desk import KEY_LENGTH
from tracker.names import email_key
from tracker.people.sessions import hashed, start
from tracker.people.strong import ANY_WAY
from tracker.signing import ExpiredSignatureError, Purpose, SignatureError, new_key
from tracker.words import Thing, WayIn

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.people.strong import Strength
    from tracker.signing import Signer

LINK_AGE = timedelta(minutes=10)
"""How long a link is good for (S8: at most ten minutes)."""
LINKS_PER_PERSON = 5
"""Links that one person is mailed within `LINK_AGE`: more is somebody else filling their mailbox."""
KEPT = timedelta(days=1)
"""Links are deleted so long after they were made."""


class Refusal(StrEnum):
    """Why a link opens nothing."""

    UNKNOWN = "unknown"
    """Tampered with, of another installation, or deleted; or its user left."""
    EXPIRED = "expired"
    USED = "used"
    ELSEWHERE = "another browser"
    WEAK = "a stronger way is required"
    """Links are only for the first time here, and this user has a passkey or the provider's account."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A link that was made: its signed text, and whom it is for."""

    signed: str
    user: User


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody is signed in: the new key for their browser."""

    key: str
    user: User
    way: WayIn


def ask(session: Session, signer: Signer, email: str, browser: str, now: datetime) -> Ticket | None:
    """Make a link for the user with this address, bound to the asking browser's secret.

    None where there is no such user, they left, or they had `LINKS_PER_PERSON` lately.
    """
    user = session.scalar(
        select(User)
        .where(func.lower(User.email) == email_key(email), User.left_at.is_(None))
        .with_for_update(key_share=True)
    )
    if user is None:
        return None
    recent = select(func.count()).where(
        SignInLink.user_id == user.id,
        SignInLink.made_at > now - LINK_AGE,
        SignInLink.browser_hash.is_not(None),
    )
    if (session.scalar(recent) or 0) >= LINKS_PER_PERSON:
        note(
            session,
            SYSTEM,
            "sign-in refused",
            What(Thing.USER, user.id, after={"why": "asked too often"}),
            now,
        )
        return None
    return make(session, signer, user, hashed(browser), now)


def make(session: Session, signer: Signer, user: User, browser_hash: str | None, now: datetime) -> Ticket:
    """Make a link for a user; without a browser it is good in any."""
    session.execute(delete(SignInLink).where(SignInLink.made_at < now - KEPT))
    key = new_key(KEY_LENGTH)
    session.add(SignInLink(key=key, user_id=user.id, browser_hash=browser_hash, made_at=now))
    session.flush()
    return Ticket(signer.sign(Purpose.SIGN_IN, key, now), user)


def look(
    session: Session,
    signer: Signer,
    signed: str,
    browser: str,
    now: datetime,
    *,
    strength: Strength = ANY_WAY,
) -> User | Refusal:
    """Say whom a link would sign in, or why nobody. Changes nothing."""
    found = _found(session, signer, signed, now)
    if isinstance(found, Refusal):
        return found
    verdict = _judge(*found, browser)
    if not isinstance(verdict, Refusal) and _is_weak(session, strength, found[0]):
        return Refusal.WEAK
    return verdict


def enter(  # noqa: PLR0913  (as above)
    session: Session,
    signer: Signer,
    signed: str,
    browser: str,
    user_agent: str,
    now: datetime,
    *,
    strength: Strength = ANY_WAY,
) -> Entered | Refusal:
    """Use a link up and sign its user in; what else was asked for in that browser is used up with it."""
    found = _found(session, signer, signed, now)
    if isinstance(found, Refusal):
        return found
    link, user = found
    verdict = _judge(link, user, browser)
    if not isinstance(verdict, Refusal) and _is_weak(session, strength, link):
        verdict = Refusal.WEAK
    if not isinstance(verdict, Refusal) and not _claim(session, link, now):
        verdict = Refusal.USED
    if isinstance(verdict, Refusal):
        note(session, SYSTEM, "sign-in refused", What(Thing.USER, user.id, after={"why": str(verdict)}), now)
        return verdict
    way = _way(link)
    key, session_id = start(session, user, user_agent, now, way)
    note(session, by_user(user.id), "sign in", What(Thing.SESSION, session_id, after={"by": str(way)}), now)
    return Entered(key, user, way)


def _found(session: Session, signer: Signer, signed: str, now: datetime) -> tuple[SignInLink, User] | Refusal:
    try:
        key = signer.verify(Purpose.SIGN_IN, signed, now, LINK_AGE).value
    except ExpiredSignatureError:
        return Refusal.EXPIRED
    except SignatureError:
        return Refusal.UNKNOWN
    found = session.execute(
        select(SignInLink, User)
        .join(User, User.id == SignInLink.user_id)
        .where(SignInLink.key == key, User.left_at.is_(None))
    ).first()
    return Refusal.UNKNOWN if found is None else (found[0], found[1])


def _judge(link: SignInLink, user: User, browser: str) -> User | Refusal:
    # The browser first: who has only seen the address is told nothing of what became of it.
    if link.browser_hash is not None and not compare_digest(link.browser_hash, hashed(browser)):
        return Refusal.ELSEWHERE
    return user if link.used_at is None else Refusal.USED


def _way(link: SignInLink) -> WayIn:
    return WayIn.TERMINAL if link.browser_hash is None else WayIn.MAIL


def _is_weak(session: Session, strength: Strength, link: SignInLink) -> bool:
    way = _way(link)
    return not strength.is_enough(way) and not strength.may_enrol(session, link.user_id, way)


def _claim(session: Session, link: SignInLink, now: datetime) -> bool:
    """Use up this link by compare-and-set, and with it what was asked for in its browser; False: too late."""
    unused = update(SignInLink).where(SignInLink.used_at.is_(None)).values(used_at=now)
    unused = unused.execution_options(synchronize_session=False)
    mine = session.scalar(unused.where(SignInLink.id == link.id).returning(SignInLink.id))
    if mine is None:
        return False
    session.execute(unused.where(SignInLink.browser_hash == link.browser_hash))
    return True
