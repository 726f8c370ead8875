"""What becomes of a browser by a person's word: somebody else's, or one of our own people's.

What happened in it stays. Whoever changes one derives its visits anew, with `tracker.ingest.rescreen`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from tracker.among import among
from tracker.models import Browser, Prospect, User, Visit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


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
        wanted |= set(session.scalars(select(Visit.prospect_id).where(among(Visit.browser_id, ids))))
        session.execute(
            select(Prospect.id)
            .where(among(Prospect.id, wanted))
            .order_by(Prospect.id)
            .with_for_update(key_share=True)
        )
        held |= wanted
        browsers = list(session.scalars(query))  # one may just have become another's
    return browsers


def unbind(session: Session, browser: Browser, prospect_id: int, now: datetime) -> bool:
    """Say that whoever visited in a held browser by this prospect's links was not them; False: it was said.

    It becomes nobody's, unless it is bound to another by now. The visits keep the fact, whoever it is
    bound to later.
    """
    if not _mark_visits(session, browser, prospect_id, not_theirs=True):
        return False
    if browser.prospect_id == prospect_id and browser.unbound_at is None:
        browser.unbound_at = now
    return True


def bind_again(session: Session, browser: Browser, prospect_id: int) -> bool:
    """Give this prospect their visits in a held browser back, and the browser unless it is another's by now.

    False when the visits were theirs all along.
    """
    if not _mark_visits(session, browser, prospect_id, not_theirs=False):
        return False
    if browser.prospect_id == prospect_id:
        browser.unbound_at = None
    return True


def _mark_visits(session: Session, browser: Browser, prospect_id: int, *, not_theirs: bool) -> bool:
    """Set what is known of all this prospect's visits in a browser; False when it was known of each."""
    marked = session.scalars(
        update(Visit)
        .where(
            Visit.browser_id == browser.id,
            Visit.prospect_id == prospect_id,
            Visit.not_theirs.is_not(not_theirs),
        )
        .values(not_theirs=not_theirs)
        .returning(Visit.id)
    )
    return bool(marked.all())


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
    working = select(User.id, User.own_since).where(among(User.id, user_ids), User.left_at.is_(None))
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
