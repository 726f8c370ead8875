"""What a rep is told about one alert, as frozen facts that mail and page share. PURE.

Every text in here is one printable line, already shortened, and true: an unknown is an empty text,
an empty tuple or None, and is then left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.plain import capital, sentence

if TYPE_CHECKING:
    from datetime import datetime

AVOID = "Don't mention the website or discounts."


@dataclass(frozen=True, slots=True)
class Who:
    """The prospect. `first_name` is empty unless the import gave it apart."""

    prospect_id: int
    name: str = ""
    first_name: str = ""
    account: str = ""
    email: str = ""
    job_title: str = ""

    @property
    def label(self) -> str:
        """How to name them in a line: by name, else by address."""
        return self.name or self.email or "a contact"

    @property
    def called(self) -> str:
        """How to name them within a sentence."""
        return self.first_name or self.name or "them"


@dataclass(frozen=True, slots=True)
class Phone:
    """A number: `shown` for eyes; `e164` for a `tel:` link, empty when it could not be read as one."""

    shown: str
    e164: str = ""


@dataclass(frozen=True, slots=True)
class LocalTime:
    """What time it is for the prospect. `clock` is `HH:MM`, after the weekday at a weekend."""

    clock: str
    place: str
    assumed: bool = False
    """Worked out from the phone number or the country, not imported."""
    starts: str = ""
    """When their working day begins, if it is not under way, e.g. `tomorrow 09:00`."""

    def for_whom(self, called: str) -> str:
        """Write e.g. `09:42 for Dana (London)`."""
        place = f"{self.place}, assumed" if self.assumed else self.place
        line = f"{self.clock} for {called} ({place})"
        return f"{line}. Office hours, assumed, from {self.starts}." if self.starts else line


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of the visit: NOW, or earlier."""

    at: datetime
    """The last sign of them in this visit (UTC)."""
    live: bool
    """Whether that is recent enough to say *now*."""
    when: str
    """`at` for the reader, in words and in the reader's zone, e.g. `yesterday 17:40`."""
    read: str
    """E.g. `Pricing, 3 min; also docs`."""
    came: str
    count: str
    """Which visit this is, e.g. `2nd visit this week`."""
    browser: str
    """E.g. `Usual browser, confirmed`."""
    device: str = ""
    """E.g. `Chrome on Mac`."""

    @property
    def heading(self) -> str:
        """What a layout writes before the sentences: nobody is here *now* who left an hour ago."""
        return "NOW" if self.live else "SEEN"

    @property
    def told(self) -> str:
        """Say when they read what."""
        return sentence(capital(f"{self.when}: {self.read}" if self.read else self.when))

    @property
    def reading(self) -> str:
        """Say what they read, and when if it is over."""
        return sentence(capital(self.read)) if self.live else self.told

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything, a sentence each."""
        coming = "; ".join(part for part in (self.came, self.count) if part)
        return tuple(
            part for part in (self.reading, sentence(capital(coming)), sentence(self.browser)) if part
        )


@dataclass(frozen=True, slots=True)
class Note:
    """What a rep once wrote about the deal. `by` is `You`, a name, or `Notes` when nobody knows whose."""

    by: str
    text: str

    @property
    def quoted(self) -> str:
        """Write e.g. `You: "SSO missing."`."""
        return f'{self.by}: "{self.text}"'


@dataclass(frozen=True, slots=True)
class Lost:
    """The latest lost deal, as the CRM tells it."""

    deal_id: int
    month: str = ""
    product: str = ""
    value: str = ""
    """Compact, e.g. `£48k`."""
    reason: str = ""
    decision: str = ""
    """What they did instead, e.g. `Chose Acme`; empty when the CRM does not say."""
    ending: str = ""
    """The same for a subject line, e.g. `lost to Acme`."""
    as_of: str = ""
    """The day of the import, once that is more than a day ago."""
    others: int = 0
    """How many more lost deals there are."""
    note: Note | None = None

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything but the note, a sentence each."""
        others = f"{self.others} other lost deal{'' if self.others == 1 else 's'}" if self.others else ""
        parts = (
            ", ".join(part for part in (self.month, self.product, self.value) if part),
            f"CRM says: {self.reason}" if self.reason else "",
            self.decision,
            others,
            f"CRM data as of {self.as_of}" if self.as_of else "",
        )
        return tuple(sentence(part) for part in parts if part)


@dataclass(frozen=True, slots=True)
class IntentReason:
    """One line of the visit's intent."""

    name: str
    points: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why there is an alert: one tap away from the mail, in full on the page."""

    name: str
    sentence: str
    intent: int
    tier: str
    reasons: tuple[IntentReason, ...] = ()


@dataclass(frozen=True, slots=True)
class Briefing:
    """Everything a rep needs for the call."""

    alert_id: int
    who: Who
    phone: Phone | None
    local_time: LocalTime | None
    seen: Seen
    lost: Lost | None
    since: tuple[str, ...]
    say: str
    ask: tuple[str, ...]
    why: Why
    avoid: str = AVOID


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """One person in a digest: their strongest visit."""

    briefing: Briefing
    visits: int
    """How many of their visits this digest covers."""
    link: str
    """Their page."""

    @property
    def heading(self) -> str:
        """Name them, with the number to call."""
        who, phone = self.briefing.who, self.briefing.phone
        named = f"{who.label}, {who.account}" if who.account else who.label
        return f"{named}  {phone.shown}" if phone else named

    @property
    def lines(self) -> tuple[str, ...]:
        """Say when they read what, why that was no call-now, and how the deal was lost."""
        it = self.briefing
        earlier = f"{self.visits} visits" if self.visits > 1 else ""
        visit = (it.seen.told, sentence(earlier), sentence(it.why.sentence))
        lost = " ".join(it.lost.sentences) if it.lost else ""
        return tuple(line for line in (" ".join(part for part in visit if part), lost) if line)


@dataclass(frozen=True, slots=True)
class DigestName:
    """One of the people below the first in a long digest: just who, and the way to their page."""

    label: str
    link: str


@dataclass(frozen=True, slots=True)
class DigestTask:
    """A follow-up of the day."""

    what: str
    """E.g. `Check-in`."""
    label: str
    """Who, and of which company."""
    phone: Phone | None
    lines: tuple[str, ...]
    link: str
    """Where it is reported on."""

    @property
    def heading(self) -> str:
        """Name it, with the number to call."""
        named = f"{self.what}: {self.label}"
        return f"{named}  {self.phone.shown}" if self.phone else named


@dataclass(frozen=True, slots=True)
class DigestBriefing:
    """A rep's morning: visits that were no call-now, the strongest first, and the follow-ups of the day."""

    entries: tuple[DigestEntry, ...] = ()
    others: tuple[DigestName, ...] = ()
    """People below those, by name only."""
    tasks: tuple[DigestTask, ...] = ()
    more_tasks: int = 0
    """Beyond those."""

    @property
    def people(self) -> int:
        """How many people came."""
        return len(self.entries) + len(self.others)

    @property
    def tasks_opening(self) -> str:
        """Say how much there is to do."""
        number = len(self.tasks) + self.more_tasks
        return "One follow-up for today." if number == 1 else f"{number} follow-ups for today."

    @property
    def opening(self) -> str:
        """Say what this mail is about."""
        if not self.people:
            return self.tasks_opening
        if self.people == 1:
            return "One person who once said no came back."
        return f"{self.people} people who once said no came back. The most promising first."
