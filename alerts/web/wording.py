"""Short words for labels on the pages; whole sentences are in `alerts/why`. PURE."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from alerts.words import Decision, MessageKind, OutcomeKind
from tracker.words import LossOutcome, State, SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Mapping

STATES: Mapping[str, str] = MappingProxyType(
    {
        State.INTERNAL: "One of us",
        State.MACHINE: "A program",
        State.UNCONFIRMED: "Not confirmed",
        State.ENGAGED: "Engaged",
        State.CONFIRMED: "Confirmed",
        State.STRONG: "Confirmed, strong",
    }
)
DECISIONS: Mapping[str, str] = MappingProxyType(
    {Decision.CALL: "Call now", Decision.DIGEST: "In the digest", Decision.HOLD: "Held"}
)
ATTEMPTS: Mapping[str, str] = MappingProxyType(
    {
        "started": "begun",
        "sent": "accepted",
        "retry": "to be tried again",
        "refused": "refused for good",
        "misconfigured": "our credentials were not accepted",
        "withdrawn": "not sent, no longer wanted",
        "broken": "an error of Ringback's own, to be tried again",
        "set aside": "given up unsent",
        "put off": "not sent, left to the next digest",
        "unreachable": "not sent, this reader cannot be reached",
    }
)
LETTERS: Mapping[str, str] = MappingProxyType(
    {
        MessageKind.ALERT: "Alert mail",
        MessageKind.DIGEST: "Digest",
        MessageKind.CORRECTION: "Mail that takes it back",
    }
)
LOSSES: Mapping[str, str] = MappingProxyType(
    {
        LossOutcome.CHOSE_COMPETITOR: "Chose a competitor",
        LossOutcome.DECIDED_NOTHING: "Decided on nothing",
        LossOutcome.POSTPONED: "Postponed",
    }
)
WISHES: Mapping[str, str] = MappingProxyType(
    {
        SuppressionKind.UNSUBSCRIBED: "No mailings",
        SuppressionKind.DO_NOT_CALL: "No calls",
        SuppressionKind.DO_NOT_TRACK: "No recognising on the website",
    }
)
MISTAKES: Mapping[str, str] = MappingProxyType(
    {
        OutcomeKind.WRONG_PERSON: (
            "Somebody else uses that browser: it alerts nobody until another link is opened in it."
        ),
        OutcomeKind.NOT_THEM: (
            "The right contact, who was not on the website: counts as a false alert, changes nothing else."
        ),
    }
)
"""What follows from reports that there was nothing to call about, for their buttons."""
