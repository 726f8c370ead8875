"""What the button of a question does, and the script that presses it for whoever leaves a field."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import jsonify, redirect, request

from alerts.interview.answering import LONGEST, NO, YES, Given, Saved, finish, read_answer, save_answer
from alerts.web.busy import DATABASE_AWAY, note_busy
from alerts.web.interview.pages import Typed, is_choice, stored
from alerts.web.interview.proof import Proof, prove
from tracker.web.edits import seen_version

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from alerts.interview.addresses import Side
    from alerts.interview.questions import Question
    from alerts.web.interview.guest import Gate
    from alerts.web.interview.pages import Guest, Pages
    from tracker.installation import Installation

MAX_FORM = 512 * 1024
"""Bytes of a form. Far more than an answer takes, so that what is too long comes back to be shortened."""
AUTOSAVE = "X-Autosave"
"""With this header a script asks, which shows the words it gets beside the field."""
TOO_LONG = f"An answer takes at most {LONGEST:,} characters, and this has {{:,}}. Nothing of it is lost here."
ONCE_MORE = "Not saved yet. Please press the button once more, so that we know that it was you."
LATE = "Not saved: this answer was changed meanwhile, on another device or by whoever asks you."
BUSY = "We are busy just now, so this is not saved yet. Wait a moment and save it again."
CHOOSE = "Choose yes or no, or finish without an answer."


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came in."""

    text: str
    seen: int
    finishes: bool
    """It ends the interview without an answer to the last question."""


class Saving:
    """The POST of a question."""

    def __init__(
        self, installation: Installation, clock: Callable[[], datetime], gate: Gate, pages: Pages
    ) -> None:
        """Take what to write to, the clock (aware UTC), who is let in, and the pages to show again."""
        self._installation = installation
        self._clock = clock
        self._gate = gate
        self._pages = pages

    def save(self, side: Side, signed: str, name: str) -> ResponseReturnValue:
        """Save one answer, and go on to the next question."""
        request.max_content_length = MAX_FORM
        guest = self._pages.enter(side, signed, saves=True)
        question = guest.named(name)
        sent = _read(question)
        there = stored(guest.opened, question)
        if len(sent.text) > LONGEST:
            problem = TOO_LONG.format(len(sent.text))
            return self._once_more(guest, question, sent, problem, HTTPStatus.UNPROCESSABLE_ENTITY)
        if is_choice(question) and not sent.text and not sent.finishes:
            return self._once_more(guest, question, sent, CHOOSE, HTTPStatus.UNPROCESSABLE_ENTITY)
        if sent.text == there.text and not sent.finishes:
            return self._go_on(guest, question, there.seen)
        proof = prove(self._installation.signer, guest.owner(question), request.form, guest.now)
        if proof < _needed(question, sent, there):
            return self._once_more(guest, question, sent, ONCE_MORE, HTTPStatus.FORBIDDEN, again=True)
        try:
            return self._write(guest, question, sent)
        except DATABASE_AWAY as error:
            note_busy(error)
            return self._once_more(guest, question, sent, BUSY, HTTPStatus.SERVICE_UNAVAILABLE)

    def _write(self, guest: Guest, question: Question, sent: Sent) -> ResponseReturnValue:
        given = Given(question, sent.text, sent.seen, guest.is_interviewer)
        with self._installation.database.writing() as session:
            opened = self._gate.enter(session, guest.side, guest.signed, guest.now, hold=True)
            if sent.finishes:
                finish(session, opened, guest.now)
                return redirect(guest.answers, HTTPStatus.SEE_OTHER)
            saved = save_answer(session, opened, given, guest.now)
        there = stored(opened, question)
        if saved is Saved.LATE:
            typed = Typed(sent.text, there.seen, LATE, there.text)
            return _told(LATE, HTTPStatus.CONFLICT) or (
                self._pages.ask(guest, question, typed),
                HTTPStatus.CONFLICT,
            )
        return self._go_on(guest, question, there.seen + (saved is Saved.SAVED))

    def _go_on(self, guest: Guest, question: Question, version: int) -> ResponseReturnValue:
        told = _told("Saved.", HTTPStatus.OK, version)
        return told or redirect(guest.after(question), HTTPStatus.SEE_OTHER)

    def _once_more(
        self,
        guest: Guest,
        question: Question,
        sent: Sent,
        problem: str,
        status: HTTPStatus,
        again: bool = False,  # noqa: FBT001, FBT002  (said by name above)
    ) -> ResponseReturnValue:
        """Show the form again with everything typed in it."""
        typed = Typed(sent.text, sent.seen, problem, again=again)
        return _told(problem, status) or (self._pages.ask(guest, question, typed), status)


def _read(question: Question) -> Sent:
    if not is_choice(question):
        return Sent(read_answer(request.form.get("answer", "")), seen_version(), finishes=False)
    chosen = request.form.get("answer", "")
    return Sent(chosen if chosen in (YES, NO) else "", seen_version(), "finish" in request.form)


def _needed(question: Question, sent: Sent, there: Typed) -> Proof:
    """Say how sure it must be that a person is there."""
    empties = not sent.text and bool(there.text) and not sent.finishes
    agrees = is_choice(question) and sent.text == YES and not sent.finishes
    return Proof.SURE if empties or agrees else Proof.LIKELY


def _told(words: str, status: HTTPStatus, version: int | None = None) -> ResponseReturnValue | None:
    """Answer the script, if it was that that asked."""
    if AUTOSAVE not in request.headers:
        return None
    return jsonify(words=words, version=version), status
