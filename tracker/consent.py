"""Consent on record: proof that a prospect agreed to be recognised, and its end.

A proof says who, when, to which text and where. Unknown is no: a person who took their consent back has
none until a proof tells of a later one, so that an old list, imported again, brings nobody back. That
holds as well when nothing was on record of them: then the revocation itself is put there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from tracker.among import among
from tracker.models import Browser, Consent, Prospect, SuppressionKind
from tracker.names import email_key
from tracker.suppression import suppressed_kinds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.signing import Signer

VERSION_LENGTH = 100
"""Characters of the version of a text, as wide as its column; a proof is never cut."""
SOURCE_LENGTH = 200
"""Characters of a source, as wide as its column."""
NOTHING_GIVEN = "none on record"
"""In place of a text's version, where a revocation is all there is: given and ended at the same moment."""
REVOCATION = "ringback consent --revoke"
"""Where such a row comes from."""


class Verdict(StrEnum):
    """What became of a proof."""

    NEW = "new"
    KNOWN = "known"
    """The same proof is on record already."""
    STRANGER = "stranger"
    """The address is no prospect's; nothing is stored about strangers."""
    UNTRACKED = "untracked"
    """The person asked not to be tracked."""
    TAKEN_BACK = "taken back"
    """The person took their consent back, and the proof does not say that it was given after that."""


@dataclass(frozen=True, slots=True)
class Proof:
    """That somebody agreed, as we were told."""

    email: str
    text_version: str
    source: str
    given_at: datetime | None = None
    """UTC; None where only the recording tells when."""


