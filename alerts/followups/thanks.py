"""The draft of a thank-you on the day of a loss, for the rep to put right and to send themselves. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from alerts.briefing.moments import MONTHS
from alerts.followups import thanks_words as words
from alerts.followups.cadence import POST_MORTEM_AFTER

if TYPE_CHECKING:
    from datetime import date

    from tracker.words import LossOutcome

MAILTO_LENGTH = 1_900
"""Characters of a `mailto:` address that every mail program takes: Windows hands over 2,048, Outlook less."""
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Thanked:
    """What is put into the words; whatever is empty is left out."""

    first_name: str
    product: str
    rep: str
    company: str
    """Ours."""
    outcome: LossOutcome | None
    slot: str = ""
    """When the talk about why was agreed, in words, e.g. `Tuesday 24 March at 10:00 (London time)`."""
    no_calls: bool = False
    """They asked not to be called."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail to begin with."""

    subject: str
    body: str


def thank(about: Thanked, today: date) -> Draft:
    """Write the draft as of the rep's day."""
    ask = [_ask(about, today)]
    if not about.slot and not about.no_calls:
        ask.append(words.WHEN)
    parts = [_hello(about), f"{_thanks(about)} {words.RESPECT[about.outcome]}", " ".join(ask), _close(about)]
    subject = words.SUBJECT if about.first_name else words.SUBJECT_TO_NOBODY
    return Draft(subject.format(first_name=about.first_name), "\n\n".join(parts))


def note(about: Thanked) -> str:
    """Write the text for a card: short enough to be written by hand, and it asks for nothing."""
    return words.NOTE.format(
        hello=_hello(about),
        thanks=_thanks(about),
        respect=words.RESPECT[about.outcome],
        close=words.CLOSE,
        signature=_signature(about),
    )


def mailto(address: str, draft: Draft) -> str:
    """Give the address that opens the draft in a mail program.

    One that is too long for some of them opens an empty mail with the subject: the text is to be copied.
    """
    to, subject = f"mailto:{quote(address, safe='@')}", quote(draft.subject, safe="")
    body = quote("\r\n".join(draft.body.splitlines()), safe="")
    whole = f"{to}?subject={subject}&body={body}"
    short = f"{to}?subject={subject}"
    return next((one for one in (whole, short) if len(one) <= MAILTO_LENGTH), to)


def opens_whole(address: str, draft: Draft) -> bool:
    """Tell whether a mail program gets all of the draft."""
    return "&body=" in mailto(address, draft)


def day_in_full(day: date) -> str:
    """Write e.g. `Tuesday 24 March`."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def _ask(about: Thanked, today: date) -> str:
    if about.no_calls:
        return words.ASK_FOR_A_LINE
    if about.slot:
        return words.AGREED.format(slot=about.slot)
    return words.ASK.format(day=day_in_full(_proposed(today)))


def _proposed(today: date) -> date:
    """Give the day that the post-mortem is proposed for: two weeks on, and no weekend."""
    day = today + POST_MORTEM_AFTER
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


def _hello(about: Thanked) -> str:
    hello = words.HELLO if about.first_name else words.HELLO_TO_NOBODY
    return hello.format(first_name=about.first_name)


def _thanks(about: Thanked) -> str:
    product = words.ABOUT.format(product=about.product) if about.product else ""
    return words.THANKS.format(about=product)


def _close(about: Thanked) -> str:
    return f"{words.CLOSE}\n{_signature(about)}".rstrip()


def _signature(about: Thanked) -> str:
    return "\n".join(line for line in (about.rep, about.company) if line)
