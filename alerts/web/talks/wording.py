"""The words of the pages about talks."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from alerts.talks.questions import Answer
from alerts.words import FollowUpKind, FollowUpResult, MessageState

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Mapping[FollowUpKind, str] = MappingProxyType(
    {
        FollowUpKind.THANK_YOU: "Thank-you",
        FollowUpKind.POST_MORTEM: "Post-mortem call",
        FollowUpKind.CHECK_IN: "Check-in call",
    }
)
RESULTS: Mapping[FollowUpResult, str] = MappingProxyType(
    {
        FollowUpResult.SENT: "Sent",
        FollowUpResult.SPOKE: "Spoke",
        FollowUpResult.NO_ANSWER: "No answer",
        FollowUpResult.CALL_BACK: "Call back",
        FollowUpResult.REOPENED: "Reopened",
        FollowUpResult.WON_BACK: "Won back",
        FollowUpResult.SKIPPED: "Put aside",
    }
)
WAYS: Mapping[FollowUpKind, tuple[str, str]] = MappingProxyType(
    {
        FollowUpKind.THANK_YOU: ("Write", "talks.thanks"),
        FollowUpKind.POST_MORTEM: ("Questions", "talks.post_mortem"),
    }
)
"""Of a follow-up: its button, and the page that it leads to."""
SHORT: Mapping[str, str] = MappingProxyType(
    {
        "reasons": "Reasons",
        "why_not_us": "Why not us",
        "differently": "Differently",
        "project": "Their project",
    }
)
"""The questions of a post-mortem, beside their answers."""
ANSWERS = [(str(Answer.YES), "Yes"), (str(Answer.PARTLY), "Partly"), (str(Answer.NO), "No")]
MAILS: Mapping[MessageState, str] = MappingProxyType(
    {
        MessageState.PENDING: "on its way",
        MessageState.SENT: "sent",
        MessageState.FAILED: "could not be sent",
        MessageState.WITHDRAWN: "was not sent",
    }
)
"""How far an invitation came."""
