"""From a verified claim to what is kept of it; and, for a link's token, a look at whom it opens.

A browser's credential needs no look: all of them get the same empty answer, whatever becomes of the hits.
"""

from __future__ import annotations

import string
from dataclasses import replace
from typing import TYPE_CHECKING

from tracker.ingest.admit import relies_on_record, wishes_of
from tracker.ingest.arrival import Arrival
from tracker.ingest.hit import DropReason, stored_url
from tracker.ingest.identify import BROWSER_KEY_LENGTH, Identifier
from tracker.ingest.limits import network_of
from tracker.ingest.senders import tells_apart

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.ingest.admit import SiteRules
    from tracker.ingest.claim import Claim
    from tracker.ingest.hit import Hit
    from tracker.signing import Signer

_LETTERS = string.ascii_letters + string.digits


def arrival_of(
    claim: Claim, hits: Sequence[Hit], signs: tuple[str, ...], site: SiteRules, signer: Signer, now: datetime
) -> Arrival:
    """Write down what may be kept of a claim: these hits of it, and what is known of who sent it."""
    sender, token = claim.sender, claim.token
    return Arrival(
        at=now,
        site=site.key,
        hits=tuple(_stored(hit, site) for hit in hits),
        origin=sender.origin,
        user_agent=sender.user_agent,
        address_hash=address_hash(signer, sender.address),
        signs=signs,
        browser_key=claim.browser_key,
        token_key=token.key if token else None,
        consent_recorded=token is not None and token.consent_recorded,
        by_link=claim.by_link,
        label=claim.label,
        own=claim.own,
        revoke=claim.batch.revoke,
    )


def _stored(hit: Hit, site: SiteRules) -> Hit:
    url = stored_url(hit.url, site.query_names)
    return hit if url == hit.url else replace(hit, url=url)


def address_hash(signer: Signer, address: str) -> str:
    """Give what is kept of an address; nothing of one that many share, for it tells nobody from another."""
    return signer.pseudonym(network_of(address)) if tells_apart(address) else ""


def greet(
    session: Session, arrival: Arrival, site: SiteRules, signer: Signer, now: datetime
) -> Arrival | DropReason:
    """Tell whom a token opens, and whether the answer brings a credential; a drop's name: nobody.

    It is a look, no more: the drain asks the same again. The key of the new browser follows from the token
    and the page, so that a request that is made once more, as its answer was lost, makes no second browser.
    """
    arrival = replace(arrival, new_key=_new_key(arrival, signer))
    identifier = Identifier(session, [arrival], now, lock=False)
    person = identifier.prospect_of(arrival)
    if isinstance(person, DropReason):
        return person
    recorded = relies_on_record(arrival, site)
    wishes = wishes_of(session, signer, {person: identifier.emails.get(person)}, recorded=recorded)
    forbidden = wishes.against(person, arrival, site)
    if forbidden is not None:
        return forbidden
    if not identifier.needs_credential(arrival):
        return replace(arrival, new_key=None)
    if arrival.browser_key and not identifier.is_known(arrival):
        # The row of the browser that it holds a credential of is not made yet: it waits in the inbox.
        arrival = replace(arrival, new_key=arrival.browser_key)
    return identifier.forbids(arrival, person) or arrival


def _new_key(arrival: Arrival, signer: Signer) -> str:
    number = int(signer.pseudonym(f"browser of {arrival.token_key} at {arrival.hits[0].id}"), 16)
    letters = []
    for _ in range(BROWSER_KEY_LENGTH):
        number, letter = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return "".join(letters)
