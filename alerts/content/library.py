"""The library: what there is to send, what it is about, and who changes it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select

from alerts.content.suggest import Item
from alerts.models import ContentItem, ContentSent, ContentTopic
from tracker.among import among
from tracker.audit import What, note, note_change
from tracker.errors import PlainError
from tracker.models import TopicRule
from tracker.topics import read_topic
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from alerts.words import ContentKind
    from tracker.audit import Actor

TITLE = 200
FEWEST_TOPICS, MOST_TOPICS = 1, 5
"""Topics of one item: without one nothing fits it, and what is about everything fits everybody."""
MOST_ITEMS = 300
"""Items that suggestions choose from, the newest: a small library is one that people know."""
OFFERED_TOPICS = 60
"""Topics that a form offers; others are typed."""


class ContentError(PlainError):
    """An item cannot be as asked; the message says what to write."""


class KnownAddressError(ContentError):
    """There is an item with this address already."""

    def __init__(self, message: str, content_id: int) -> None:
        """Say which it is."""
        super().__init__(message)
        self.content_id = content_id


@dataclass(frozen=True, slots=True)
class ItemWords:
    """What is said of an item; the address is spelled as `addresses.read_address` gives it."""

    title: str
    url: str
    kind: ContentKind
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What there is to send, and the topics of all that was asked for, by its id."""

    items: tuple[Item, ...]
    topics: Mapping[int, frozenset[str]]


def read_title(text: str) -> str:
    """Read what an item is called.

    Raises:
        ContentError: it is blank or too long.

    """
    title = " ".join(text.split())
    if not title or len(title) > TITLE:
        msg = f"Write its title, at most {TITLE} characters"
        raise ContentError(msg)
    return title


def read_topics(chosen: Iterable[str], typed: str) -> tuple[str, ...]:
    """Read what an item is about: topics that were chosen, and others that were typed, parted by commas.

    Raises:
        ContentError: there is none, or there are too many.
        tracker.topics.TopicError: one of them is too long.

    """
    others = [one for one in typed.split(",") if one.strip()]
    topics = tuple(dict.fromkeys(read_topic(one) for one in (*chosen, *others)))
    if not FEWEST_TOPICS <= len(topics) <= MOST_TOPICS:
        msg = f"Choose {FEWEST_TOPICS} to {MOST_TOPICS} topics: by them it is found for people"
        raise ContentError(msg)
    return topics


def items_there(session: Session, and_sent_to: int | None = None) -> Shelf:
    """Give what can be sent, the newest first; also what a prospect was sent that was taken out since."""
    newest = (
        select(ContentItem.id)
        .where(ContentItem.ended_at.is_(None))
        .order_by(ContentItem.id.desc())
        .limit(MOST_ITEMS)
    )
    there: ColumnElement[bool] = ContentItem.id.in_(newest)
    if and_sent_to is not None:
        had = select(ContentSent.content_id).where(ContentSent.prospect_id == and_sent_to)
        there = or_(there, ContentItem.id.in_(had))
    rows = session.execute(
        select(ContentItem, ContentTopic.topic)
        .join(ContentTopic, ContentTopic.content_id == ContentItem.id)
        .where(there)
        .order_by(ContentItem.id.desc())
    ).all()
    topics: dict[int, set[str]] = defaultdict(set)
    for row, topic in rows:
        topics[row.id].add(topic)
    known = {row.id: row for row, _ in rows}
    return Shelf(
        tuple(item_of(row, topics[row.id]) for row in known.values() if row.ended_at is None),
        {content_id: frozenset(those) for content_id, those in topics.items()},
    )


def item_of(row: ContentItem, topics: Iterable[str]) -> Item:
    """Give an item as suggestions know it."""
    return Item(row.id, row.title, row.url, row.kind, frozenset(topics))


def topics_of(session: Session, content_ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """Give what each of these items is about, in the alphabet's order."""
    found: dict[int, list[str]] = defaultdict(list)
    if content_ids:
        rows = session.execute(
            select(ContentTopic.content_id, ContentTopic.topic)
            .where(among(ContentTopic.content_id, content_ids))
            .order_by(ContentTopic.topic)
        )
        for content_id, topic in rows:
            found[content_id].append(topic)
    return {content_id: tuple(topics) for content_id, topics in found.items()}


def topics_there(session: Session) -> Sequence[str]:
    """Give the topics there are, of pages and of content, in the alphabet's order."""
    both = select(TopicRule.topic).union(select(ContentTopic.topic)).subquery()
    return session.scalars(select(both.c.topic).order_by(both.c.topic)).all()


def add_item(session: Session, words: ItemWords, who: Actor, now: datetime) -> ContentItem:
    """Add an item.

    Raises:
        KnownAddressError: it is there already, or was once.

    """
    _mind_twin(session, words.url)
    item = ContentItem(
        title=words.title, url=words.url, kind=words.kind, added_by=who.user_id, added_at=now, version=1
    )
    session.add(item)
    session.flush()
    _put_topics(session, item.id, words.topics)
    note(session, who, "add", What(Thing.CONTENT, item.id, after=_told(item, words.topics)), now)
    return item


def change_item(session: Session, item: ContentItem, words: ItemWords, who: Actor, now: datetime) -> None:
    """Say something else of an item. The caller holds its row.

    Raises:
        KnownAddressError: another one has this address.

    """
    if words.url != item.url:
        _mind_twin(session, words.url)
    before = _told(item, topics_of(session, [item.id]).get(item.id, ()))
    item.title, item.url, item.kind = words.title, words.url, words.kind
    _put_topics(session, item.id, words.topics)
    what = What(Thing.CONTENT, item.id, before, _told(item, words.topics))
    if note_change(session, who, "change", what, now):
        item.version += 1


def end_item(session: Session, item: ContentItem, who: Actor, now: datetime) -> None:
    """Take an item out: it is suggested to nobody any more, and stays where it was sent. Its row is held."""
    if item.ended_at is None:
        item.ended_at = now
        item.version += 1
        note(session, who, "end", What(Thing.CONTENT, item.id), now)


def put_back_item(session: Session, item: ContentItem, who: Actor, now: datetime) -> None:
    """Put an item back that was taken out. The caller holds its row."""
    if item.ended_at is not None:
        item.ended_at = None
        item.version += 1
        note(session, who, "put back", What(Thing.CONTENT, item.id), now)


def _mind_twin(session: Session, url: str) -> None:
    twin = session.execute(
        select(ContentItem.id, ContentItem.title, ContentItem.ended_at).where(ContentItem.url == url)
    ).one_or_none()
    if twin is not None:
        where = "here already" if twin.ended_at is None else "among what was taken out: put it back instead"
        msg = f"This address is {where}, as “{twin.title}”"
        raise KnownAddressError(msg, twin.id)


def _put_topics(session: Session, content_id: int, topics: Iterable[str]) -> None:
    there = set(topics_of(session, [content_id]).get(content_id, ()))
    gone, new = there - set(topics), sorted(set(topics) - there)
    session.execute(
        delete(ContentTopic).where(
            ContentTopic.content_id == content_id, among(ContentTopic.topic, sorted(gone))
        ),
        execution_options={"synchronize_session": False},
    )
    session.add_all(ContentTopic(content_id=content_id, topic=topic) for topic in new)
    session.flush()


def _told(item: ContentItem, topics: Iterable[str]) -> dict[str, object]:
    return {"title": item.title, "url": item.url, "kind": item.kind, "topics": sorted(topics)}
