"""The alert mail: a Briefing and its four links become subject, text and HTML. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.mail import Content
from alerts.plain import plain, shorten
from alerts.rendering import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alerts.briefing.facts import Briefing
    from alerts.doors import AlertLinks

SUBJECT_LENGTH = 50
"""Characters that a phone's list of mails shows."""
SHORTEST_ACCOUNT = 8
"""A company's name cut below this says nothing."""


def alert_content(briefing: Briefing, links: AlertLinks) -> Content:
    """Write the mail that tells a rep to call."""
    values = {"it": briefing, "links": links, "buttons": _buttons(briefing, links)}
    return Content(
        subject=_subject(briefing),
        text=render("alert/body.txt", **values),
        html=render("alert/body.html", **values),
    )


def _buttons(briefing: Briefing, links: AlertLinks) -> tuple[tuple[str, str], ...]:
    return (
        ("I'm calling", links.calling),
        ("Log the result", links.result),
        (f"Everything about {briefing.who.called}", links.prospect),
        ("Why this alert", links.why),
    )


def _subject(briefing: Briefing) -> str:
    """Write the fullest subject that fits."""
    subject = ""
    for who, about in _wordings(briefing):
        subject = plain(render("alert/subject.txt", who=who, about=about), SUBJECT_LENGTH * 8)
        if len(subject) <= SUBJECT_LENGTH:
            break
    return shorten(subject, SUBJECT_LENGTH)


def _wordings(briefing: Briefing) -> Iterator[tuple[str, str]]:
    """Give who and about what, the fullest first: the ending goes first, then the company gets shorter."""
    who, lost = briefing.who, briefing.lost
    value, ending = (lost.value, lost.ending) if lost else ("", "")
    name = who.name or who.account or who.label
    account = who.account if who.name else ""
    whole = f"{name}, {account}" if account else name
    yield whole, ", ".join(part for part in (value, ending) if part)
    yield whole, value
    for length in range(min(len(account) - 1, SUBJECT_LENGTH), SHORTEST_ACCOUNT - 1, -1):
        yield f"{name}, {shorten(account, length)}", value
    yield name, value
    yield name, ""
