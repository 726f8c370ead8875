"""A filter of prospects, as it stands in an address's query. PURE.

A saved filter is the same names and values, so that one link, one form and one segment say the same.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Self, TypeVar

from tracker.ids import LARGEST_ID
from tracker.words import ReasonKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

W = TypeVar("W", bound=StrEnum)
TEXT_LENGTH = 200
"""Characters of what is typed that are looked at."""
HIGHEST = 10**12
"""Of a value, in whole units."""


class Sort(StrEnum):
    """What a list begins with. Nobody ranks values of several currencies: they count as they are written."""

    SEEN = "seen"
    """Who came last."""
    INTENT = "intent"
    """Of whose intent most is left."""
    VALUE = "value"
    """The highest value."""
    LOST = "lost"
    """Lost last."""
    NAME = "name"
    """From A to Z."""


class Came(StrEnum):
    """When they came last."""

    DAY = "1"
    WEEK = "7"
    MONTH = "30"
    QUARTER = "90"
    EVER = "ever"
    LONG_AGO = "long-ago"
    """Once, but not in the last three months."""
    NEVER = "never"

    @property
    def within(self) -> timedelta | None:
        """So long ago at most; None: that is not what it says."""
        return timedelta(days=int(self)) if self.isdigit() else None


class Latest(StrEnum):
    """Who made their latest visit, as far as can be told: the states of visits."""

    CONFIRMED = "confirmed"
    ENGAGED = "engaged"
    UNCONFIRMED = "unconfirmed"
    MACHINE = "machine"
    NONE = "none"
    """There has been no visit, not even a machine's."""


class Mailable(StrEnum):
    """Whether a mailing goes to them, and why not: what `tracker.mailing_list` says of them."""

    YES = "yes"
    UNSUBSCRIBED = "unsubscribed"
    DO_NOT_TRACK = "do-not-track"
    NO_ADDRESS = "no-address"
    NOT_LOST = "not-lost"
    """They have open or won deals only."""


class Ringing(StrEnum):
    """Whether their own wish holds every alert about them."""

    FREE = "free"
    HELD = "held"


class Lost(StrEnum):
    """When the latest deal was lost: so many months ago at most, or longer."""

    QUARTER = "3"
    HALF = "6"
    YEAR = "12"
    TWO_YEARS = "24"
    LONGER = "longer"
    """More than two years ago."""


class Left(StrEnum):
    """So much is left of their intent at least: the tiers of alerts."""

    WARM = "30"
    HOT = "55"
    BURNING = "80"


class Agreed(StrEnum):
    """Whether their consent is on record."""

    YES = "yes"
    NO = "no"


class Interviewed(StrEnum):
    """What became of the questions why they did not buy."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    """They were asked and have not finished."""
    NEVER = "never"
    """Nobody asked, or it was taken back."""


class Renews(StrEnum):
    """When the contract comes up that they have instead: in so many months at most."""

    MONTH = "1"
    QUARTER = "3"
    HALF = "6"


NO_REASON = "none"
"""In the place of a reason's kind: there is none."""
NOBODY = 0
"""In the place of an owner: there is none."""
ANY = "any"
"""In the place of a goal's topic: whatever it is about."""
MONTHS = 1_200
"""A hundred years: nobody counts further back."""
UNTOLD = ("q", "tag")
"""Parts in which somebody may have typed a person's name."""
_WHOLE = re.compile("[0-9]{1,13}")
KINDS = tuple(str(kind) for kind in ReasonKind)
REASONS = (*KINDS, NO_REASON)


def visible(text: str) -> str:
    """Give what can be seen of what was said: nobody typed the rest."""
    return "".join(char for char in text[:TEXT_LENGTH] if char.isprintable()).strip()


