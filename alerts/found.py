"""What was found out about a visit that is no person's, in one plain sentence for the rep."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from alerts.plain import sentence
from tracker.ingest import agents, bursts, screen, signs
from tracker.words import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEADS: Mapping[State, str] = MappingProxyType(
    {
        State.INTERNAL: "It was one of our own people",
        State.MACHINE: "A program was there, not a person",
        State.UNCONFIRMED: "Nothing shows any more that it was a person",
    }
)
"""For what has no sentence of its own."""
FOUND: Mapping[str, str] = MappingProxyType(
    {
        signs.OFFICE: "It came from our own office.",
        signs.OWN_BROWSER: "It was one of our own people, in their own browser.",
        signs.OWN_PERSON: "It was somebody of our own company.",
        signs.NO_FETCH_HEADERS: "A program that only claimed to be a browser opened the link.",
        signs.HEADLESS: "A browser without a window opened the link, as only programs do.",
        signs.HIDDEN_LINK: "It followed a link that no person can see.",
        signs.HIDDEN_LINK_NEAR: (
            "A program at the same address, with the same browser, followed a link that no person can see."
        ),
        signs.LISTED_PROGRAM: "A program on your list of programs opened the link.",
        signs.HOSTING: "It came from the network of a hosting company, where programs run.",
        signs.SECURITY: "It came from a network in which mails are checked by programs.",
        agents.AGENT_IS_BOT: "A program that says itself that it is one opened the link.",
        agents.AGENT_IS_NO_BROWSER: "A program that is no browser opened the link.",
        agents.CHROME_NEVER_WAS: "It claimed to be a version of Chrome that never existed.",
        bursts.SEVERAL_LINKS: "Several links of the mail were opened within seconds, as mail filters do.",
        bursts.SEVERAL_COMPANIES: (
            "The same sender opened links of several companies within minutes, as mail filters do."
        ),
        screen.DRIVEN: "A program was driving the browser.",
        screen.QUICK_GESTURE: "The first tap came sooner than anybody can read.",
        screen.NO_GESTURE: "Nothing shows any more that it was a person.",
    }
)
"""By the names of a visit's `state_reasons`."""


def found(state: State, reasons: Sequence[str]) -> str:
    """Say why a visit in `state` is no person's, by the first of its reasons."""
    if not reasons:
        return sentence(LEADS[state])
    return FOUND.get(reasons[0]) or sentence(f"{LEADS[state]}: {reasons[0]}")
