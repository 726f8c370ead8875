"""What one request turns into before the database is asked: its hits, and a verified claim.

PURE but for the signatures. A request without a good token or credential ends here, by name, so that
strangers cost no database work and leave no row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracker.ingest.hit import Batch, Drop, DropReason, Sender
from tracker.links import LinkToken, read_token
from tracker.signing import ExpiredSignatureError, Purpose, SignatureError, Signer

CREDENTIAL_AGE = timedelta(days=395)
"""Thirteen months, and never renewed: what European regulators accept for such storage."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request whose token or credential (or both) is genuine; the rows behind them are not seen yet."""

    batch: Batch
    sender: Sender
    token: LinkToken | None
    label: str
    """Of the campaign, as the link says it."""
    browser_key: str | None

    @property
    def by_link(self) -> bool:
        """Whether a link brought it: also one whose token has expired or was cut short on the way."""
        return bool(self.batch.token)


def arrive(
    batch: Batch, sender: Sender, cookie: str, signer: Signer, now: datetime, token_age: timedelta
) -> Arrival | Drop:
    """Verify what a batch claims; a credential in the cookie wins over one in the body."""
    browser_key = _browser_key(signer, cookie, now) or _browser_key(signer, batch.credential, now)
    arrival = Arrival(batch, sender, None, "", browser_key)
    raw = read_token(batch.token) if batch.token else None
    reason = DropReason.NO_TOKEN
    if raw is not None:
        try:
            token = LinkToken.open(signer, raw.token, now, token_age)
            return replace(arrival, token=token, label=raw.label)
        except ExpiredSignatureError:
            reason = DropReason.EXPIRED_TOKEN
        except SignatureError:
            reason = DropReason.INVALID_TOKEN
    return arrival if browser_key else Drop(reason)


def _browser_key(signer: Signer, credential: str, now: datetime) -> str | None:
    try:
        return signer.verify(Purpose.BROWSER, credential, now, CREDENTIAL_AGE).value
    except SignatureError:
        return None
