"""Passkeys: whose they are, and signing in by one (WebAuthn)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import and_, literal, or_, select, update
from webauthn import generate_authentication_options, options_to_json, verify_authentication_response
from webauthn.helpers import parse_authentication_credential_json, parse_client_data_json
from webauthn.helpers.structs import UserVerificationRequirement

from tracker.audit import SYSTEM, What, by_user, note
from tracker.models import Passkey, User
from tracker.people.challenges import CHALLENGE_AGE, key_of, new_challenge, spend
from tracker.people.sessions import start
from tracker.people.sign_in import Entered
from tracker.words import Thing, WayIn

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session
    from webauthn.helpers.structs import AuthenticationCredential

    from tracker.signing import Signer
    from tracker.ways_in import Party

ANSWER_LENGTH = 16_384
"""Characters of what a browser sends of a passkey; real ones stay below two thousand."""
TIMEOUT_MS = round(CHALLENGE_AGE.total_seconds() * 1000)


class PasskeyRefusal(StrEnum):
    """Why a passkey does not do what it was to do."""

    STALE = "page out of date"
    """Its challenge is too old, of another browser, or was answered before."""
    UNKNOWN = "unknown passkey"
    """Removed here, or its user left."""
    WRONG = "answer not valid"
    COPIED = "counter went back"
    """It counts its uses, and has counted fewer than before: there are two of it."""
    KNOWN = "passkey known already"
    FULL = "too many passkeys"


@dataclass(frozen=True, slots=True)
class Lock:
    """What passkeys are checked with: our keys, and the party they are for."""

    signer: Signer
    party: Party

    def handle(self, user_id: int) -> bytes:
        """Give the opaque name under which a passkey knows its user: nothing about them can be read in it."""
        return bytes.fromhex(self.signer.pseudonym(f"passkey user {user_id}"))

    def question(self, browser: str, now: datetime) -> str:
        """Write, as JSON, what a browser asks its passkeys for; it names nobody."""
        options = generate_authentication_options(
            rp_id=self.party.id,
            challenge=new_challenge(self.signer, browser, now),
            timeout=TIMEOUT_MS,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)


def passkeys_of(session: Session, user_id: int) -> list[Passkey]:
    """Give somebody's passkeys, oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)))


def enter_by_passkey(
    session: Session, lock: Lock, answer: str, browser: str, agent: str, now: datetime
) -> Entered | PasskeyRefusal:
    """Sign in whose passkey answered the challenge of this browser."""
    read = _read(answer)
    if read is None:
        return PasskeyRefusal.WRONG
    credential, challenge = read
    key = key_of(lock.signer, challenge, browser, now)
    if key is None:
        return PasskeyRefusal.STALE
    found = session.execute(
        select(Passkey, User)
        .join(User, User.id == Passkey.user_id)
        .where(Passkey.credential_id == credential.id, User.left_at.is_(None))
    ).first()
    if found is None:
        return PasskeyRefusal.UNKNOWN
    passkey, user = found
    number = _verified(lock, passkey, credential, challenge)
    why: PasskeyRefusal | None = None
    if number is None:
        why = PasskeyRefusal.WRONG
    elif not spend(session, key, now):
        why = PasskeyRefusal.STALE
    elif not _count(session, passkey.id, number, now):
        why = PasskeyRefusal.COPIED
    if why is not None:
        note(session, SYSTEM, "sign-in refused", What(Thing.USER, user.id, after={"why": str(why)}), now)
        return why
    new, session_id = start(session, user, agent, now, WayIn.PASSKEY)
    what = What(Thing.SESSION, session_id, after={"by": "passkey", "passkey": passkey.name})
    note(session, by_user(user.id), "sign in", what, now)
    return Entered(new, user, WayIn.PASSKEY)


def _read(answer: str) -> tuple[AuthenticationCredential, bytes] | None:
    """Read what a browser sent, and which challenge it says it answers."""
    try:
        credential = parse_authentication_credential_json(answer[:ANSWER_LENGTH])
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
    except Exception:  # noqa: BLE001  (foreign bytes: the library lets a dozen kinds of errors through)
        return None
    return credential, challenge


def _verified(
    lock: Lock, passkey: Passkey, credential: AuthenticationCredential, challenge: bytes
) -> int | None:
    """Give how often the passkey says it signed; None where it did not sign this, here, for its own user."""
    if credential.response.user_handle != lock.handle(passkey.user_id):
        return None
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=lock.party.id,
            expected_origin=lock.party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,  # compared where it is written
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001  (as above)
        return None
    return verified.new_sign_count


def _count(session: Session, passkey_id: int, number: int, now: datetime) -> bool:
    """Write a use down by compare-and-set; False: it counted no further than before (WebAuthn 7.2, 22)."""
    further = or_(Passkey.sign_count < number, and_(Passkey.sign_count == 0, literal(number) == 0))
    counted = update(Passkey).where(Passkey.id == passkey_id, further)
    counted = counted.values(sign_count=number, used_at=now)
    counted = counted.execution_options(synchronize_session=False)
    return session.scalar(counted.returning(Passkey.id)) is not None
