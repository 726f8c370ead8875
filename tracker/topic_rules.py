"""What a page is about, by its path. PURE: rules in, topic out; the first rule that matches wins.

The rules in force are kept in a table that people edit: see `tracker/topics.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

DEFAULT_TOPIC_RULES: tuple[tuple[str, str], ...] = (
    # Areas: whatever lies below them is theirs, `/blog/why-we-changed-our-pricing` included.
    ("/blog*", "blog"),
    ("/news", "blog"),
    ("/news/*", "blog"),
    ("/webinar*", "blog"),
    ("/career*", "careers"),
    ("/jobs*", "careers"),
    ("/docs*", "docs"),
    ("/documentation*", "docs"),
    ("/developer*", "docs"),
    ("/api", "docs"),
    ("/api/*", "docs"),
    ("/guides*", "docs"),
    ("/support*", "support"),
    ("/help", "support"),
    ("/help/*", "support"),
    ("/help-center*", "support"),
    ("/faq*", "support"),
    # Pages on which somebody is about to act. A call follows at once, so these are narrow:
    # `/demographics` and `/contact-management` are something else.
    ("/demo", "demo"),
    ("/demo/*", "demo"),
    ("/demo-*", "demo"),
    ("*/demo", "demo"),
    ("*-demo", "demo"),
    ("/book-a-*", "demo"),
    ("/schedule-a-*", "demo"),
    ("/trial", "demo"),
    ("/free-trial*", "demo"),
    ("/contact", "contact"),
    ("/contact/*", "contact"),
    ("/contact-us*", "contact"),
    ("/contact-sales*", "contact"),
    ("*/contact", "contact"),
    ("/talk-to-*", "contact"),
    ("/vs", "comparison"),
    ("/vs/*", "comparison"),
    ("/vs-*", "comparison"),
    ("*-vs-*", "comparison"),
    ("/compar*", "comparison"),
    ("/alternative*", "comparison"),
    ("*-alternative", "comparison"),
    ("*-alternatives", "comparison"),
    ("/switch-*", "comparison"),
    ("/pricing*", "pricing"),
    ("*/pricing", "pricing"),
    ("/price", "pricing"),
    ("/prices*", "pricing"),
    ("/plans*", "pricing"),
    ("/quote*", "pricing"),
    ("/customers*", "case study"),
    ("/case-stud*", "case study"),
    ("*/case-stud*", "case study"),
    ("/success-stor*", "case study"),
    ("/customer-stor*", "case study"),
    ("/testimonial*", "case study"),
    ("/changelog*", "changelog"),
    ("/release*", "changelog"),
    ("/whats-new*", "changelog"),
    ("/what-s-new*", "changelog"),
    ("/updates*", "changelog"),
    ("/roadmap*", "changelog"),
    ("/security*", "security"),
    ("/trust", "security"),
    ("/trust/*", "security"),
    ("/trust-*", "security"),
    ("/compliance*", "security"),
    ("/gdpr*", "security"),
    ("/integration*", "integrations"),
    ("/apps", "integrations"),
    ("/apps/*", "integrations"),
    ("/marketplace*", "integrations"),
    ("/feature*", "feature"),
    ("/product", "feature"),
    ("/product/*", "feature"),
    ("/products*", "feature"),
    ("/solution*", "feature"),
)
"""What most companies call their pages."""
LONGEST_PATH = 300
"""Characters of a path that are looked at."""
MOST_STARS = 3
"""In one pattern: more, and a long path could keep the server busy."""

_LANGUAGE = re.compile(r"/[a-z]{2}(?:[-_][a-z]{2,4})?(?=/)")


@dataclass(frozen=True, slots=True)
class TopicRules:
    """The rules of one site, compiled into one expression: the group that matched names the topic."""

    expression: re.Pattern[str]
    topics: tuple[str, ...]


@lru_cache(maxsize=64)
def compile_rules(rules: tuple[tuple[str, str], ...]) -> TopicRules:
    """Compile pairs of path pattern (`*` for anything, whatever the case) and topic, in their order.

    The same rules are compiled once.
    """
    alternatives = "|".join(f"({_as_expression(pattern)})" for pattern, _ in rules)
    # Without rules: an expression that matches nothing.
    return TopicRules(re.compile(alternatives or r"(?!)", re.DOTALL), tuple(topic for _, topic in rules))


def topic_of(url: str, rules: TopicRules) -> str:
    """Give the topic of a page's address; empty when no rule knows it."""
    place = place_of(url, rules)
    return "" if place is None else rules.topics[place]


def place_of(url: str, rules: TopicRules) -> int | None:
    """Give the place, from 0, of the rule that knows a page's address; None when none does.

    A hash route (`#/pricing`) is looked at before the path, a leading language (`/de/`, `/pt-br/`) is
    seen through.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    pages = [_plain(parts.path)]
    if parts.fragment.startswith(("/", "!")):
        pages.insert(0, _plain("/" + parts.fragment.partition("?")[0].lstrip("!/")))
    for page in pages:
        spellings = {page, _LANGUAGE.sub("", page, count=1) if _LANGUAGE.match(page) else page}
        found = [match.lastindex for each in spellings if (match := rules.expression.fullmatch(each))]
        places = [place for place in found if place]
        if places:
            return min(places) - 1
    return None


def _plain(path: str) -> str:
    return unquote(path[:LONGEST_PATH]).lower().rstrip("/") or "/"


def _as_expression(pattern: str) -> str:
    plain = pattern.lower().rstrip("/") or "/"
    return ".*".join(re.escape(part) for part in re.split(r"\*+", plain))


DEFAULT_RULES = compile_rules(DEFAULT_TOPIC_RULES)
