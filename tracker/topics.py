"""The editable table of topics: which rules there are, in which order, for which site."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, func, select

from tracker.errors import PlainError
from tracker.models import TopicRule
from tracker.rules.stored import take_turn
from tracker.rules.words import RuleName
from tracker.topic_rules import DEFAULT_TOPIC_RULES, MOST_STARS, TopicRules, compile_rules, topic_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

PATTERN_LENGTH = 200
TOPIC_LENGTH = 60

_ORDER = (TopicRule.site_id.is_(None), TopicRule.position, TopicRule.id)


class TopicLine(NamedTuple):
    """A rule: which pages, of which site (None: of all), are about what."""

    id: int
    """0: not stored yet."""
    site_id: int | None
    pattern: str
    topic: str

    @property
    def group(self) -> int | None:
        """A site's own rules are asked first, then those for every site."""
        return self.site_id

    @property
    def key(self) -> tuple[int | None, str]:
        """Only one rule has this."""
        return self.site_id, self.pattern

    @property
    def said(self) -> str:
        """How the audit log calls it."""
        return self.pattern if self.site_id is None else f"{self.pattern} on site {self.site_id}"


class TopicError(PlainError):
    """A rule cannot be written or found as asked."""


def seed_topic_rules(session: Session) -> None:
    """Write the default rules, if there are no rules at all."""
    if session.scalar(select(func.count(TopicRule.id))):
        return
    session.add_all(
        TopicRule(position=position, pattern=pattern, topic=topic)
        for position, (pattern, topic) in enumerate(DEFAULT_TOPIC_RULES)
    )
    session.flush()


def load_topics(session: Session) -> Callable[[int | None, str], str]:
    """Give a function from a site's id and a page's address to the page's topic.

    A site's own rules are asked first, then those for every site.
    """
    return topics_by(topic_lines(session))


def topic_lines(session: Session) -> tuple[TopicLine, ...]:
    """Give all rules in the order in which they are asked."""
    rows = session.execute(
        select(TopicRule.id, TopicRule.site_id, TopicRule.pattern, TopicRule.topic).order_by(*_ORDER)
    )
    return tuple(TopicLine._make(row) for row in rows)


def topics_by(lines: Sequence[TopicLine]) -> Callable[[int | None, str], str]:
    """Give the same for these rules, which need not be stored; a site's own stand before the others."""

    @cache
    def rules_of(site_id: int | None) -> TopicRules:
        return compile_rules(
            tuple((line.pattern, line.topic) for line in lines if line.site_id in (None, site_id))
        )

    @cache  # for as long as this group of hits is worked on: its visitors read the same pages
    def topic(site_id: int | None, url: str) -> str:
        return topic_of(url, rules_of(site_id))

    return topic


def all_rules(session: Session) -> Sequence[TopicRule]:
    """Give all rules in the order in which they are asked: a site's own before those for every site."""
    return session.scalars(select(TopicRule).order_by(*_ORDER)).all()


def set_topic(session: Session, pattern: str, topic: str, site_id: int | None = None) -> TopicRule:
    """Give pages of this pattern a topic: changes the rule that is there, or adds one that is asked first.

    Raises:
        TopicError: pattern or topic cannot be one.

    """
    pattern, topic = read_pattern(pattern), read_topic(topic)
    take_turn(session, RuleName.TOPICS)
    rule = session.scalar(select(TopicRule).where(TopicRule.pattern == pattern, _of(site_id)))
    if rule is None:
        first = session.scalar(select(func.min(TopicRule.position)))
        rule = TopicRule(position=0 if first is None else first - 1, pattern=pattern, site_id=site_id)
        session.add(rule)
    rule.topic = topic
    session.flush()
    return rule


def read_pattern(text: str) -> str:
    """Read the pattern of a path.

    Raises:
        TopicError: it is none.

    """
    pattern = text.strip()
    usable = pattern.startswith(("/", "*")) and not re.search(r"\s|\*\*", pattern)
    if not usable or pattern.count("*") > MOST_STARS or len(pattern) > PATTERN_LENGTH:
        said = pattern if pattern.isprintable() else repr(pattern)
        msg = f"{said or 'This'} is no path; write one like /pricing* (the * stands for anything)"
        raise TopicError(msg)
    return pattern


def read_topic(text: str) -> str:
    """Read a topic: small letters, single blanks.

    Raises:
        TopicError: it is blank or too long.

    """
    topic = " ".join(text.split()).lower()
    if not topic or len(topic) > TOPIC_LENGTH:
        msg = f"A topic has 1 to {TOPIC_LENGTH} characters, e.g. pricing"
        raise TopicError(msg)
    return topic


def remove_topic(session: Session, pattern: str, site_id: int | None = None) -> None:
    """Take a rule away.

    Raises:
        TopicError: there is none with this pattern.

    """
    rule = session.scalar(select(TopicRule).where(TopicRule.pattern == pattern.strip(), _of(site_id)))
    if rule is None:
        msg = f"There is no rule {pattern!r}; `ringback topics` lists them"
        raise TopicError(msg)
    take_turn(session, RuleName.TOPICS)
    session.delete(rule)
    session.flush()


def _of(site_id: int | None) -> ColumnElement[bool]:
    return TopicRule.site_id.is_(None) if site_id is None else TopicRule.site_id == site_id
