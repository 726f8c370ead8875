"""Words in a list of topics that no page has: a slip of the pen there would silence calls. PURE."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


def doubt_about(topics: Collection[str], known: Collection[str]) -> str:
    """Say which of these topics no rule gives to any page, and what may be meant; empty: all are `known`.

    It is no mistake where the rule is still to come.
    """
    unknown = sorted(set(topics) - set(known))
    if not unknown:
        return ""
    them = "it" if len(unknown) == 1 else "them"
    named = ", ".join(_named(topic, known) for topic in unknown)
    until = f"until a rule of Page topics names {them}"
    return f"No page has the topic {named}. Nothing follows from {them} {until}."


def _named(topic: str, known: Collection[str]) -> str:
    meant = get_close_matches(topic, sorted(known), n=1)
    return f"{topic} (did you mean {meant[0]}?)" if meant else topic
