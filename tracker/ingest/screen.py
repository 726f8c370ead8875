"""Who was there? PURE: from the evidence of a visit follow its state and the named reasons for it.

Time on page proves nothing, a scroll event proves nothing; a trusted press, key or tap does, down to
input driven by a debugging protocol. The rules and their numbers follow from measuring automated
browsers and gateways.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.ingest.agents import read_agent
from tracker.ingest.signs import DEMOTING, OWN
from tracker.words import State

CONFIRM_GESTURE_MS = 1_500
"""A person's gesture comes this long after the page is first visible, or later."""
CONFIRM_VISIBLE_MS = 5_000
ENGAGE_VISIBLE_MS = 15_000
ENGAGE_BURSTS = 2
TOO_QUICK_MS = 500
"""Nobody reads and reacts in less; a first gesture under this is a script's."""
STRONG_PAGES = 2

DRIVEN = "browser is driven by a program"
QUICK_GESTURE = "first gesture came too quickly"
GESTURE = "trusted gesture, and time to read"
NO_GESTURE = "no trusted gesture yet"
MOVED = "moved around for a while"
MORE_PAGES = "a second page"
CAME_AGAIN = "was confirmed in an earlier visit"
OUTWEIGHED = "a later visit without any such sign was confirmed"


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
    """What requests showed of their sender, by the names of `tracker.ingest.signs`."""
    burst: str = ""
    """The rule by which it was one of many at once."""
    confirmed_before: bool = False
    """The same person in the same browser was confirmed in an earlier visit."""
    outweighed: bool = False
    """They were confirmed in a later visit that nothing spoke against."""


@dataclass(frozen=True, slots=True)
class Screening:
    """A state, and why."""

    state: State
    reasons: tuple[str, ...]
    demoted: bool = False
    """Something speaks against a person, whether it was outweighed or not."""


def screen(evidence: Evidence) -> Screening:
    """Derive a visit's state: our own people first, then a machine's signs, then a person's."""
    own = tuple(sign for sign in evidence.signs if sign in OWN)
    if own:
        return Screening(State.INTERNAL, own)
    machine = _machine_signs(evidence)
    if machine:
        return Screening(State.MACHINE, machine)
    demotions = _demotions(evidence)
    if demotions and not evidence.outweighed:
        return Screening(State.UNCONFIRMED, demotions, demoted=True)
    shown = _what_was_done(evidence)
    if demotions:
        return Screening(shown.state, (*shown.reasons, *demotions, OUTWEIGHED), demoted=True)
    return shown


def _what_was_done(evidence: Evidence) -> Screening:
    """Tell what the pages saw of a person, strongest first."""
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


def _machine_signs(evidence: Evidence) -> tuple[str, ...]:
    agent = read_agent(evidence.user_agent).machine
    driven = any(page.driver for page in evidence.pages)
    seen = (sign for sign in evidence.signs if sign not in DEMOTING)
    return tuple(sign for sign in (agent, *seen, DRIVEN if driven else "") if sign)


def _demotions(evidence: Evidence) -> tuple[str, ...]:
    agent = read_agent(evidence.user_agent).demotion
    quick = any(
        page.first_gesture_ms is not None and page.first_gesture_ms < TOO_QUICK_MS for page in evidence.pages
    )
    seen = (sign for sign in evidence.signs if sign in DEMOTING)
    return tuple(sign for sign in (agent, *seen, evidence.burst, QUICK_GESTURE if quick else "") if sign)
