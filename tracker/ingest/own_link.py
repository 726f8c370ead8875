"""A test link was opened: from then on its browser is one of our own people's.

It comes rarely, so it is a transaction by itself, beside those that store hits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.browsers import hold, make_own, marked_since, markers, marks
from tracker.ingest.admit import admitted_site, sites_by_key
from tracker.ingest.arrival import OwnMark
from tracker.ingest.hit import DropReason
from tracker.ingest.pipeline import Answer
from tracker.ingest.rescreen import remembered_in, rescreen
from tracker.models import Browser, User

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.ingest.arrival import Arrival
    from tracker.ingest.pipeline import Decide
    from tracker.links import OwnLink

MOST_MARKED = 10
"""Browsers known by a prospect's link that one test link marks within its life. A colleague who tests links
has a few of them; with more, the test link went out in the mailing itself.
"""


def follow(
    session: Session, arrival: Arrival, link: OwnLink, now: datetime, decide: Decide
) -> Answer | DropReason:
    """Mark the browser that opened a test link, of which nothing else is stored.

    One that no prospect's link was opened in has no row, and gets none: its credential says whose it is.
    A drop's name alone means that the link is worth nothing here (any more).
    """
    sites = sites_by_key(session, {arrival.batch.site})
    site = admitted_site(sites.get(arrival.batch.site), arrival.sender.origin)
    if isinstance(site, DropReason):
        return Answer(drops=(site,))
    # Held, so that of many who open one link at the same moment each is counted.
    session.execute(select(User.id).where(User.id == link.user_id).with_for_update(key_share=True))
    if not marks(markers(session, {link.user_id}), link.user_id, link.issued_at):
        return DropReason.REVOKED_TOKEN
    browsers = hold(session, Browser.key == arrival.browser_key) if arrival.browser_key else []
    living = [browser for browser in browsers if browser.revoked_at is None]
    if not living:
        return Answer(OwnMark(link.user_id, now).key, drops=(DropReason.TEST_LINK,))
    (browser,) = living
    if browser.own_user_id is None and marked_since(session, link.user_id, link.issued_at) >= MOST_MARKED:
        return DropReason.SPREAD_TEST_LINK
    if make_own(browser, link.user_id, now):
        rescreen(session, remembered_in(session, browser.id), now, decide)
    return Answer(drops=(DropReason.TEST_LINK,))
