"""A test link was opened: from then on its browser is one of our own people's.

It comes rarely, so it is a transaction by itself, beside those that store hits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.browsers import hold, make_own, marked_since, markers, marks
from tracker.ingest.claim import OwnMark
from tracker.ingest.hit import DropReason
from tracker.ingest.rescreen import remembered_in, rescreen
from tracker.models import Browser, User

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.ingest.claim import Claim
    from tracker.ingest.pipeline import Decide
    from tracker.links import OwnLink

MOST_MARKED = 10
"""Browsers known by a prospect's link that one test link marks within its life. A colleague who tests links
has a few of them; with more, the test link went out in the mailing itself.
"""


@dataclass(frozen=True, slots=True)
class Marked:
    """A browser is one of ours."""

    credential_key: str = ""
    """Of the credential that the answer brings; empty: it holds one."""


def follow(
    session: Session, claim: Claim, link: OwnLink, now: datetime, decide: Decide
) -> Marked | DropReason:
    """Mark the browser that opened a test link, of which nothing else is stored.

    One that no prospect's link was opened in has no row, and gets none: its credential says whose it is.
    A drop's name means that the link is worth nothing here (any more).
    """
    # Held, so that of many who open one link at the same moment each is counted.
    session.execute(select(User.id).where(User.id == link.user_id).with_for_update(key_share=True))
    if not marks(markers(session, {link.user_id}), link.user_id, link.issued_at):
        return DropReason.REVOKED_TOKEN
    browsers = hold(session, Browser.key == claim.browser_key) if claim.browser_key else []
    living = [browser for browser in browsers if browser.revoked_at is None]
    if not living:
        return Marked(OwnMark(link.user_id, now).key)
    (browser,) = living
    if browser.own_user_id is None and marked_since(session, link.user_id, link.issued_at) >= MOST_MARKED:
        return DropReason.SPREAD_TEST_LINK
    if make_own(browser, link.user_id, now):
        rescreen(session, remembered_in(session, browser.id), now, decide)
    return Marked()
