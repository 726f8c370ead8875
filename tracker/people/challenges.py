"""What a passkey is asked to sign: for one browser, for minutes, once.

A challenge is a signed text, so that showing a page writes nothing; a row says that it was answered.
"""

from __future__ import annotations

from datetime import timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from tracker.models import SpentChallenge
from tracker.models.desk import KEY_LENGTH
from tracker.people.sessions import hashed
from tracker.signing import Purpose, SignatureError, new_key

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.signing import Signer

CHALLENGE_AGE = timedelta(minutes=10)
"""How long a page with the button is good for (WebAuthn level 3, 15.1: five to ten minutes)."""
KEPT = 2 * CHALLENGE_AGE
"""Rows of spent challenges are deleted so long after: the challenges themselves are too old by then."""


def new_challenge(signer: Signer, browser: str, now: datetime) -> bytes:
    """Make one, bound to a browser's secret."""
    return signer.sign(Purpose.PASSKEY, f"{new_key(KEY_LENGTH)}.{hashed(browser)}", now).encode()


def key_of(signer: Signer, challenge: bytes, browser: str, now: datetime) -> str | None:
    """Give the key of a challenge of ours; None where it is none, of another browser, or too old."""
    try:
        value = signer.verify(Purpose.PASSKEY, challenge.decode("ascii", "replace"), now, CHALLENGE_AGE).value
    except SignatureError:
        return None
    key, _, owner = value.partition(".")
    return key if compare_digest(owner, hashed(browser)) else None


def spend(session: Session, key: str, now: datetime) -> bool:
    """Use a challenge up; False: it was already."""
    session.execute(delete(SpentChallenge).where(SpentChallenge.spent_at < now - KEPT))
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(SpentChallenge).values(key=key, spent_at=now).on_conflict_do_nothing()
    return session.scalar(row.returning(SpentChallenge.key)) is not None
