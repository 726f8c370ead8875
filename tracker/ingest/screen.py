"""Who was there? PURE: from the evidence of a visit follow its state and the named reasons for it.

Time on page proves nothing, a scroll event proves nothing; a trusted press, key or tap does, down to
input driven by a debugging protocol. The rules and their numbers follow from measuring automated
browsers and gateways.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from is_bot import Bots

from tracker.words import State

CONFIRM_GESTURE_MS = 1_500
"""A person's gesture comes this long after the page is first visible, or later."""
CONFIRM_VISIBLE_MS = 5_000
ENGAGE_VISIBLE_MS = 15_000
ENGAGE_BURSTS = 2
TOO_QUICK_MS = 500
"""Nobody reads and reacts in less; a first gesture under this is a script's."""
STRONG_PAGES = 2
AGENT_CACHE = 4_096
"""User agents whose verdict is remembered, so that memory stays flat."""

AGENT_IS_BOT = "user agent names a bot"
AGENT_IS_NO_BROWSER = "user agent is no browser's"
DRIVEN = "browser is driven by a program"
QUICK_GESTURE = "first gesture came too quickly"
GESTURE = "trusted gesture, and time to read"
NO_GESTURE = "no trusted gesture yet"
MOVED = "moved around for a while"
MORE_PAGES = "a second page"
CAME_AGAIN = "was confirmed in an earlier visit"

_BROWSER_SHAPE = re.compile(r"^(Mozilla/5\.0 \([^)]{3,}|Opera/\d)")
_bots = Bots()


@dataclass(frozen=True, slots=True)
class PageEvidence:
    """What one page view has shown so far; milliseconds."""

    visible_ms: int = 0
    first_gesture_ms: int | None = None
    last_gesture_ms: int | None = None
    bursts: int = 0
    driver: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known about who was there in one visit."""

    user_agent: str
    pages: tuple[PageEvidence, ...]
    signs: tuple[str, ...] = ()
    """What request headers said against a person, by name."""
    confirmed_before: bool = False
    """The same browser was confirmed in an earlier visit."""


@dataclass(frozen=True, slots=True)
class Screening:
    """A state, and why."""

    state: State
    reasons: tuple[str, ...]


def screen(evidence: Evidence) -> Screening:
    """Derive a visit's state: a machine's signs first, then a person's, strongest first."""
    machine = _machine_signs(evidence)
    if machine:
        return Screening(State.MACHINE, machine)
    if any(
        page.first_gesture_ms is not None and page.first_gesture_ms < TOO_QUICK_MS for page in evidence.pages
    ):
        return Screening(State.UNCONFIRMED, (QUICK_GESTURE,))
    visible = sum(page.visible_ms for page in evidence.pages)
    if visible >= CONFIRM_VISIBLE_MS and any(
        page.last_gesture_ms is not None and page.last_gesture_ms >= CONFIRM_GESTURE_MS
        for page in evidence.pages
    ):
        more = [MORE_PAGES] if len(evidence.pages) >= STRONG_PAGES else []
        more += [CAME_AGAIN] if evidence.confirmed_before else []
        return Screening(State.STRONG if more else State.CONFIRMED, (GESTURE, *more))
    if visible >= ENGAGE_VISIBLE_MS and any(page.bursts >= ENGAGE_BURSTS for page in evidence.pages):
        return Screening(State.ENGAGED, (MOVED, NO_GESTURE))
    return Screening(State.UNCONFIRMED, (NO_GESTURE,))


@lru_cache(maxsize=AGENT_CACHE)
def agent_sign(user_agent: str) -> str:
    """Name what a user agent says against being a person's browser; empty when it says nothing."""
    if not _BROWSER_SHAPE.match(user_agent):
        return AGENT_IS_NO_BROWSER
    return AGENT_IS_BOT if _bots.is_bot(user_agent) else ""


def _machine_signs(evidence: Evidence) -> tuple[str, ...]:
    agent = agent_sign(evidence.user_agent)
    driven = any(page.driver for page in evidence.pages)
    return tuple(sign for sign in (agent, *evidence.signs, DRIVEN if driven else "") if sign)
