"""A small library for stories, and people who read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.models import ContentItem, ContentSent, ContentTopic
from alerts.words import ContentKind, SentBy
from tests.alerts.scenes import add_page, add_visit
from tests.builders import NOON, add_site
from tracker.models import Goal, Site, State
from tracker.words import GoalKind

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.models import Prospect, User, Visit


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


def add_goal(session: Session, person: Prospect, topic: str = "onboarding", **fields: object) -> Goal:
    values: dict[str, object] = {"kind": GoalKind.GOAL, "text": "Train new people in a week", "at": NOON}
    goal = Goal(prospect_id=person.id, topic=topic, **values | fields)
    session.add(goal)
    session.flush()
    return goal


def add_sent(
    session: Session, person: Prospect, user: User, item: ContentItem | None = None, at: datetime = NOON
) -> ContentSent:
    item = item or add_item(session, "A guide", "https://www.northwind.example/guide", "onboarding")
    sent = ContentSent(
        content_id=item.id, prospect_id=person.id, user_id=user.id, how=SentBy.MAIL, why="", at=at
    )
    session.add(sent)
    session.flush()
    return sent
