"""What a request claims, verified before the database is asked: by a link's token, or a browser's credential.

PURE but for the signatures. A request without a good token or credential ends here, by name, so that
strangers cost no database work and leave no row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracker.ingest.hit import Batch, Drop, DropReason, Sender
from tracker.links import LinkToken, OwnLink, RawToken, read_token
from tracker.signing import ExpiredSignatureError, Purpose, SignatureError, Signed, Signer

CREDENTIAL_AGE = timedelta(days=395)
"""Thirteen months, and never renewed: what European regulators accept for such storage."""


_OWN_KEY = re.compile(r"own-([1-9][0-9]{0,9})")
"""Keys of browsers are letters and digits only."""


@dataclass(frozen=True, slots=True)
class OwnMark:
    """What the credential of one of our own browsers says that no prospect's link was opened in yet."""

    user_id: int
    since: datetime
    """UTC."""

    @property
    def key(self) -> str:
        """What the credential signs, in the place of a browser's key."""
        return f"own-{self.user_id}"


@dataclass(frozen=True, slots=True)
class Claim:
    """A request whose token or credential (or both) is genuine; the rows behind them are not seen yet."""

    batch: Batch
    sender: Sender
    token: LinkToken | None
    label: str
    """Of the campaign, as the link says it."""
    browser_key: str | None
    own_link: OwnLink | None = None
    """A test link, in the token's place."""
    own: OwnMark | None = None
    """In the place of a browser's key."""

    @property
    def by_link(self) -> bool:
        """Whether a link brought it: also one whose token has expired or was cut short on the way."""
        return bool(self.batch.token)

    @property
    def sender_key(self) -> str:
        """Whose rate it counts for."""
        if self.own_link is not None:
            return OwnMark(self.own_link.user_id, self.own_link.issued_at).key
        return self.token.key if self.token else self.browser_key or ""


def verify(
    batch: Batch, sender: Sender, cookie: str, signer: Signer, now: datetime, token_age: timedelta
) -> Claim | Drop:
    """Verify what a batch claims; a credential in the cookie wins over one in the body."""
    held = _credential(signer, cookie, now) or _credential(signer, batch.credential, now)
    own = _own_mark(held)
    claim = Claim(batch, sender, None, "", held.value if held and not own else None, own=own)
    raw = read_token(batch.token) if batch.token else None
    reason = DropReason.NO_TOKEN
    if raw is not None:
        opened = _opened(signer, raw, now, token_age)
        if isinstance(opened, LinkToken):
            return replace(claim, token=opened, label=raw.label)
        if isinstance(opened, OwnLink):
            return replace(claim, own_link=opened)
        reason = opened
    if claim.browser_key:
        return claim
    return Drop(DropReason.OWN_BROWSER if own else reason)


def _opened(
    signer: Signer, raw: RawToken, now: datetime, token_age: timedelta
) -> LinkToken | OwnLink | DropReason:
    """Open a prospect's token or a test link.

    The second look, at what is no token, takes some 10 µs: nobody can tell by it across a network (S6).
    """
    try:
        return LinkToken.open(signer, raw.token, now, token_age)
    except ExpiredSignatureError:
        return DropReason.EXPIRED_TOKEN
    except SignatureError:
        pass
    try:
        return OwnLink.open(signer, raw.token, now)
    except ExpiredSignatureError:
        return DropReason.EXPIRED_TOKEN
    except SignatureError:
        return DropReason.INVALID_TOKEN


def _credential(signer: Signer, text: str, now: datetime) -> Signed | None:
    if not text:
        return None
    try:
        return signer.verify(Purpose.BROWSER, text, now, CREDENTIAL_AGE)
    except SignatureError:
        return None


def _own_mark(held: Signed | None) -> OwnMark | None:
    found = _OWN_KEY.fullmatch(held.value) if held else None
    return OwnMark(int(found[1]), held.at) if held and found else None
