"""The form in which a note or a decision is written down."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from alerts.review.notes import Draft
from alerts.words import ReviewNoteKind
from tracker.web.forms import FieldError, Filled

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from alerts.models import ReviewNote
    from alerts.web.review.show import Circle

FIELDS = ("kind", "text", "doer", "until")


def filled(note: ReviewNote | None = None) -> Filled:
    """Give the form with a note in it; empty without."""
    if note is None:
        return Filled({"kind": ReviewNoteKind.NOTE.value, "text": "", "doer": "", "until": ""})
    return Filled(
        {
            "kind": note.kind.value,
            "text": note.text,
            "doer": str(note.doer_id or ""),
            "until": note.until.isoformat() if note.until else "",
        }
    )


def read(
    form: MultiDict[str, str], reach: Circle, was: ReviewNote | None = None
) -> tuple[Filled, Draft | None]:
    """Read the form; None where anything cannot be, and why is beside its field then."""
    typed = Filled.of(form, *FIELDS)
    doers = {str(number) for number, _ in reach.doers} | ({str(was.doer_id)} if was else set())
    kind, text = typed.take("kind", _kind), typed.take("text", _text)
    if kind is not ReviewNoteKind.DECISION:
        return typed, None if typed.problems or kind is None else Draft(kind, text or "")
    doer, until = typed.take("doer", lambda one: _doer(one, doers)), typed.take("until", _day)
    return typed, None if typed.problems else Draft(kind, text or "", doer, until)


def _kind(text: str) -> ReviewNoteKind:
    if text not in set(ReviewNoteKind):
        msg = "Choose whether it is a note or a decision"
        raise FieldError(msg)
    return ReviewNoteKind(text)


def _text(text: str) -> str:
    if not text:
        msg = "Write what was said or decided"
        raise FieldError(msg)
    return text


def _doer(text: str, doers: set[str]) -> int | None:
    if text and text not in doers:
        msg = "Choose somebody of the list, or nobody"
        raise FieldError(msg)
    return int(text) if text else None


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = "Write the day like 2026-03-31, or leave it empty"
        raise FieldError(msg) from None
