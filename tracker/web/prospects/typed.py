"""Forms of this room: fields of one line, texts of several, and what both share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.web.forms import Filled, visible
from tracker.words import DealStatus, LossOutcome, ReasonKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from werkzeug.datastructures import MultiDict

    from tracker.web.reader import Reader

SEEN = "seen"
"""The field that says what the page showed of the thing before it was changed."""
OUTCOMES = [
    (str(LossOutcome.CHOSE_COMPETITOR), "Chose a competitor"),
    (str(LossOutcome.DECIDED_NOTHING), "Decided nothing"),
    (str(LossOutcome.POSTPONED), "Postponed"),
]
STATUSES = [(str(status), str(status).capitalize()) for status in DealStatus]
KINDS = {kind: str(kind).replace("_", " ") for kind in ReasonKind}


def typed(form: MultiDict[str, str], *names: str, texts: tuple[str, ...] = ()) -> Filled:
    """Keep what was typed; `texts` may have several lines."""
    filled = Filled.of(form, *names)
    filled.values.update({name: visible(form.get(name, "")) for name in texts})
    return filled


def local(at: datetime | None, reader: Reader) -> tuple[str, str]:
    """Give day and time of a moment as fields take them, in the reader's zone; blank for none."""
    if at is None:
        return "", ""
    there = at.astimezone(reader.zone)
    return f"{there:%Y-%m-%d}", f"{there:%H:%M}"


def slots_of(shortcuts: Iterable[tuple[str, str, date | None]]) -> list[tuple[str, str]]:
    """Write what can be chosen, with the day that it means."""
    return [
        (value, f"{words} ({day:%a} {day.day} {day:%b})" if day else words) for value, words, day in shortcuts
    ]
