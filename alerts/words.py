"""The words of alerts that come in kinds. PURE."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Decision(StrEnum):
    """What the policy decided about a visit."""

    CALL = "call"
    DIGEST = "digest"
    HOLD = "hold"


class MessageKind(StrEnum):
    """The mails that go out."""

    ALERT = "alert"
    DIGEST = "digest"
    CORRECTION = "correction"
    """What was told of some visits does not hold any more."""
    INVITATION = "invitation"
    """A call that was agreed, moved or called off; see `alerts.talks`."""
    REVIEW = "review"
    """What a month's lost deals tell, for managers."""


class MessageState(StrEnum):
    """How far a mail has come."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    """Final: the reason stands in `last_reason`."""
    WITHDRAWN = "withdrawn"
    """No longer wanted when its turn came, e.g. suppressed meanwhile."""


class OutcomeKind(StrEnum):
    """What the rep reports."""

    CALLING = "calling"
    SPOKE = "spoke"
    NO_ANSWER = "no_answer"
    CALL_BACK = "call_back"
    REOPENED = "reopened"
    WON_BACK = "won_back"
    WRONG_PERSON = "wrong_person"
    """The browser is somebody else's."""
    NOT_THEM = "not_them"
    """The right person, who was not on the website."""
    STOP = "stop"


class FollowUpKind(StrEnum):
    """What a rep is to do about a lost deal, without a visit."""

    THANK_YOU = "thank_you"
    POST_MORTEM = "post_mortem"
    """A talk about why they said no."""
    CHECK_IN = "check_in"


class FollowUpResult(StrEnum):
    """What came of a follow-up."""

    SENT = "sent"
    """Of a thank-you."""
    SPOKE = "spoke"
    NO_ANSWER = "no_answer"
    CALL_BACK = "call_back"
    """They talked, and agreed to a call on a certain day."""
    REOPENED = "reopened"
    WON_BACK = "won_back"
    SKIPPED = "skipped"
    """The rep put it aside: it counts as done."""
    STOP = "stop"
    """They asked to be left alone."""


class ReviewNoteKind(StrEnum):
    """What is kept of the session in which a month is looked at."""

    NOTE = "note"
    DECISION = "decision"


class ContentKind(StrEnum):
    """What a content item is for."""

    HELPFUL = "helpful"
    """It helps them, whether they buy or not."""
    PRODUCT = "product"
    """It is about what we sell."""


class SentBy(StrEnum):
    """How a content item went to somebody."""

    MAIL = "mail"
    """By a personal mail."""
    NOTE = "note"
    """By a written note."""
    MAILING = "mailing"


FOLLOW_UPS: Mapping[FollowUpKind, str] = MappingProxyType(
    {
        FollowUpKind.THANK_YOU: "Thank-you",
        FollowUpKind.POST_MORTEM: "Post-mortem",
        FollowUpKind.CHECK_IN: "Check-in",
    }
)
"""What pages and mails call each follow-up."""
RESULTS: Mapping[FollowUpResult, str] = MappingProxyType(
    {
        FollowUpResult.SENT: "Sent",
        FollowUpResult.SPOKE: "Spoke",
        FollowUpResult.NO_ANSWER: "No answer",
        FollowUpResult.CALL_BACK: "Call back",
        FollowUpResult.REOPENED: "Reopened",
        FollowUpResult.WON_BACK: "Won back",
        FollowUpResult.SKIPPED: "Skipped",
        FollowUpResult.STOP: "Asked us to stop",
    }
)
"""What pages call what came of one."""
LABELS: Mapping[OutcomeKind, str] = MappingProxyType(
    {
        OutcomeKind.CALLING: "Calling",
        OutcomeKind.SPOKE: "Spoke",
        OutcomeKind.NO_ANSWER: "No answer",
        OutcomeKind.CALL_BACK: "Call back",
        OutcomeKind.REOPENED: "Reopened",
        OutcomeKind.WON_BACK: "Won back",
        OutcomeKind.WRONG_PERSON: "Wrong person",
        OutcomeKind.NOT_THEM: "Not them",
        OutcomeKind.STOP: "Asked us to stop",
    }
)
"""What pages and commands call each outcome."""
