"""People who asked to be left alone. Only a keyed hash of the address is kept, so that it outlives erasure.

Unsubscribing from mail, *do not call* and *do not track* are three wishes, each with its own source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from tracker.among import among
from tracker.models import Suppression, SuppressionKind
from tracker.names import email_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.signing import Signer

SOURCE_LENGTH = 200


def email_hash(signer: Signer, email: str) -> str:
    """Give the keyed hash under which wishes about an address are stored; case does not matter."""
    return signer.pseudonym(email_key(email))


def suppress(
    session: Session,
    signer: Signer,
    emails: Iterable[str],
    kind: SuppressionKind,
    source: str,
    now: datetime,
) -> int:
    """Record the wish of everybody behind these addresses; give how many had not said so before.

    A wish that is on record keeps its first source and time.
    """
    return suppress_hashes(session, {email_hash(signer, email) for email in emails}, kind, source, now)


def suppress_hashes(
    session: Session, hashes: Iterable[str], kind: SuppressionKind, source: str, now: datetime
) -> int:
    """Do the same where the addresses themselves are not at hand."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [
        {"email_hash": digest, "kind": kind, "source": source[:SOURCE_LENGTH], "at": now}
        for digest in sorted(hashes)
    ]
    if not rows:
        return 0
    # Two lists imported at once may name the same person. What others do meanwhile is not counted here.
    put = insert(Suppression).on_conflict_do_nothing().returning(Suppression.id)
    return len(session.scalars(put, rows).all())


def lift(session: Session, signer: Signer, emails: Iterable[str], kind: SuppressionKind) -> int:
    """Forget the wish, because the person says otherwise now; give how many had it on record."""
    return lift_hashes(session, {email_hash(signer, email) for email in emails}, kind)


def lift_hashes(session: Session, hashes: Collection[str], kind: SuppressionKind) -> int:
    """Do the same where the addresses themselves are not at hand."""
    gone = delete(Suppression).where(Suppression.kind == kind, among(Suppression.email_hash, hashes))
    lifted = session.scalars(gone.returning(Suppression.id), execution_options={"synchronize_session": False})
    return len(lifted.all())


def suppressed_kinds(
    session: Session, signer: Signer, emails: Iterable[str]
) -> dict[str, set[SuppressionKind]]:
    """Give the wishes on record for each of these addresses, as spelled here; who has none is left out."""
    spelled: dict[str, list[str]] = {}
    for email in dict.fromkeys(emails):
        spelled.setdefault(email_hash(signer, email), []).append(email)
    kinds: dict[str, set[SuppressionKind]] = {}
    if not spelled:
        return kinds
    found = session.execute(
        select(Suppression.email_hash, Suppression.kind).where(among(Suppression.email_hash, spelled))
    )
    for digest, kind in found:
        for email in spelled[digest]:
            kinds.setdefault(email, set()).add(kind)
    return kinds