@dataclass(frozen=True, slots=True)
class Filter:
    """Whom somebody looks for. Empty, or None: whoever."""

    q: str = ""
    """Beginnings of words of name, company, address or deal; all must be there."""
    reason: str = ""
    """One of `REASONS`."""
    competitor: str = ""
    """How the name of who won begins."""
    owner: int | None = None
    """The id of an owner's name; `NOBODY`: there is none."""
    least: int | None = None
    most: int | None = None
    """Of the value, in whole units of whatever currency."""
    lost: Lost | None = None
    lost_from: int | None = None
    lost_to: int | None = None
    """Lost more than so many months ago, and so many at most."""
    came: Came | None = None
    intent: Left | None = None
    consent: Agreed | None = None
    state: Latest | None = None
    mail: Mailable | None = None
    alerts: Ringing | None = None
    campaign: int | None = None
    """The id of a campaign by which they came."""
    tag: str = ""
    """In small letters, with single blanks, as tags are."""
    goal: str = ""
    """The topic of a goal or an interest of theirs, or `ANY`."""
    said: str = ""
    """One of `KINDS`: a reason that they gave in a talk, whatever the CRM says."""
    interview: Interviewed | None = None
    willing: Agreed | None = None
    """Their last answer: whether they want to hear from us again."""
    renews: Renews | None = None
    offers: Agreed | None = None
    """Whether their consent to offers is on record."""
    sort: Sort = Sort.SEEN

    @classmethod
    def read(cls, given: Mapping[str, str]) -> tuple[Self, tuple[str, ...]]:
        """Read names and values as an address or a segment has them; what makes no sense is left out.

        Gives the names of those, too: somebody typed a word where a number goes, or a link is an old one.
        Who lists people by it asks `tracker.segments.said.Said`, which lets nothing be left out in silence.
        """
        read = _Reading(given)
        found = cls(
            q=read.text("q"),
            reason=read.one_of("reason", REASONS),
            competitor=read.text("competitor"),
            owner=read.number("owner", LARGEST_ID),
            least=read.number("least", HIGHEST),
            most=read.number("most", HIGHEST),
            lost=read.word("lost", Lost),
            lost_from=read.number("lost_from", MONTHS),
            lost_to=read.number("lost_to", MONTHS),
            came=read.word("came", Came),
            intent=read.word("intent", Left),
            consent=read.word("consent", Agreed),
            state=read.word("state", Latest),
            mail=read.word("mail", Mailable),
            alerts=read.word("alerts", Ringing),
            campaign=read.number("campaign", LARGEST_ID),
            tag=" ".join(read.text("tag").lower().split()),
            goal=read.text("goal"),
            said=read.one_of("said", KINDS),
            interview=read.word("interview", Interviewed),
            willing=read.word("willing", Agreed),
            renews=read.word("renews", Renews),
            offers=read.word("offers", Agreed),
            sort=read.word("sort", Sort) or Sort.SEEN,
        )
        return found, tuple(read.wrong)

    def values(self) -> dict[str, str]:
        """Give names and values, without those that say nothing: what `read` reads."""
        default = type(self)()
        return {name: str(value) for name, value in asdict(self).items() if value != getattr(default, name)}

    def told(self) -> dict[str, str]:
        """Give the same for the record, which outlives people: that words were searched for, not which."""
        return {name: "…" if name in UNTOLD else value for name, value in self.values().items()}

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anybody out."""
        return bool(replace(self, sort=Sort.SEEN).values())

    @property
    def details(self) -> int:
        """Count what narrows it down besides the words searched for."""
        return len(replace(self, sort=Sort.SEEN, q="").values())


@dataclass(slots=True)
class _Reading:
    """Reads values, and remembers which made no sense."""

    given: Mapping[str, str]
    wrong: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Read what is looked for."""
        return visible(self.given.get(name, ""))

    def one_of(self, name: str, words: Collection[str]) -> str:
        text = self.text(name)
        if text and text not in words:
            self.wrong.append(name)
            return ""
        return text

    def word(self, name: str, words: type[W]) -> W | None:
        text = self.one_of(name, [str(word) for word in words])
        return words(text) if text else None

    def number(self, name: str, highest: int) -> int | None:
        text = self.text(name).replace(",", "").replace(" ", "")
        if not text:
            return None
        if not _WHOLE.fullmatch(text) or int(text) > highest:
            self.wrong.append(name)
            return None
        return int(text)
