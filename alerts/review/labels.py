"""What pages and mails call the kinds of reasons why a deal was lost. PURE."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from tracker.words import ReasonKind

if TYPE_CHECKING:
    from collections.abc import Mapping

REASONS: Mapping[ReasonKind, str] = MappingProxyType(
    {
        ReasonKind.PRICE: "Price",
        ReasonKind.FEATURE: "A missing feature",
        ReasonKind.COMPETITOR: "A competitor",
        ReasonKind.TIMING: "Timing",
        ReasonKind.NO_DECISION: "No decision",
        ReasonKind.RELATIONSHIP: "Relationship",
        ReasonKind.SUPPORT: "Support",
        ReasonKind.OTHER: "Another",
    }
)
UNSAID = "Nobody said"


def reason_words(kind: str) -> str:
    """Name a kind of reason; blank, or a kind that is none any more, is what nobody said."""
    return REASONS[ReasonKind(kind)] if kind in set(ReasonKind) else UNSAID
