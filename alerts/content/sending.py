"""What was sent to somebody: put on record, taken back, and read with what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select

from alerts.content.addresses import page_of
from alerts.models import ContentItem, ContentSent
from tracker.audit import What, note
from tracker.errors import PlainError
from tracker.ingest.history import PEOPLE
from tracker.models import PageView, User, Visit
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.words import SentBy
    from tracker.audit import Actor
    from tracker.models import Site

LISTED = 50
"""Of what one person was sent that a page shows, the newest."""
WHY = 300
"""Characters of a reason."""


class SentAlreadyError(PlainError):
    """They were sent the same before."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Something that somebody was sent, and by whom."""

    row: ContentSent
    title: str
    url: str
    by: str
    is_there: bool
    """The library still has it."""


def record_sent(  # noqa: PLR0913, PLR0917  (what went to whom, how, why, by whom, and when)
    session: Session,
    content_id: int,
    prospect_id: int,
    how: SentBy,
    why: str,
    who: Actor,
    now: datetime,
) -> ContentSent:
    """Put on record that somebody was sent something. The caller holds the prospect's row.

    Raises:
        SentAlreadyError: that is on record.

    """
    stands = (
        ContentSent.prospect_id == prospect_id,
        ContentSent.content_id == content_id,
        ContentSent.undone_at.is_(None),
    )
    if session.scalar(select(ContentSent.id).where(*stands).limit(1)) is not None:
        msg = "It is on record already that they were sent this"
        raise SentAlreadyError(msg)
    sent = ContentSent(
        content_id=content_id,
        prospect_id=prospect_id,
        user_id=who.user_id,
        how=how,
        why=why[:WHY],
        at=now,
    )
    session.add(sent)
    session.flush()
    after = {"prospect_id": prospect_id, "how": how}
    note(session, who, "send", What(Thing.CONTENT, content_id, after=after), now)
    return sent


def undo_sent(session: Session, sent: ContentSent, who: Actor, now: datetime) -> bool:
    """Take back that something was sent; gives whether it stood. The caller holds the prospect's row."""
    if sent.undone_at is not None:
        return False
    sent.undone_at = now
    before = {"prospect_id": sent.prospect_id, "how": sent.how}
    note(session, who, "undo sending", What(Thing.CONTENT, sent.content_id, before), now)
    return True


def sent_to(session: Session, prospect_id: int) -> Sequence[Sending]:
    """Give what somebody was sent, the newest first; what was taken back is left out."""
    rows = session.execute(
        select(ContentSent, ContentItem.title, ContentItem.url, ContentItem.ended_at, User.name)
        .join(ContentItem, ContentItem.id == ContentSent.content_id)
        .join(User, User.id == ContentSent.user_id)
        .where(ContentSent.prospect_id == prospect_id, ContentSent.undone_at.is_(None))
        .order_by(ContentSent.at.desc(), ContentSent.id.desc())
        .limit(LISTED)
    )
    return [Sending(row, title, url, by, ended is None) for row, title, url, ended, by in rows]


def came_since(
    session: Session, prospect_id: int, sent: Iterable[Sending], sites: Sequence[Site]
) -> Mapping[int, datetime | None]:
    """Give of each sending whose page is ours when they came to that page last since then (UTC), or None.

    Of pages elsewhere there is nothing to know, so those are left out. Visits count that a person made.
    """
    pages = {one.row.id: (one.row.at, page.stored) for one in sent if (page := page_of(one.url, sites))}
    if not pages:
        return {}
    wanted = or_(*(and_(PageView.url == url, PageView.at >= at) for at, url in set(pages.values())))
    rows = session.execute(
        select(PageView.url, func.max(PageView.at, type_=PageView.at.type))
        .join(Visit, Visit.id == PageView.visit_id)
        .where(
            Visit.prospect_id == prospect_id,
            Visit.last_at >= min(at for at, _ in pages.values()),
            Visit.state.in_(PEOPLE),
            Visit.not_theirs.is_(False),
            wanted,
        )
        .group_by(PageView.url)
    )
    came: dict[str, datetime] = dict(rows.all())
    return {
        number: last if (last := came.get(url)) is not None and last >= at else None
        for number, (at, url) in pages.items()
    }
