"""The key of the hashes must not change unnoticed.

People who asked to be left alone are kept as hashes under the oldest signing key. Under another key
none of them would be recognised: they would be mailed, tracked and called again, and nothing would
look wrong. So the database remembers the key's fingerprint, and a start with another key is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from tracker.models import HashKey, Suppression
from tracker.settings import SettingsError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.signing import Signer

_MARK = "\x00which key is this"
"""No address is spelled like this, so the fingerprint is nobody's hash."""


def require_same_key(database: Database, signer: Signer, now: datetime) -> None:
    """Make sure that stored hashes can be found again; the first start remembers the key.

    Raises:
        SettingsError: wishes to be left alone are on record under another key.

    """
    fingerprint = signer.pseudonym(_MARK)
    with database.reading() as session:
        if session.scalars(select(HashKey.fingerprint)).all() == [fingerprint]:
            return
    with database.writing() as session:
        others = session.scalars(select(HashKey).where(HashKey.fingerprint != fingerprint)).all()
        wishes = session.scalar(select(func.count()).select_from(Suppression)) or 0
        if others and wishes:
            msg = (
                f"RINGBACK_KEYS: {wishes} wishes to be left alone are stored under a key that is not the last"
                " one now. Put that key back at the end of the list: without it these people would be mailed,"
                " tracked and called again. If it is lost for good, run `ringback key-lost`"
            )
            raise SettingsError(msg)
        remember_key(session, signer, now)


def remember_key(session: Session, signer: Signer, now: datetime) -> None:
    """Let the present oldest key be the one from now on."""
    fingerprint = signer.pseudonym(_MARK)
    session.execute(delete(HashKey).where(HashKey.fingerprint != fingerprint))
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Two processes may start for the first time at once.
    session.execute(insert(HashKey).on_conflict_do_nothing(), {"fingerprint": fingerprint, "since": now})
