"""What an interview's pages show. Everything here only reads: fifty GETs by a scanner change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from alerts.interview.addresses import Side
from alerts.interview.questions import NAME_LENGTH, Topic
from alerts.plain import plain
from alerts.web.interview.guest import nothing_here
from alerts.web.interview.proof import TRAP, make_nonces
from tracker.web.reader import Reader, locale_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from alerts.interview.opened import Opened
    from alerts.interview.questions import Question
    from alerts.web.interview.guest import Gate
    from tracker.installation import Installation


@dataclass(frozen=True, slots=True)
class Guest:
    """Who reads: by which link they came, and what it opens."""

    side: Side
    signed: str
    opened: Opened
    now: datetime

    @property
    def is_interviewer(self) -> bool:
        """They key what they hear on a call."""
        return self.side is Side.INTERVIEWER

    @property
    def home(self) -> str:
        """The address that they were given."""
        return url_for(f"{self.side}.home", signed=self.signed)

    @property
    def answers(self) -> str:
        """Where all answers stand."""
        return url_for(f"{self.side}.answers", signed=self.signed)

    def at(self, question: Question) -> str:
        """Give the address of a question."""
        return url_for(f"{self.side}.question", signed=self.signed, name=question.topic.value)

    def named(self, name: str) -> Question:
        """Give the question of this name.

        Raises:
            RefusedError: this interview has none.

        """
        found = next((one for one in self.opened.asked if one.topic.value == name), None)
        if found is None:
            raise nothing_here()
        return found

    def number(self, question: Question) -> int:
        """Say which question in the row it is, from 1 on."""
        return self.opened.asked.index(question) + 1

    def before(self, question: Question) -> str:
        """Give the address of the page before."""
        place = self.number(question) - 1
        return self.at(self.opened.asked[place - 1]) if place else f"{self.home}?welcome=1"

    def after(self, question: Question) -> str:
        """Give the address of the page after; who changes an answer later goes back to all of them."""
        place = self.number(question)
        if self.opened.finished_at is not None or place == len(self.opened.asked):
            return self.answers
        return self.at(self.opened.asked[place])

    def owner(self, question: Question) -> str:
        """Name this form among all others, so that its nonce is good for no other."""
        return f"{self.side}/{self.opened.id}/{question.topic}"


@dataclass(frozen=True, slots=True)
class Typed:
    """What is in the form that is shown."""

    text: str
    seen: int
    """The version of the answer that its writer knows."""
    problem: str = ""
    theirs: str | None = None
    """What another device saved meanwhile; empty: it emptied the answer."""
    again: bool = False
    """A press did not count: the next one does."""


class Pages:
    """Welcome, each question, all answers."""

    def __init__(self, installation: Installation, clock: Callable[[], datetime], gate: Gate) -> None:
        """Take what to read from, the clock (aware UTC), and who is let in."""
        self._installation = installation
        self._clock = clock
        self._gate = gate

    def enter(self, side: Side, signed: str, *, saves: bool = False) -> Guest:
        """Let the reader of a link in, to look or to save.

        Raises:
            RefusedError: they are not.

        """
        now = self._clock()
        with self._installation.database.reading() as session:
            return Guest(side, signed, self._gate.enter(session, side, signed, now, saves=saves), now)

    def home(self, side: Side, signed: str) -> ResponseReturnValue:
        """Say what this is; who began goes on where they left."""
        guest = self.enter(side, signed)
        opened = guest.opened
        if opened.finished_at is not None:
            return redirect(guest.answers)
        if opened.answered and opened.next is not None and "welcome" not in request.args:
            return redirect(guest.at(opened.next))
        return self._page("welcome", guest, first=guest.at(opened.asked[0]))

    def question(self, side: Side, signed: str, name: str) -> ResponseReturnValue:
        """Ask one question."""
        guest = self.enter(side, signed)
        question = guest.named(name)
        return self.ask(guest, question, stored(guest.opened, question))

    def answers(self, side: Side, signed: str) -> ResponseReturnValue:
        """Show all that was answered, to be looked over; at the end with thanks."""
        return self._page("answers", self.enter(side, signed))

    def ask(self, guest: Guest, question: Question, typed: Typed) -> str:
        """Show the form of one question, with what was typed in it."""
        signer = self._installation.signer
        return self._page(
            "question",
            guest,
            question=question,
            typed=typed,
            trap=TRAP,
            nonces=make_nonces(signer, guest.owner(question), guest.now, again=typed.again),
        )

    def _page(self, name: str, guest: Guest, **more: object) -> str:
        reader = Reader.of("UTC", guest.now, locale_of(request.accept_languages.values()))
        return render_template(
            f"interview/{name}.html",
            guest=guest,
            opened=guest.opened,
            company=plain(self._installation.settings.company, NAME_LENGTH),
            last_day=reader.day(guest.opened.expires_at.date()),
            **more,
        )


def stored(opened: Opened, question: Question) -> Typed:
    """Give what stands there."""
    there = opened.answers.get(question.topic)
    return Typed(there.text if there else "", there.version if there else 0)


def is_choice(question: Question) -> bool:
    """Whether it is answered by yes or no."""
    return question.topic is Topic.WILLING
