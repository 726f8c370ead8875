"""Signing in by the company's identity provider: who exists here, by an address that the provider verified.

The first time, the provider's account becomes the user's own; from then on no other account gets in as them,
though it had the same address: a provider may give the address of somebody who left to somebody new.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from hmac import compare_digest
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from tracker.audit import SYSTEM, What, by_user, note
from tracker.models import ProviderAccount, User
from tracker.models.strong import SUBJECT_LENGTH
from tracker.names import email_key
from tracker.people.oidc import Secrets
from tracker.people.sessions import hashed, start
from tracker.people.sign_in import Entered
from tracker.signing import Purpose, SignatureError, new_key
from tracker.words import Thing, WayIn

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.people.oidc import Identity
    from tracker.signing import Signer


STATE_AGE = timedelta(minutes=10)
"""How long somebody may take at the provider."""


class ProviderRefusal(StrEnum):
    """Why who signed in there does not get in here."""

    UNVERIFIED = "address not verified"
    STRANGER = "no user with that address"
    """Or they left."""
    ANOTHER = "another account"
    """The user signed in with another account before, or this account is another user's."""


def enter_by_provider(
    session: Session, identity: Identity, agent: str, now: datetime
) -> Entered | ProviderRefusal:
    """Sign in the user with this address."""
    user = session.scalar(
        select(User)
        .where(func.lower(User.email) == email_key(identity.email), User.left_at.is_(None))
        .with_for_update(key_share=True)
    )
    if user is None:
        return ProviderRefusal.STRANGER if identity.is_verified else ProviderRefusal.UNVERIFIED
    why = _why_not(session, user, identity, now)
    if why is not None:
        note(session, SYSTEM, "sign-in refused", What(Thing.USER, user.id, after={"why": str(why)}), now)
        return why
    key, session_id = start(session, user, agent, now, WayIn.PROVIDER)
    what = What(Thing.SESSION, session_id, after={"by": "provider", "provider": identity.issuer})
    note(session, by_user(user.id), "sign in", what, now)
    return Entered(key, user, WayIn.PROVIDER)


def _why_not(session: Session, user: User, identity: Identity, now: datetime) -> ProviderRefusal | None:
    if not identity.is_verified:
        return ProviderRefusal.UNVERIFIED
    named = (ProviderAccount.issuer == identity.issuer) & (ProviderAccount.subject == identity.subject)
    accounts = session.scalars(
        select(ProviderAccount).where(or_(ProviderAccount.user_id == user.id, named)).with_for_update()
    ).all()
    for account in accounts:
        is_this = (account.issuer, account.subject) == (identity.issuer, identity.subject)
        if account.user_id != user.id or (account.issuer == identity.issuer and not is_this):
            return ProviderRefusal.ANOTHER
        if not is_this:  # of a provider that the company no longer has
            account.issuer, account.subject, account.since = identity.issuer, identity.subject, now
    if len(identity.subject) > SUBJECT_LENGTH:
        return ProviderRefusal.ANOTHER
    if not accounts:
        values = {"issuer": identity.issuer, "subject": identity.subject}
        session.add(ProviderAccount(user_id=user.id, since=now, **values))
        note(session, by_user(user.id), "add provider account", What(Thing.USER, user.id, after=values), now)
    return None


def new_state(signer: Signer, browser: str, now: datetime) -> str:
    """Write what comes back unchanged: signed, and of this browser."""
    return signer.sign(Purpose.PROVIDER, f"{new_key()}.{hashed(browser)}", now)


def is_ours(signer: Signer, state: str, browser: str, now: datetime) -> bool:
    """Whether a state was begun in this browser, minutes ago."""
    try:
        value = signer.verify(Purpose.PROVIDER, state, now, STATE_AGE).value
    except SignatureError:
        return False
    return compare_digest(value.partition(".")[2], hashed(browser))


def secrets_of(state: str, browser: str) -> Secrets:
    """Derive what else binds a sign-in from the browser's secret, so that two tabs do not mix theirs up."""
    return Secrets(state, hashed(f"nonce {state} {browser}"), hashed(f"verifier {state} {browser}"))
