"""Which visits are read otherwise under other rules: their topics, and whether they answer a loss."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import select

from alerts.models import Alert
from alerts.rules.past import LONGEST_VISIT, addresses_read, pages_of_topics
from alerts.rules.weights import Read, topics_of
from tracker.among import among
from tracker.imports.loss import ReasonKinds
from tracker.ingest import intent
from tracker.ingest.intent import PageRead
from tracker.models import Deal, PageView, Visit
from tracker.months import within
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

    @cache  # a site has far fewer addresses than its pages are opened
    def both(site_id: int, url: str) -> tuple[str, str]:
        return first(site_id, url), second(site_id, url)

    changed: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
    for visit_id, site_id, urls in addresses_read(session, looked, now):
        pages = {both(site_id, url) for url in urls}
        if any(was != becomes for was, becomes in pages):
            changed[visit_id] = (
                frozenset(was for was, _ in pages if was),
                frozenset(becomes for _, becomes in pages if becomes),
            )
    reads: tuple[dict[int, Read], dict[int, Read]] = ({}, {})
    for record in looked.past.records:
        for read, topics in zip(reads, changed.get(record.visit_id, ()), strict=False):
            read[record.visit_id] = _read(record, topics, record.kind, table)
    return reads


def read_by_points(session: Session, looked: Looked, now: datetime, before: Rules, after: Rules) -> Reads:
    """Find topics that count under one of these rules and left no reason, and answers that differ."""
    silent = _counting(before) | _counting(after)
    silent -= before.points.topics.keys()
    found: dict[int, set[str]] = defaultdict(set)
    if silent:
        for visit_id, topic in pages_of_topics(session, looked, now, silent):
            found[visit_id].add(topic)
    if not found and before.points.answering == after.points.answering:
        return {}, {}
    reads: tuple[dict[int, Read], dict[int, Read]] = ({}, {})
    for record in looked.past.records:
        topics = topics_of(record.names) | found.get(record.visit_id, set())
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
    now: datetime,
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
    of_visits = (
        session.connection()
        .execute(
            select(Alert.visit_id, Deal.reason, Deal.notes)
            .join(Visit, Visit.id == Alert.visit_id)
            .join(Deal, Deal.id == Alert.deal_id)
            .where(looked.told_of, among(Deal.reason, kinds))
        )
        .all()
    )
    # What a person or a file said otherwise stays.
    moved = {
        visit_id: (kinds[reason], f"{reason} {notes}")
        for visit_id, reason, notes in of_visits
        if visit_id in by_id and by_id[visit_id].kind == sorts[0].kind_of(reason)
    }
    features = [visit_id for visit_id, (kind, _) in moved.items() if kind is ReasonKind.FEATURE]
    pages = _pages(session, looked, now, features)
    named = cache(_named)
    after = {}
    for visit_id, (kind, text) in moved.items():
        topics = topics_of(by_id[visit_id].names)
        answers = bool(topics & _answering(table, kind)) or any(
            named(text, url, title) for url, title in pages.get(visit_id, ())
        )
        after[visit_id] = Read(topics, answers)
    return {}, after


def _read(record: Record, topics: frozenset[str], kind: ReasonKind | None, table: Points) -> Read:
    """Read a visit by other topics; a page that answered by its words goes on answering."""
    answering = _answering(table, kind)
    by_word = intent.ANSWERS in record.names and not topics_of(record.names) & answering
    return Read(topics, by_word or bool(topics & answering))


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


def _named(reason: str, url: str, title: str) -> bool:
    return intent.names(reason, [PageRead("", url, title)])


def _pages(
    session: Session, looked: Looked, now: datetime, visits: Collection[int]
) -> dict[int, list[tuple[str, str]]]:
    """Give the addresses and titles that were read in these visits."""
    pages: dict[int, list[tuple[str, str]]] = defaultdict(list)
    if visits:
        months = within(looked.since - LONGEST_VISIT, now)
        for visit_id, url, title in session.connection().execute(
            select(PageView.visit_id, PageView.url, PageView.title).where(
                among(PageView.visit_id, visits), months
            )
        ):
            pages[visit_id].append((url, title))
    return pages
