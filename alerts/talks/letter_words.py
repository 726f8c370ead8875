"""What the mail of an appointment says: to who calls, and to who is called. PURE.

To the prospect it says when and who, and nothing of why: they know, and whoever else reads it need not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from alerts.mail import Content
from alerts.rendering import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Change(Enum):
    """What became of the appointment, as far as this reader knows."""

    AGREED = "agreed"
    MOVED = "moved"
    CALLED_OFF = "called off"


SUBJECTS: Mapping[Change, str] = MappingProxyType(
    {Change.AGREED: "", Change.MOVED: "New time: ", Change.CALLED_OFF: "Called off: "}
)


@dataclass(frozen=True, slots=True)
class Call:
    """An agreed call; what is unknown is empty."""

    change: Change
    caller: str
    company: str
    """Ours."""
    name: str
    """Who is called."""
    first_name: str
    theirs: str
    """Their company."""
    when: str
    """For the reader, e.g. `Tuesday 24 March at 10:00 (London time)`."""
    day: str
    """The same, short, for a subject."""
    clock: str = ""
    """What time it is for them then; for who calls."""
    phone: str = ""
    invited: bool = False
    """The prospect gets the invitation, too."""
    page: str = ""
    """Where the questions are; for who calls."""


def to_caller(call: Call) -> Content:
    """Write to the one who calls."""
    who = f"{call.name}, {call.theirs}" if call.theirs else call.name
    return _content(f"{SUBJECTS[call.change]}call with {who}, {call.day}", list(_for_caller(call)), call.page)


def to_prospect(call: Call) -> Content:
    """Write to the one who is called."""
    return _content(f"{SUBJECTS[call.change]}call with {call.caller}, {call.day}", list(_for_prospect(call)))


def _for_caller(call: Call) -> Iterator[str]:
    if call.change is Change.CALLED_OFF:
        yield f"The call with {call.name} on {call.when} is called off."
    else:
        new = "now agreed for" if call.change is Change.MOVED else "agreed for"
        yield f"The call with {call.name} is {new} {call.when}."
        if call.clock:
            yield f"That is {call.clock}".rstrip(".") + "."
        if call.phone:
            yield f"Their number: {call.phone}."
    if call.invited:
        yield f"{call.first_name or call.name} gets a mail about it, too, and answers to you."
    yield "If your calendar does not show it by itself, open the attached file."


def _for_prospect(call: Call) -> Iterator[str]:
    yield f"Hello {call.first_name}," if call.first_name else "Hello,"
    us = f"{call.caller} of {call.company}" if call.company else call.caller
    if call.change is Change.CALLED_OFF:
        yield f"Our call on {call.when} will not take place."
        yield "If you would like another time, answer this mail: it reaches me."
    else:
        number = f" on {call.phone}" if call.phone else ""
        moved = "Our call has a new time. " if call.change is Change.MOVED else ""
        yield f"{moved}I will call you{number} on {call.when}. It takes about a quarter of an hour."
        yield "If another time suits you better, answer this mail: it reaches me."
    yield "Kind regards"
    yield us


def _content(subject: str, lines: list[str], page: str = "") -> Content:
    subject = subject[:1].upper() + subject[1:]
    values = {"title": subject, "lines": lines, "page": page}
    return Content(subject, render("invitation/body.txt", **values), render("invitation/body.html", **values))
