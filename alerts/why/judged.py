"""What was seen in a visit, and how it was judged, in words. PURE."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from alerts.briefing.moments import how_long
from alerts.plain import sentence
from alerts.words import Decision
from tracker.ingest.identity import FORWARDED, NEW_BROWSER, NOT_THEIRS, SHARED
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alerts.happened import Page, Sighting, Verdict
    from alerts.why.line import Line

STATES: Mapping[str, str] = MappingProxyType(
    {
        State.INTERNAL: "One of our own people was there.",
        State.MACHINE: "A program was there, not a person.",
        State.UNCONFIRMED: "The link was opened, and nothing shows yet that a person did it.",
        State.ENGAGED: "Somebody looked around, but without a press, key or tap that only a person makes.",
        State.CONFIRMED: "A person was there.",
        State.STRONG: "A person was there, and took their time.",
    }
)
"""What each state of a visit says about who was there."""
IDENTITIES: Mapping[str, str] = MappingProxyType(
    {
        FORWARDED: "Possibly forwarded: the link in the same mail was opened in another browser before.",
        NEW_BROWSER: "New browser: they were seen in another one before, and never in this one.",
        SHARED: "Shared browser: somebody else's link was opened in it too.",
        NOT_THEIRS: "Somebody else's browser: a rep reported that it is not theirs.",
    }
)
"""What is odd about whose visit it is."""
DECISIONS: Mapping[str, str] = MappingProxyType(
    {Decision.CALL: "Call now", Decision.DIGEST: "For the digest", Decision.HOLD: "Held"}
)


def seen(sighting: Sighting) -> tuple[Line, ...]:
    """Tell how they came, what they read, and what is odd about the browser."""
    came = "They came on their own, known by their browser,"
    if sighting.by_link:
        came = f'They came by the link in "{sighting.campaign}",' if sighting.campaign else "By their link,"
    lines: list[Line] = [(f"{came} ", sighting.started_at, "; last sign ", sighting.last_at, ".")]
    lines += [_read(page) for page in sighting.pages]
    lines += [(told,) for odd, told in IDENTITIES.items() if odd in sighting.identity]
    return tuple(lines)


def judged(sighting: Sighting) -> tuple[Line, ...]:
    """Tell the state with its reasons, intent with its points, and the decision with its sentence."""
    because = f" Because: {'; '.join(sighting.state_reasons)}." if sighting.state_reasons else ""
    lines: list[Line] = [(f"{STATES.get(sighting.state, sighting.state)}{because}",)]
    points = "; ".join(f"{reason.sentence} ({reason.points:+d})" for reason in sighting.intent_reasons)
    lines.append((f"Intent {sighting.intent} of 100{f': {points}' if points else ''}.",))
    if sighting.verdict is not None:
        lines.append(_decision(sighting.verdict))
    return tuple(lines)


def because(verdict: Verdict) -> str:
    """Give the policy's own sentence, or at least the name of its rule."""
    return sentence(verdict.sentence or verdict.why)


def _decision(verdict: Verdict) -> Line:
    tells = f", for {verdict.tells}" if verdict.tells else ""
    decision = DECISIONS.get(verdict.decision, verdict.decision)
    return (f"{decision} ({verdict.why}){tells}, decided ", verdict.decided_at, f": {because(verdict)}")


def _read(page: Page) -> Line:
    about = f" (about {page.topic})" if page.topic else ""
    stayed = how_long(page.visible_s * 1000)
    referrer = f", from {page.referrer}" if page.referrer else ""
    return (page.at, f": {page.title or page.url}{about}{f', {stayed}' if stayed else ''}{referrer}.")
