"""The digest mail: who looked in without it being a call-now, strongest first. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.mail import Content
from alerts.message import SHORTEST_ACCOUNT, SUBJECT_LENGTH
from alerts.plain import plain, shorten
from alerts.rendering import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alerts.briefing.facts import DigestBriefing, Who


def digest_content(digest: DigestBriefing) -> Content:
    """Write a rep's morning mail; `digest` has at least one entry or task."""
    values = {"it": digest}
    return Content(
        subject=_subject(digest),
        text=render("digest/body.txt", **values),
        html=render("digest/body.html", **values),
    )


def _subject(digest: DigestBriefing) -> str:
    if not digest.entries:
        return _of_tasks(digest)
    subject = ""
    for first in namings(digest.entries[0].briefing.who):
        subject = plain(
            render("digest/subject.txt", first=first, others=digest.people - 1), SUBJECT_LENGTH * 8
        )
        if len(subject) <= SUBJECT_LENGTH:
            break
    return shorten(subject, SUBJECT_LENGTH)


def _of_tasks(digest: DigestBriefing) -> str:
    """Name the first, and say how many more there are."""
    first, more = digest.tasks[0], len(digest.tasks) + digest.more_tasks - 1
    ending = f" and {more} more" if more else ""
    return (
        shorten(plain(f"{first.what}: {first.label}", SUBJECT_LENGTH * 8), SUBJECT_LENGTH - len(ending))
        + ending
    )


def namings(who: Who) -> Iterator[str]:
    """Name a person for a subject line, in full first; the company gets shorter, then the name does."""
    name = who.name or who.account or who.label
    account = who.account if who.name else ""
    if account:
        for length in range(min(len(account), SUBJECT_LENGTH), SHORTEST_ACCOUNT - 1, -1):
            yield f"{name}, {shorten(account, length)}"
    for length in range(min(len(name), SUBJECT_LENGTH), 0, -1):
        yield shorten(name, length)
