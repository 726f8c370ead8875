"""A small library for stories, and people who read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.models import ContentItem, ContentTopic
from alerts.words import ContentKind
from tests.alerts.scenes import add_page, add_visit
from tests.builders import NOON, add_site
from tracker.models import Site, State

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.models import Prospect, Visit


def add_item(
    session: Session, title: str, url: str, *topics: str, kind: ContentKind = ContentKind.HELPFUL
) -> ContentItem:
    item = ContentItem(title=title, url=url, kind=kind, added_at=NOON)
    session.add(item)
    session.flush()
    session.add_all(ContentTopic(content_id=item.id, topic=topic) for topic in topics)
    session.flush()
    return item


def add_read(
    session: Session, person: Prospect, url: str, at: datetime, state: State = State.CONFIRMED
) -> Visit:
    """Somebody reads a page then."""
    site = session.scalars(select(Site)).first() or add_site(session)
    visit = add_visit(session, person, at=at, site_id=site.id, state=state)
    add_page(session, visit, url=url, at=at)
    return visit
