"""The book of page topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import select

from alerts.rules.preview import Proposal
from alerts.web.rules.lists import Tested
from tracker.models import Site
from tracker.rules.order import store_topics
from tracker.rules.words import RuleName
from tracker.topic_rules import compile_rules, place_of
from tracker.topics import TopicLine, read_pattern, read_topic, topic_lines
from tracker.web.forms import FieldError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.audit import Actor
    from tracker.web.forms import Filled


class TopicsBook:
    """Which pages are about what."""

    name = RuleName.TOPICS
    fields: tuple[str, ...] = ("pattern", "topic", "site")
    words: dict[str, Any] = {  # noqa: RUF012  (read by templates only)
        "title": "Page topics",
        "lead": "What the pages of your sites are about. The first rule that matches wins.",
        "counts": "It counts for pages opened from now on. Pages read before keep their topic.",
        "ask": "Which topic has this address?",
        "example": "https://www.example.com/pricing",
        "new": "A new rule is asked before all others.",
    }

    def lines(self, session: Session) -> tuple[TopicLine, ...]:
        """Give the rules in their order."""
        return topic_lines(session)

    def choices(self, session: Session) -> dict[str, Any]:
        """Give the sites, and the topics there are."""
        sites = {str(site_id): name for site_id, name in _sites(session)}
        topics = sorted({line.topic for line in topic_lines(session)})
        return {"sites": [("", "Every site"), *sites.items()], "topics": topics}

    def filled(self, line: TopicLine | None) -> dict[str, str]:
        """Give the form as it is about a rule."""
        if line is None:
            return {"pattern": "", "topic": "", "site": ""}
        return {"pattern": line.pattern, "topic": line.topic, "site": str(line.site_id or "")}

    def read(self, form: Filled, number: int, session: Session) -> TopicLine | None:
        """Read a rule."""
        known = {str(site_id): site_id for site_id, _ in _sites(session)} | {"": None}
        pattern, topic = form.take("pattern", read_pattern), form.take("topic", read_topic)
        form.take("site", lambda text: _one_of(text, known))
        if form.problems or pattern is None or topic is None:
            return None
        return TopicLine(number, known[form.values["site"]], pattern, topic)

    def store(
        self, session: Session, lines: Sequence[TopicLine], who: Actor, now: datetime, seen: int
    ) -> str:
        """Make these the rules."""
        store_topics(session, lines, who, now, seen)
        return "Saved. It counts for pages opened from now on."

    def proposal(self, lines: Sequence[TopicLine]) -> Proposal:
        """Give these as rules to be tried out."""
        return Proposal(topics=lines)

    def test(self, session: Session, example: str) -> Tested:
        """Say what the page of an address is about, by which rule."""
        url = example if "://" in example or example.startswith("/") else f"https://{example}"
        site_id = next((number for number, origins in _origins(session) if _origin(url) in origins), None)
        lines = [line for line in topic_lines(session) if line.site_id in (None, site_id)]
        place = place_of(url, compile_rules(tuple((line.pattern, line.topic) for line in lines)))
        if place is None:
            return Tested("No rule knows this address, so its page is about nothing.", None)
        line = lines[place]
        return Tested(f"It is about {line.topic}, by the rule {line.pattern}", line.id)


def _one_of(text: str, known: dict[str, int | None]) -> str:
    if text not in known:
        msg = "Choose a site of the list"
        raise FieldError(msg)
    return text


def _sites(session: Session) -> list[tuple[int, str]]:
    return list(session.execute(select(Site.id, Site.name).order_by(Site.name, Site.id)))


def _origins(session: Session) -> list[tuple[int, list[str]]]:
    return list(session.execute(select(Site.id, Site.origins)))


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()
