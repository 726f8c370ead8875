"""The tables of what we do about it, in the order of the flow."""

from alerts.models.alert import Alert
from alerts.models.content import ContentItem, ContentSent, ContentTopic
from alerts.models.follow_up import FollowUp
from alerts.models.message import Breaker, Delivery, Message
from alerts.models.outcome import Outcome
from alerts.models.review import ReviewNote
from alerts.models.talk import Debrief, Invitation, InvitationMail, PostMortem
from alerts.words import Decision, FollowUpKind, FollowUpResult, MessageKind, MessageState, OutcomeKind

__all__ = [
    "Alert",
    "Breaker",
    "ContentItem",
    "ContentSent",
    "ContentTopic",
    "Debrief",
    "Decision",
    "Delivery",
    "FollowUp",
    "FollowUpKind",
    "FollowUpResult",
    "Invitation",
    "InvitationMail",
    "Message",
    "MessageKind",
    "MessageState",
    "Outcome",
    "OutcomeKind",
    "PostMortem",
    "ReviewNote",
]
