"""The form of a post-mortem: what was typed is kept, whatever is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from alerts.talks.post_mortem import Answers
from alerts.talks.questions import CHOSE_LENGTH, MOST
from tracker.web.forms import FieldError, Filled, visible
from tracker.words import ReasonKind

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXTS = ("reasons", "why_not_us", "differently", "project")
KINDS: Mapping[ReasonKind, str] = {kind: str(kind).replace("_", " ").capitalize() for kind in ReasonKind}


def filled(answers: Answers) -> Filled:
    """Give the form as it is for what is stored."""
    values = {name: getattr(answers, name) for name in ("chose", *TEXTS)}
    values["outside_look"] = "yes" if answers.outside_look else ""
    return Filled(values, {"reason_kinds": [str(kind) for kind in answers.reason_kinds]})


def read_answers(form: Filled) -> Answers:
    """Read the answers; what cannot be stored has a problem beside it now."""
    for name in TEXTS:
        long_text(form, name)
    chose = form.take("chose", _chose) or ""
    ticked = set(form.chosen["reason_kinds"])
    return Answers(
        chose=chose,
        reason_kinds=tuple(kind for kind in ReasonKind if kind in ticked),
        **{name: form.values[name] for name in TEXTS},
        outside_look=form.values["outside_look"] == "yes",
    )


def long_text(form: Filled, name: str) -> None:
    """Take a text of several lines as it was typed, with a problem beside it where it is too long."""
    text = form.values[name] = visible(request.form.get(name, ""))
    if len(text) > MOST:
        over = len(text) - MOST
        form.problems[name] = (
            f"Write at most {MOST:,} characters: this has {over:,} too many. None of it is lost."
        )


def _chose(text: str) -> str:
    if len(text) > CHOSE_LENGTH:
        msg = f"Write at most {CHOSE_LENGTH} characters: their name is enough"
        raise FieldError(msg)
    return text