@dataclass(frozen=True, slots=True)
class Revoked:
    """What the end of consents came to."""

    consents: int = 0
    browsers: int = 0
    """Browsers that are not recognised any more."""
    ended: tuple[str, ...] = ()
    """Addresses whose consent was on record."""
    without: tuple[str, ...] = ()
    """Prospects of whom no living consent was on record; that they revoked is, from now on."""
    strangers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A row of the export."""

    email: str
    name: str
    given_at: datetime | None
    """None where only a revocation is on record."""
    text_version: str
    """Empty where only a revocation is on record."""
    source: str
    revoked_at: datetime | None


@dataclass(slots=True)
class _History:
    """The consents of one person."""

    living: set[tuple[datetime, str, str]] = field(default_factory=set)
    ended_at: datetime | None = None
    """When they last took one back."""

    def judge(self, proof: Proof) -> Verdict:
        told = (proof.text_version, proof.source)
        if proof.given_at is None:
            is_known = any(tuple(rest) == told for _, *rest in self.living)
        else:
            is_known = (proof.given_at, *told) in self.living
        if is_known:
            return Verdict.KNOWN
        if self.ended_at is not None and (proof.given_at is None or proof.given_at <= self.ended_at):
            return Verdict.TAKEN_BACK
        return Verdict.NEW

    def put(self, prospect_id: int, proof: Proof, now: datetime) -> dict[str, object]:
        """Give the row of a new proof, and count it from here on."""
        given_at = proof.given_at or now
        self.living.add((given_at, proof.text_version, proof.source))
        return {
            "prospect_id": prospect_id,
            "given_at": given_at,
            "text_version": proof.text_version,
            "source": proof.source,
        }


def record(session: Session, signer: Signer, proofs: Sequence[Proof], now: datetime) -> list[Verdict]:
    """Put these proofs on record, and say of each what became of it.

    The same proof twice is one row; one that does not say when is the same as any living one of that
    text and source, and counts from `now`.
    """
    people = _people(session, [proof.email for proof in proofs])
    untracked = _untracked(session, signer, people)
    histories = _histories(session, people.values())
    verdicts = []
    rows: list[dict[str, object]] = []
    for proof in proofs:
        key = email_key(proof.email)
        number = people.get(key)
        if number is None:
            verdict = Verdict.STRANGER
        elif key in untracked:
            verdict = Verdict.UNTRACKED
        else:
            verdict = histories[number].judge(proof)
            if verdict is Verdict.NEW:
                rows.append(histories[number].put(number, proof, now))
        verdicts.append(verdict)
    if rows:
        session.execute(insert(Consent), rows)
    return verdicts


def revoke(session: Session, emails: Collection[str], now: datetime) -> Revoked:
    """End the consents of these people, and forget their browsers: each needs a new link, and a new yes.

    Of who had none, the revocation itself is kept, the latest: no proof from before it counts any more.
    """
    spelled = {email_key(email): email for email in emails}
    people = _people(session, spelled)
    ids = list(people.values())
    ended = _end(session, Consent, ids, now)
    browsers = _end(session, Browser, ids, now)
    had = set(ended)
    _remember(session, [number for number in ids if number not in had], now)
    return Revoked(
        len(ended),
        len(browsers),
        tuple(email for key, email in spelled.items() if people.get(key) in had),
        tuple(email for key, email in spelled.items() if key in people and people[key] not in had),
        tuple(email for key, email in spelled.items() if key not in people),
    )


def on_record(session: Session, emails: Collection[str] | None = None) -> Iterator[OnRecord]:
    """Give all that is on record, ended consents too, person by person; of these addresses, or of all."""
    query = (
        select(
            Prospect.email,
            Prospect.name,
            Consent.given_at,
            Consent.text_version,
            Consent.source,
            Consent.revoked_at,
        )
        .join(Prospect, Prospect.id == Consent.prospect_id)
        .order_by(Prospect.id, Consent.given_at, Consent.id)
    )
    if emails is not None:
        query = query.where(among(Prospect.email_key, {email_key(email) for email in emails}))
    for row in session.execute(query):
        email, name, given_at, text_version, source, revoked_at = row
        is_only_end = text_version == NOTHING_GIVEN and given_at == revoked_at
        yield OnRecord(
            email or "",
            name,
            None if is_only_end else given_at,
            "" if is_only_end else text_version,
            source,
            revoked_at,
        )


def _people(session: Session, emails: Collection[str]) -> dict[str, int]:
    """Give the prospects behind these addresses, by address key.

    They are locked in the order in which visits lock theirs: two recordings of one list make each row
    once, and no visit of theirs is half way.
    """
    found = session.execute(
        select(Prospect.email_key, Prospect.id)
        .where(among(Prospect.email_key, {email_key(email) for email in emails}))
        .order_by(Prospect.id)
        .with_for_update(key_share=True)
    )
    return {key: number for key, number in found if key}


def _end(
    session: Session, table: type[Consent | Browser], prospect_ids: Collection[int], now: datetime
) -> Sequence[int]:
    """End what is living of these people; gives whose it was, a person as often as rows were theirs."""
    return session.scalars(
        update(table)
        .where(among(table.prospect_id, prospect_ids), table.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(table.prospect_id),
        execution_options={"synchronize_session": False},
    ).all()


def _remember(session: Session, prospect_ids: Collection[int], now: datetime) -> None:
    """Keep of each of these people that they revoked now, in place of when they did so before."""
    session.execute(
        delete(Consent).where(
            among(Consent.prospect_id, prospect_ids),
            Consent.text_version == NOTHING_GIVEN,
            Consent.given_at == Consent.revoked_at,
        ),
        execution_options={"synchronize_session": False},
    )
    if prospect_ids:
        session.execute(
            insert(Consent),
            [
                {
                    "prospect_id": number,
                    "given_at": now,
                    "text_version": NOTHING_GIVEN,
                    "source": REVOCATION,
                    "revoked_at": now,
                }
                for number in prospect_ids
            ],
        )


def _untracked(session: Session, signer: Signer, emails: Collection[str]) -> set[str]:
    wishes = suppressed_kinds(session, signer, emails)
    return {email for email, kinds in wishes.items() if SuppressionKind.DO_NOT_TRACK in kinds}


def _histories(session: Session, prospect_ids: Collection[int]) -> defaultdict[int, _History]:
    histories: defaultdict[int, _History] = defaultdict(_History)
    rows = session.execute(
        select(
            Consent.prospect_id, Consent.given_at, Consent.text_version, Consent.source, Consent.revoked_at
        ).where(among(Consent.prospect_id, list(prospect_ids)))
    )
    for row in rows:
        history = histories[row.prospect_id]
        if row.revoked_at is None:
            history.living.add((row.given_at, row.text_version, row.source))
        elif history.ended_at is None or row.revoked_at > history.ended_at:
            history.ended_at = row.revoked_at
    return histories
