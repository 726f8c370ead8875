"""Words that users put to prospects, to find them again among others."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from tracker.among import among
from tracker.errors import PlainError
from tracker.index_walk import each_value
from tracker.models import Prospect, Tag, UtcDateTime
from tracker.models.goal import TAG

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

MOST = 20
"""Tags of one person: more are read by nobody."""
KNOWN = 200
"""Tags that are offered to choose from; others are typed."""


class TagError(PlainError):
    """It cannot be a tag; the message says what to write."""


def read_tag(text: str) -> str:
    """Read a tag: in small letters, with single blanks.

    Raises:
        TagError: it is blank, or too long.

    """
    tag = " ".join("".join(char if char.isprintable() else " " for char in text).lower().split())
    if not tag:
        msg = "Write a word, like met at the fair"
        raise TagError(msg)
    if len(tag) > TAG:
        msg = f"Use {TAG} characters at most"
        raise TagError(msg)
    return tag


def known_tags(session: Session) -> Sequence[str]:
    """Give tags that somebody has, by letter, up to `KNOWN`."""
    return session.scalars(each_value(Tag.tag, KNOWN)).all()


def tags_of(session: Session, prospect_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Give the tags of these people, by letter; who has none is left out."""
    found: dict[int, list[str]] = defaultdict(list)
    wanted = select(Tag.prospect_id, Tag.tag).where(among(Tag.prospect_id, prospect_ids)).order_by(Tag.tag)
    for number, tag in session.execute(wanted):
        found[number].append(tag)
    return {number: tuple(tags) for number, tags in found.items()}


def put_tag(
    session: Session, prospect_ids: Collection[int], tag: str, user_id: int, now: datetime
) -> Sequence[int]:
    """Put a tag to these people; gives to whom: those who have it, or have `MOST` already, are left out."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # In the order in which everybody takes people.
    held = select(Prospect.id).where(among(Prospect.id, prospect_ids)).order_by(Prospect.id)
    ids = session.scalars(held.with_for_update(key_share=True)).all()
    others = select(func.count()).where(Tag.prospect_id == Prospect.id).correlate(Prospect).scalar_subquery()
    rows = select(Prospect.id, literal(tag), literal(user_id), literal(now, UtcDateTime())).where(
        among(Prospect.id, ids), others < MOST
    )
    put = insert(Tag).from_select(["prospect_id", "tag", "user_id", "at"], rows).on_conflict_do_nothing()
    return session.scalars(put.returning(Tag.prospect_id)).all()


def take_tag_off(session: Session, prospect_id: int, tag: str) -> bool:
    """Take a tag off somebody; gives whether they had it."""
    gone = delete(Tag).where(Tag.prospect_id == prospect_id, Tag.tag == tag).returning(Tag.prospect_id)
    return bool(session.scalars(gone).all())


def take_back(session: Session, tag: str, user_id: int, at: datetime) -> int:
    """Take a tag off all to whom this user put it at that moment; gives how many."""
    gone = delete(Tag).where(Tag.tag == tag, Tag.user_id == user_id, Tag.at == at)
    return len(session.scalars(gone.returning(Tag.prospect_id)).all())
