"""What becomes of a browser by a person's word: somebody else's, or one of our own people's.

What happened in it stays. Whoever changes one derives its visits anew, with `tracker.ingest.rescreen`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.models import Browser, Prospect, User, Visit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


def theirs() -> ColumnElement[bool]:
    """Say of visits joined with their browsers that they are the prospect's, as far as anybody knows.

    What was done in a browser that a rep said is somebody else's was not done by them.
    """
    return Browser.unbound_at.is_(None) | (Browser.prospect_id != Visit.prospect_id)


def hold(session: Session, which: ColumnElement[bool]) -> list[Browser]:
    """Find browsers and hold everybody's rows who came in them, until the commit.

    People come first in the order of locks: hold no visit or alert before. The ingest holds them too before
    it reads a browser, so that it knows this change or comes before it.
    """
    query = select(Browser).where(which).order_by(Browser.id).execution_options(populate_existing=True)
    held: set[int] = set()
    browsers = list(session.scalars(query))
    while wanted := {browser.prospect_id for browser in browsers} - held:
        ids = [browser.id for browser in browsers]
        wanted |= set(session.scalars(select(Visit.prospect_id).where(Visit.browser_id.in_(ids))))
        session.execute(
            select(Prospect.id)
            .where(Prospect.id.in_(wanted))
            .order_by(Prospect.id)
            .with_for_update(key_share=True)
        )
        held |= wanted
        browsers = list(session.scalars(query))  # one may just have become another's
    return browsers


def unbind(browser: Browser, prospect_id: int, now: datetime) -> bool:
    """Make a held browser nobody's; False when it is not this prospect's (any more)."""
    if browser.prospect_id != prospect_id or browser.unbound_at is not None:
        return False
    browser.unbound_at = now
    return True


def bind_again(browser: Browser, prospect_id: int) -> bool:
    """Give a held browser back; False when it is not unbound, or another's by now."""
    if browser.prospect_id != prospect_id or browser.unbound_at is None:
        return False
    browser.unbound_at = None
    return True


def make_own(browser: Browser, user_id: int, now: datetime) -> bool:
    """Make a held browser one of our own people's; False when it is this user's already."""
    if browser.own_user_id == user_id:
        return False
    browser.own_user_id, browser.own_at = user_id, now
    return True


def clear_own(session: Session, user: User, now: datetime) -> list[int]:
    """Take the mark off all of a user's browsers, and let no link or credential of before make it again.

    Gives the browsers.
    """
    user.own_since = now
    session.flush()
    browsers = hold(session, Browser.own_user_id == user.id)
    for browser in browsers:
        browser.own_user_id = browser.own_at = None
    return [browser.id for browser in browsers]


def markers(session: Session, user_ids: Collection[int]) -> Mapping[int, datetime | None]:
    """Give those of the users who still work here, and before when (UTC) nothing marks for them."""
    if not user_ids:
        return {}
    working = select(User.id, User.own_since).where(User.id.in_(user_ids), User.left_at.is_(None))
    return dict(session.execute(working).all())


def marks(users: Mapping[int, datetime | None], user_id: int, issued_at: datetime) -> bool:
    """Whether what was issued for a user at that time still marks a browser as theirs."""
    since = users.get(user_id)
    return user_id in users and (since is None or issued_at >= since)


def marked_since(session: Session, user_id: int, at: datetime) -> int:
    """Count the browsers that were a prospect's already when they were marked as this user's."""
    counted = select(func.count()).where(
        Browser.own_user_id == user_id, Browser.own_at >= at, Browser.own_at > Browser.created_at
    )
    return session.scalar(counted) or 0
