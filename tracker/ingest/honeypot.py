"""A link that people and assistive technology never meet: who follows it is a program that opens every link.

The visit that it is following it in is marked, and judged anew. Nothing is stored of anybody else, and the
page never says whether somebody was known, not even by the time it takes: all that comes after the answer.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.among import among
from tracker.ingest.claim import CREDENTIAL_AGE
from tracker.ingest.look import address_hash
from tracker.ingest.rows import find_visits, visits_in_hand
from tracker.ingest.signs import HIDDEN_LINK, HIDDEN_LINK_NEAR
from tracker.ingest.visit import VISIT_GAP
from tracker.models import Browser, Prospect, Visit
from tracker.signing import Purpose, SignatureError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.ingest.front import Front
    from tracker.ingest.hit import Sender
    from tracker.ingest.rows import VisitRow

SAME_SENDER = timedelta(minutes=10)
"""Without a cookie: for so long after a visit's last sign somebody with its address and user agent is taken
for its visitor. A program is through with a page's links far sooner; an address may be another's later.
"""
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>More</title><p>There is nothing more here.</p></html>
"""
PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Follower:
    """Who followed the hidden link, as far as a visit can be found by it."""

    browser_key: str
    """From a genuine cookie; empty without one."""
    address_hash: str
    user_agent: str


def strike(front: Front, sender: Sender, cookie: str) -> None:
    """Mark the visit of whoever followed the hidden link, if they are known; never fails."""
    follower = _follower(front, sender, cookie)
    if follower is None:
        return
    try:
        # Strangers are let go before anything waits for the one writer.
        with front.installation.database.reading() as session:
            found = visits_of(session, follower, front.clock())
        if found:
            front.note(partial(_mark, follower, found[0].prospect_id))
    except Exception:
        log.exception("who followed the hidden link could not be noted")


def visits_of(session: Session, follower: Follower, now: datetime) -> Sequence[VisitRow]:
    """Find the running visits of a follower that are not marked yet, all of one person, or none.

    By the cookie it is the browser's. Otherwise address and user agent must have been one person's lately:
    behind one address may be a whole office, with the same browsers. Even so it may have been another's, so
    the visit is only demoted.
    """
    in_hand = visits_in_hand(session)
    if follower.browser_key:
        by_cookie = select(Visit).join(Browser, Browser.id == Visit.browser_id)
        one = in_hand.load(
            by_cookie.where(
                Browser.key == follower.browser_key,
                Browser.revoked_at.is_(None),
                Visit.last_at > now - VISIT_GAP,
            )
            .order_by(Visit.last_at.desc())
            .limit(1),
            lock=False,
        )
        return _unmarked(one, HIDDEN_LINK)
    visits = find_visits(
        session,
        Visit.address_hash == follower.address_hash,
        Visit.user_agent == follower.user_agent,
        Visit.last_at >= now - SAME_SENDER,
        lock=False,
    )
    alone = len({visit.prospect_id for visit in visits}) == 1
    return _unmarked(visits, HIDDEN_LINK_NEAR) if alone else ()


def _mark(follower: Follower, prospect_id: int, session: Session, now: datetime) -> Sequence[VisitRow]:
    """Mark the visits, if they are still this person's once nobody else writes about them."""
    session.execute(select(Prospect.id).where(Prospect.id == prospect_id).with_for_update(key_share=True))
    ids = [visit.id for visit in visits_of(session, follower, now) if visit.prospect_id == prospect_id]
    held = find_visits(session, among(Visit.id, ids), Visit.forgotten_at.is_(None))
    sign = HIDDEN_LINK if follower.browser_key else HIDDEN_LINK_NEAR
    visits = _unmarked(held, sign)
    for visit in visits:
        visit.signs = [*visit.signs, sign]
    return visits


def _follower(front: Front, sender: Sender, cookie: str) -> Follower | None:
    signer = front.installation.signer
    try:
        key = signer.verify(Purpose.BROWSER, cookie, front.clock(), CREDENTIAL_AGE).value
    except SignatureError:
        key = ""
    near = address_hash(signer, sender.address)
    return Follower(key, near, sender.user_agent) if key or near else None


def _unmarked(visits: Sequence[VisitRow], sign: str) -> list[VisitRow]:
    return [visit for visit in visits if sign not in visit.signs]
