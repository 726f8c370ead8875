"""What the library is worth: how many people were sent each item, and how many of those came to its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, func, literal, or_, select, union_all

from alerts.models import ContentSent
from tracker.among import among
from tracker.ingest.history import PEOPLE
from tracker.models import PageView, Visit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session


class Counted(NamedTuple):
    """An item, and its page as visits keep the address; empty: it is on no site of ours."""

    content_id: int
    page: str


class Figures(NamedTuple):
    """In people."""

    sent: int = 0
    came: int = 0
    """Who was sent it and came to its page since, in a visit that a person made."""


def figures(session: Session, items: Collection[Counted]) -> Mapping[Counted, Figures]:
    """Count them for these items, with one query."""
    if not items:
        return {}
    stands = (
        among(ContentSent.content_id, [one.content_id for one in items]),
        ContentSent.undone_at.is_(None),
    )
    people = func.count(ContentSent.prospect_id.distinct())
    sent = (
        select(ContentSent.content_id.label("id"), literal(0).label("came"), people.label("people"))
        .where(*stands)
        .group_by(ContentSent.content_id)
    )
    pages = [
        and_(ContentSent.content_id == one.content_id, PageView.url == one.page) for one in items if one.page
    ]
    came = (
        select(ContentSent.content_id, literal(1), people)
        .join(
            Visit,
            and_(Visit.prospect_id == ContentSent.prospect_id, Visit.last_at >= ContentSent.at),
        )
        .join(PageView, and_(PageView.visit_id == Visit.id, PageView.at >= ContentSent.at))
        .where(*stands, Visit.state.in_(PEOPLE), Visit.not_theirs.is_(False), or_(*pages))
        .group_by(ContentSent.content_id)
    )
    rows = session.execute(union_all(sent, came) if pages else sent)
    counted = {(content_id, came): number for content_id, came, number in rows}
    return {one: Figures(*(counted.get((one.content_id, part), 0) for part in (0, 1))) for one in items}
