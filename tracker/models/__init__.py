"""The tables of what happened, in the order of the flow."""

from tracker.models.base import Base, UtcDateTime
from tracker.models.deal import Deal, ImportMapping, ReasonRule, deal_prospects
from tracker.models.desk import AuditEntry, SignInLink, UserSession
from tracker.models.goal import Goal, Tag
from tracker.models.imports import Import, ImportBatch, ImportChange
from tracker.models.inbox import InboxRow
from tracker.models.interview import Finding, Interview, InterviewAnswer
from tracker.models.link import Campaign, CampaignRecipient, Token
from tracker.models.listing import Listing, ListingWord
from tracker.models.person import OwnerName, Team, User
from tracker.models.privacy import Consent, HashKey, LeftAlone, OfferConsent, Suppression
from tracker.models.prospect import Account, Prospect
from tracker.models.rule import RuleSet
from tracker.models.segment import Segment
from tracker.models.site import SenderRule, Site, TopicRule
from tracker.models.strong import Passkey, ProviderAccount, SpentChallenge
from tracker.models.visit import Browser, Drop, PageView, Visit
from tracker.words import (
    ActorKind,
    ConsentSource,
    DealStatus,
    FindingKind,
    FindingSource,
    GoalKind,
    ImportStatus,
    LossOutcome,
    ReasonKind,
    Role,
    SenderKind,
    State,
    SuppressionKind,
    Thing,
    WayIn,
)

__all__ = [
    "Account",
    "ActorKind",
    "AuditEntry",
    "Base",
    "Browser",
    "Campaign",
    "CampaignRecipient",
    "Consent",
    "ConsentSource",
    "Deal",
    "DealStatus",
    "Drop",
    "Finding",
    "FindingKind",
    "FindingSource",
    "Goal",
    "GoalKind",
    "HashKey",
    "Import",
    "ImportBatch",
    "ImportChange",
    "ImportMapping",
    "ImportStatus",
    "InboxRow",
    "Interview",
    "InterviewAnswer",
    "LeftAlone",
    "Listing",
    "ListingWord",
    "LossOutcome",
    "OfferConsent",
    "OwnerName",
    "PageView",
    "Passkey",
    "Prospect",
    "ProviderAccount",
    "ReasonKind",
    "ReasonRule",
    "Role",
    "RuleSet",
    "Segment",
    "SenderKind",
    "SenderRule",
    "SignInLink",
    "Site",
    "SpentChallenge",
    "State",
    "Suppression",
    "SuppressionKind",
    "Tag",
    "Team",
    "Thing",
    "Token",
    "TopicRule",
    "User",
    "UserSession",
    "UtcDateTime",
    "Visit",
    "WayIn",
    "deal_prospects",
]
