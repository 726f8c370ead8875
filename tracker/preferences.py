"""What prospects want of us, as they say it themselves behind the link that is theirs in every mailing.

The link carries the keyed hash of the address that the mail went to, nothing else: the same under which
wishes are kept (`tracker.suppression`). So it needs no row here, says nothing to whoever reads it, and still
works once the person is erased: a wish holds then as before. What needs a person, consent to offers and the
end of being recognised, finds them by the mark of their address, and is nobody's where nobody has it.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker import consent
from tracker.audit import SYSTEM, What, note
from tracker.listing import ADDRESS_MARK, HASH
from tracker.models import ListingWord, Prospect, Suppression
from tracker.offers import agree_to_offers, agreed_to_offers, end_offers
from tracker.relisting import has_unmarked
from tracker.signing import InvalidSignatureError, Purpose
from tracker.suppression import email_hash, lift_hashes, suppress_hashes
from tracker.words import SuppressionKind, Thing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.signing import Signer

LINK_AGE = timedelta(days=3_653)
"""Ten years. Nobody's right to be left alone ends with a mail's age, and the link shows nothing of anybody;
what ends it sooner is a signing key that is dropped.
"""
PATH = "/preferences"
ONE_CLICK = "one click"
PAGE = "preference page"
"""Sources of wishes."""
OFFER_WORDS = "You may tell me of offers."
"""What a yes on the page says yes to: kept with it, word for word."""
_DIGEST = re.compile("[A-Za-z0-9_-]{43}")
_KINDS = {
    "mailings": SuppressionKind.UNSUBSCRIBED,
    "calls": SuppressionKind.DO_NOT_CALL,
    "recognition": SuppressionKind.DO_NOT_TRACK,
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody wants of us, each yes or no."""

    mailings: bool = True
    offers: bool = False
    calls: bool = True
    recognition: bool = True
    """To be recognised on the website, as far as they agreed to that there."""

    def changed_to(self, new: Choices) -> tuple[str, ...]:
        """Name what differs."""
        return tuple(
            one.name for one in fields(self) if getattr(self, one.name) is not getattr(new, one.name)
        )


def sign_address(signer: Signer, digest: str, at: datetime) -> str:
    """Write what stands behind `PATH`, for the address of this keyed hash."""
    value = urlsafe_b64encode(bytes.fromhex(digest)).decode("ascii").rstrip("=")
    return signer.sign(Purpose.PREFERENCES, value, at)


def open_address(signer: Signer, text: str, now: datetime) -> str:
    """Give the keyed hash of the address for whose owner the link was written.

    Raises:
        tracker.signing.SignatureError: forged, mangled, for another purpose, or older than `LINK_AGE`.

    """
    value = signer.verify(Purpose.PREFERENCES, text, now, LINK_AGE).value
    if not _DIGEST.fullmatch(value):
        raise InvalidSignatureError
    return urlsafe_b64decode(f"{value}=").hex()


def choices_of(session: Session, signer: Signer, digest: str) -> Choices:
    """Give what is on record for an address; of an erased person, too."""
    kinds = set(session.scalars(select(Suppression.kind).where(Suppression.email_hash == digest)))
    person = _behind(session, signer, digest)
    return Choices(
        offers=person is not None and bool(agreed_to_offers(session, [person.id])),
        **{name: kind not in kinds for name, kind in _KINDS.items()},
    )


def unsubscribe(session: Session, signer: Signer, digest: str, source: str, now: datetime) -> None:
    """Send no more mailings to an address, whatever became of whose it is. Safe to repeat."""
    person = _behind(session, signer, digest, hold=True)
    _ask(session, person, digest, "mailings", source, now)


def choose(session: Session, signer: Signer, digest: str, new: Choices, now: datetime) -> tuple[str, ...]:
    """Put on record what somebody chose on the page; gives what it changed.

    A wish to be left alone is kept under the hash alone. Who takes it back does so themselves: it is lifted,
    and the record says by what.
    """
    person = _behind(session, signer, digest, hold=True)
    changed = choices_of(session, signer, digest).changed_to(new)
    for name in changed:
        if name == "offers":
            _offer(session, person, new.offers, now)
        elif getattr(new, name):
            _lift(session, person, digest, name, now)
        else:
            _ask(session, person, digest, name, PAGE, now)
    return changed


def _ask(
    session: Session, person: Prospect | None, digest: str, name: str, source: str, now: datetime
) -> None:
    kind = _KINDS[name]
    if not suppress_hashes(session, [digest], kind, source, now):
        return
    after: dict[str, object] = {"kind": kind, "source": source}
    if kind is SuppressionKind.DO_NOT_TRACK and person is not None and person.email:
        ended = consent.revoke(session, [person.email], now)
        after |= {"consents": ended.consents, "browsers": ended.browsers}
    note(session, SYSTEM, "add", What(Thing.SUPPRESSION, _id(person), after=after), now)


def _lift(session: Session, person: Prospect | None, digest: str, name: str, now: datetime) -> None:
    kind = _KINDS[name]
    if lift_hashes(session, [digest], kind):
        what = What(Thing.SUPPRESSION, _id(person), before={"kind": kind}, after={"source": PAGE})
        note(session, SYSTEM, "lift", what, now)


def _offer(session: Session, person: Prospect | None, agreed: bool, now: datetime) -> None:  # noqa: FBT001  (what they said)
    if person is None:
        return  # of strangers nothing is kept: a yes of somebody erased is nobody's
    if agreed:
        agree_to_offers(session, person.id, OFFER_WORDS, PAGE, now)
    else:
        end_offers(session, person.id, now)
    told = {"offers": agreed, "source": PAGE}
    note(session, SYSTEM, "add" if agreed else "end", What(Thing.CONSENT, person.id, after=told), now)


def _id(person: Prospect | None) -> int | None:
    return person.id if person else None


def _behind(session: Session, signer: Signer, digest: str, *, hold: bool = False) -> Prospect | None:
    """Find who has the address now; `hold` keeps them until the end, before anything else is locked."""
    mark = ADDRESS_MARK + digest[:HASH]
    marked = session.scalars(select(ListingWord.prospect_id).where(ListingWord.word == mark)).all()
    ids = list(marked) or (_unmarked(session, signer, digest) if has_unmarked(session) else [])
    wanted = select(Prospect).where(Prospect.id.in_(ids)).order_by(Prospect.id).limit(1)
    return session.scalar(wanted.with_for_update(key_share=True) if hold else wanted) if ids else None


def _unmarked(session: Session, signer: Signer, digest: str) -> list[int]:
    """Look at each address, in the minutes in which some have no mark yet: after an update, mostly."""
    reachable = select(Prospect.id, Prospect.email).where(Prospect.email.is_not(None))
    rows = session.execute(reachable.execution_options(yield_per=1_000))
    return [number for number, email in rows if email and email_hash(signer, email) == digest][:1]
