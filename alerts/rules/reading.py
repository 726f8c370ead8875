"""Which visits are read otherwise under other rules: their topics, and whether they answer a loss."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import select

from alerts.models import Alert
from alerts.rules.past import pages_read, told_of
from alerts.rules.replay import Read
from tracker.among import among
from tracker.imports.loss import ReasonKinds
from tracker.ingest import intent
from tracker.ingest.intent import PageRead
from tracker.models import Deal, PageView, Visit
from tracker.topics import topics_by
from tracker.words import ReasonKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.rules.past import Looked
    from alerts.rules.replay import Record, Rules
    from tracker.imports.loss import ReasonLine
    from tracker.ingest.intent import Points
    from tracker.topics import TopicLine

Reads: TypeAlias = "tuple[Mapping[int, Read], Mapping[int, Read]]"
"""By visit, under the rules in force and under the others; as stored where it is not named."""


def read_by_topics(
    session: Session,
    looked: Looked,
    now: datetime,
    lines: tuple[Sequence[TopicLine], Sequence[TopicLine]],
    table: Points,
) -> Reads:
    """Give the pages of each visit their topics by two lists of rules."""
    first, second = (topics_by(each) for each in lines)
    pages: dict[int, list[tuple[str, str]]] = defaultdict(list)
    changed: set[int] = set()
    for visit_id, site_id, url, _ in pages_read(session, looked.since, now):
        was, becomes = first(site_id, url), second(site_id, url)
        pages[visit_id].append((was, becomes))
        if was != becomes:
            changed.add(visit_id)
    reads: tuple[dict[int, Read], dict[int, Read]] = ({}, {})
    for record in looked.past.records:
        if record.visit_id in changed:
            for read, topics in zip(reads, zip(*pages[record.visit_id], strict=True), strict=True):
                read[record.visit_id] = _read(record, frozenset(topics) - {""}, record.kind, table)
    return reads


def read_by_points(session: Session, looked: Looked, now: datetime, before: Rules, after: Rules) -> Reads:
    """Find topics that count under one of these rules and left no reason, and answers that differ."""
    silent = _counting(before) | _counting(after)
    silent -= before.points.topics.keys()
    found: dict[int, set[str]] = defaultdict(set)
    if silent:
        for visit_id, _, _, topic in pages_read(session, looked.since, now, silent):
            found[visit_id].add(topic)
    if not found and before.points.answering == after.points.answering:
        return {}, {}
    reads: tuple[dict[int, Read], dict[int, Read]] = ({}, {})
    for record in looked.past.records:
        topics = _stored_topics(record) | found.get(record.visit_id, set())
        answers = intent.ANSWERS in record.names
        by_word = answers and not topics & _answering(before.points, record.kind)
        becomes = by_word or bool(topics & _answering(after.points, record.kind))
        if found.get(record.visit_id) or answers is not becomes:
            reads[0][record.visit_id] = Read(topics, answers)
            reads[1][record.visit_id] = Read(topics, becomes)
    return reads


def read_by_reasons(
    session: Session,
    looked: Looked,
    lines: tuple[Sequence[ReasonLine], Sequence[ReasonLine]],
    table: Points,
) -> Reads:
    """Hold what visits read against the loss reasons as other rules sort them."""
    sorts = [ReasonKinds(line.rule for line in each) for each in lines]
    texts = list(session.scalars(select(Deal.reason).where(Deal.reason != "").distinct()))
    kinds = {
        text: sorts[1].kind_of(text) for text in texts if sorts[0].kind_of(text) != sorts[1].kind_of(text)
    }
    if not kinds:
        return {}, {}
    by_id = {record.visit_id: record for record in looked.past.records}
    of_visits = session.execute(
        select(Alert.visit_id, Deal.reason, Deal.notes)
        .join(Visit, Visit.id == Alert.visit_id)
        .join(Deal, Deal.id == Alert.deal_id)
        .where(told_of(looked.since), among(Deal.reason, kinds))
    ).all()
    # What a person or a file said otherwise stays.
    moved = {
        visit_id: (kinds[reason], f"{reason} {notes}")
        for visit_id, reason, notes in of_visits
        if visit_id in by_id and by_id[visit_id].kind == sorts[0].kind_of(reason)
    }
    features = [visit_id for visit_id, (kind, _) in moved.items() if kind is ReasonKind.FEATURE]
    pages = _pages(session, features)
    after = {}
    for visit_id, (kind, text) in moved.items():
        topics = _stored_topics(by_id[visit_id])
        answers = bool(topics & _answering(table, kind)) or intent.names(text, pages.get(visit_id, ()))
        after[visit_id] = Read(topics, answers)
    return {}, after


def _read(record: Record, topics: frozenset[str], kind: ReasonKind | None, table: Points) -> Read:
    """Read a visit by other topics; a page that answered by its words goes on answering."""
    answering = _answering(table, kind)
    by_word = intent.ANSWERS in record.names and not _stored_topics(record) & answering
    return Read(topics, by_word or bool(topics & answering))


def _stored_topics(record: Record) -> frozenset[str]:
    return frozenset(name.removeprefix(intent.PAGE) for name in record.names if name.startswith(intent.PAGE))


def _answering(table: Points, kind: ReasonKind | None) -> frozenset[str]:
    return table.answering.get(kind, frozenset()) if kind is not None else frozenset()


def _counting(rules: Rules) -> set[str]:
    """Name the topics by which anything is decided."""
    return {
        *rules.points.topics,
        *rules.policy.high_intent_topics,
        *rules.policy.at_once_topics,
        *(topic for topics in rules.points.answering.values() for topic in topics),
    }


def _pages(session: Session, visits: Collection[int]) -> dict[int, list[PageRead]]:
    pages: dict[int, list[PageRead]] = defaultdict(list)
    if visits:
        for visit_id, topic, url, title in session.execute(
            select(PageView.visit_id, PageView.topic, PageView.url, PageView.title).where(
                among(PageView.visit_id, visits)
            )
        ):
            pages[visit_id].append(PageRead(topic, url, title))
    return pages
