"""Adding, naming and removing passkeys, each put on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from webauthn import (
    base64url_to_bytes,
    generate_registration_options,
    options_to_json,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_client_data_json, parse_registration_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tracker.audit import What, by_user, note
from tracker.errors import PlainError
from tracker.models import Passkey, ProviderAccount
from tracker.models.strong import PASSKEY_NAME_LENGTH
from tracker.people.challenges import key_of, new_challenge, spend
from tracker.people.passkeys import ANSWER_LENGTH, TIMEOUT_MS, PasskeyRefusal, passkeys_of
from tracker.people.recorded import sign_out_everywhere
from tracker.words import Thing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.audit import Actor
    from tracker.models import User
    from tracker.people.passkeys import Lock

OURS = "Ringback"
"""What a passkey's list calls us."""
PASSKEYS_PER_PERSON = 20
"""More are nobody's own devices."""


class PasskeyNameError(PlainError):
    """A passkey cannot be called that."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser sends of a new passkey, the secret of that browser, and how the passkey is called."""

    text: str
    browser: str
    name: str


def read_passkey_name(text: str) -> str:
    """Read what a passkey is called.

    Raises:
        PasskeyNameError: nothing, or too much.

    """
    name = " ".join(text.split())
    if not name or len(name) > PASSKEY_NAME_LENGTH:
        msg = "Write a short name by which you know it, like Work laptop"
        raise PasskeyNameError(msg)
    return name


def new_question(session: Session, lock: Lock, user: User, browser: str, now: datetime) -> str:
    """Write, as JSON, what a browser is asked for to make a passkey for this user; not one they have."""
    options = generate_registration_options(
        rp_id=lock.party.id,
        rp_name=OURS,
        user_id=lock.handle(user.id),
        user_name=user.email,
        user_display_name=user.name,
        challenge=new_challenge(lock.signer, browser, now),
        timeout=TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id))
            for one in passkeys_of(session, user.id)
        ],
    )
    return options_to_json(options)


def add_passkey(
    session: Session, lock: Lock, user: User, answer: Answer, now: datetime
) -> Passkey | PasskeyRefusal:
    """Keep the passkey that a browser made for its user."""
    try:
        credential = parse_registration_credential_json(answer.text[:ANSWER_LENGTH])
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,  # whether it is ours is asked below
            expected_rp_id=lock.party.id,
            expected_origin=lock.party.origin,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001  (foreign bytes: the library lets a dozen kinds of errors through)
        return PasskeyRefusal.WRONG
    key = key_of(lock.signer, challenge, answer.browser, now)
    if key is None or not spend(session, key, now):
        return PasskeyRefusal.STALE
    if (session.scalar(select(func.count()).where(Passkey.user_id == user.id)) or 0) >= PASSKEYS_PER_PERSON:
        return PasskeyRefusal.FULL
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(Passkey).values(
        user_id=user.id,
        credential_id=bytes_to_base64url(verified.credential_id),
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        name=answer.name,
        made_at=now,
    )
    made: Passkey | None = session.scalar(row.on_conflict_do_nothing().returning(Passkey))
    if made is None:
        return PasskeyRefusal.KNOWN
    note(
        session, by_user(user.id), "add passkey", What(Thing.USER, user.id, after={"passkey": made.name}), now
    )
    return made


def rename_passkey(session: Session, user_id: int, passkey_id: int, name: str, now: datetime) -> bool:
    """Call one's own passkey something else; False: there is no such."""
    passkey = _own(session, user_id, passkey_id)
    if passkey is None:
        return False
    if passkey.name != name:
        what = What(Thing.USER, user_id, {"passkey": passkey.name}, {"passkey": name})
        note(session, by_user(user_id), "rename passkey", what, now)
        passkey.name = name
    return True


def remove_passkey(session: Session, user_id: int, passkey_id: int, now: datetime) -> bool:
    """Have one's own passkey open nothing any more; False: there is no such."""
    passkey = _own(session, user_id, passkey_id)
    if passkey is None:
        return False
    note(
        session, by_user(user_id), "remove passkey", What(Thing.USER, user_id, {"passkey": passkey.name}), now
    )
    session.delete(passkey)
    return True


def forget_ways(session: Session, who: Actor, user: User, now: datetime) -> int:
    """Take all passkeys and the provider's account from somebody who lost them, and sign them out everywhere.

    Gives how many passkeys there were.
    """
    names = [one.name for one in passkeys_of(session, user.id)]
    accounts = session.scalars(
        delete(ProviderAccount).where(ProviderAccount.user_id == user.id).returning(ProviderAccount.issuer)
    ).all()
    session.execute(delete(Passkey).where(Passkey.user_id == user.id))
    if names or accounts:
        before = {"passkeys": ", ".join(names), "provider": ", ".join(accounts)}
        note(session, who, "clear passkeys", What(Thing.USER, user.id, before), now)
    sign_out_everywhere(session, who, user, now)
    return len(names)


def _own(session: Session, user_id: int, passkey_id: int) -> Passkey | None:
    return session.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id))
