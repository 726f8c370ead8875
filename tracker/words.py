"""The product's words that come in kinds. PURE: tables, rules and pages all spell them from here."""

from enum import StrEnum


class Role(StrEnum):
    """What a user may do here."""

    REP = "rep"
    MARKETER = "marketer"
    MANAGER = "manager"
    ADMIN = "admin"


class ActorKind(StrEnum):
    """Who changed something."""

    USER = "user"
    COMMAND = "command line"
    SYSTEM = "system"


class WayIn(StrEnum):
    """How somebody signed in."""

    MAIL = "mail"
    """By a mailed link."""
    TERMINAL = "terminal"
    """By an address that the command line showed."""
    PASSKEY = "passkey"
    PROVIDER = "provider"
    """By the company's identity provider."""


class Verb(StrEnum):
    """What may be done to a thing; sending and recording an outcome are changes."""

    SEE = "see"
    ADD = "add"
    CHANGE = "change"
    END = "end"
    """Delete it, take it back, close it."""
    EXPORT = "export"


class Thing(StrEnum):
    """What the pages and commands are about."""

    YOU = "you"
    """One's own name, zone, hours, deputy, absences and sessions."""
    USER = "user"
    TEAM = "team"
    SESSION = "session"
    AUDIT = "audit"
    SITE = "site"
    SENDER = "sender"
    RULE = "rule"
    """Topics, reasons, policy and settings."""
    RETENTION = "retention"
    """How long visits, and the evidence of who was there, are kept."""
    PROSPECT = "prospect"
    DEAL = "deal"
    OWNER = "owner name"
    CONSENT = "consent"
    SUPPRESSION = "suppression"
    IMPORT = "import"
    CAMPAIGN = "campaign"
    LINK = "link"
    SEGMENT = "segment"
    CONTENT = "content"
    ALERT = "alert"
    FOLLOW_UP = "follow-up"
    INTERVIEW = "interview"
    DEBRIEF = "debrief"
    REVIEW = "review"


class ImportStatus(StrEnum):
    """How far a file has come."""

    DRAFT = "draft"
    """It is looked at; nothing is stored."""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """It stopped on the way; what its row counts as done is stored."""
    UNDOING = "undoing"
    UNDONE = "undone"


class DealStatus(StrEnum):
    """Open and won deals are kept too: they hold alerts."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class LossOutcome(StrEnum):
    """What the prospect did instead of buying."""

    CHOSE_COMPETITOR = "chose_competitor"
    DECIDED_NOTHING = "decided_nothing"
    POSTPONED = "postponed"


class ReasonKind(StrEnum):
    """What a loss reason comes down to; a blank reason has no kind."""

    PRICE = "price"
    FEATURE = "feature"
    COMPETITOR = "competitor"
    TIMING = "timing"
    NO_DECISION = "no_decision"
    RELATIONSHIP = "relationship"
    SUPPORT = "support"
    OTHER = "other"


class FindingKind(StrEnum):
    """What was learned about a loss from those who said no."""

    COMPETITOR = "competitor"
    """Whom they chose."""
    REASON = "reason"
    HELPER = "helper"
    """Who helped them there."""
    LOOKED_AT = "looked_at"
    """Whom else they looked at."""


class FindingSource(StrEnum):
    """By which talk it was learned."""

    INTERVIEW = "interview"
    POST_MORTEM = "post_mortem"


class GoalKind(StrEnum):
    """What is noted of somebody besides deals."""

    GOAL = "goal"
    """What they want to reach."""
    INTEREST = "interest"
    """What they care about, of the business or not."""


class GoalEnd(StrEnum):
    """How a goal or an interest came to its end."""

    REACHED = "reached"
    GIVEN_UP = "given_up"
    """Or it is not true any more."""


class SuppressionKind(StrEnum):
    """Three different wishes, each with its own source."""

    UNSUBSCRIBED = "unsubscribed"
    DO_NOT_CALL = "do_not_call"
    DO_NOT_TRACK = "do_not_track"


class ConsentSource(StrEnum):
    """Who tells the snippet that the visitor agreed."""

    API = "api"
    TCF = "tcf"
    CONSENT_MODE = "consent-mode"
    RECORDED = "recorded"


class SenderKind(StrEnum):
    """What is known of a network or a program; see `tracker/ingest/senders.py`."""

    OFFICE = "office"
    """A network of our own: what comes from there is *internal*."""
    SECURITY = "security"
    """A network from which mails are checked; a person may sit behind it, too."""
    PEOPLE = "people"
    """A network with people behind it, whatever lists of hosting companies say."""
    PROGRAM = "program"
    """A pattern of user agents that are a program's."""


class State(StrEnum):
    """Who a visit's evidence says was there; see `tracker/ingest/screen.py`."""

    INTERNAL = "internal"
    """One of our own people."""
    MACHINE = "machine"
    UNCONFIRMED = "unconfirmed"
    ENGAGED = "engaged"
    CONFIRMED = "confirmed"
    STRONG = "strong"
    """Confirmed, and a second page or a later separate visit."""
