"""Our own people on the website: the links that mark their browsers, and the browsers so marked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.errors import PlainError
from tracker.links import OwnLink, tracked_url
from tracker.models import Browser, Prospect, User, Visit
from tracker.people.users import user_with

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.signing import Signer


class OwnError(PlainError):
    """No test link can be written as asked."""


@dataclass(frozen=True, slots=True)
class OwnBrowser:
    """A browser of one of our own people. Times are UTC."""

    since: datetime
    last_visit_at: datetime | None
    """None: nothing was stored of it."""
    opened: str
    """Whose link was opened in it last."""


def own_link(  # noqa: PLR0913  (what a link is made of)
    session: Session,
    signer: Signer,
    email: str,
    url: str,
    label: str,
    now: datetime,
    *,
    param: str,
    in_query: bool,
) -> str:
    """Write the link that marks a browser as this user's, with a campaign's label as its mailing has it.

    Raises:
        OwnError: the user left.
        tracker.people.users.PeopleError: there is no such user.
        tracker.links.LinkError: the address cannot carry it.

    """
    user = user_with(session, email)
    if user.left_at is not None:
        msg = f"{user.email} left; write a test link for somebody who works here"
        raise OwnError(msg)
    token = OwnLink(user.id, now).text(signer)
    return tracked_url(url, token, label, param=param, in_query=in_query)


def own_browsers(session: Session) -> list[tuple[User, list[OwnBrowser]]]:
    """List the browsers of our own people by user; those who have none are left out."""
    last = select(func.max(Visit.last_at, type_=Visit.last_at.type)).where(Visit.browser_id == Browser.id)
    found: dict[int, list[OwnBrowser]] = defaultdict(list)
    for browser, user_id, opened, last_at in session.execute(
        select(Browser, User.id, Prospect.name, last.scalar_subquery())
        .join(User, User.id == Browser.own_user_id)
        .join(Prospect, Prospect.id == Browser.prospect_id)
        .order_by(Browser.own_at, Browser.id)
    ):
        found[user_id].append(OwnBrowser(browser.own_at or browser.created_at, last_at, opened))
    users = session.scalars(select(User).where(User.id.in_(found)).order_by(User.name, User.id))
    return [(user, found[user.id]) for user in users]
