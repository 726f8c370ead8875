"""The tab *Interviews* of a person: ask for one, hand on its links, read the answers, take it back."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from alerts.interview.addresses import MOST_DAYS, USUAL_DAYS, Side, link_to
from alerts.interview.letter import Sender, draft
from alerts.interview.making import (
    WORDS,
    MakingError,
    Plan,
    discard_answers,
    end_interview,
    make_interview,
    read_days,
)
from alerts.interview.shown import deal_name, interviews_of, lost_deals
from tracker.audit import by_user
from tracker.by_hand.reading import needed, read_line
from tracker.left_alone import kinds_of
from tracker.models import Interview
from tracker.web.forms import FieldError, Filled
from tracker.web.prospects.one import company_of, deal_of, person_in_reach
from tracker.web.rooms import ANY_ID, Page, open_room
from tracker.wishes import wishes_of
from tracker.words import SuppressionKind, Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from alerts.content.letter import Draft
    from alerts.interview.shown import Asked
    from tracker.audit import Actor
    from tracker.models import Deal, Prospect
    from tracker.web.house import House
    from tracker.web.me import Desk, Me

ONE = f"/prospects/<{ANY_ID}:prospect_id>/interviews"
OF_ONE = f"{ONE}/<{ANY_ID}:interview_id>"
FIELDS = ("deal_id", "by", "asker", "gift", "days")
MYSELF, SOMEBODY = "me", "other"
SEE, ADD, END = ((verb, Thing.INTERVIEW) for verb in (Verb.SEE, Verb.ADD, Verb.END))


@dataclass(frozen=True, slots=True)
class Line:
    """An interview with its links and the mail that asks for it, where it is open."""

    asked: Asked
    link: str = ""
    """The prospect's."""
    keying: str = ""
    """The interviewer's."""
    letter: Draft | None = None
    mailto: str = ""


def interviews_room(house: House) -> Blueprint:
    """Open the tab."""
    room = Interviews(house.desk)
    return open_room(
        house,
        Blueprint("interviews", __name__),
        (Page(ONE, "of_person", *SEE, room.show),),
        (
            Page(ONE, "make", *ADD, room.make),
            Page(f"{OF_ONE}/again", "again", *ADD, room.again),
            Page(f"{OF_ONE}/end", "end", *END, room.end),
            Page(f"{OF_ONE}/discard", "discard", *END, room.discard),
        ),
    )


class Interviews:
    """One person's interviews."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._signer = desk.installation.signer
        self._settings = desk.installation.settings

    def show(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Show them, and the form for another."""
        blank = {"deal_id": "", "by": MYSELF, "asker": "", "gift": "", "days": str(USUAL_DAYS)}
        return self._page(me, prospect_id, Filled(blank))

    def make(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Make one."""
        form = Filled.of(request.form, *FIELDS)
        days = form.take("days", read_days)
        gift = form.take("gift", lambda text: read_line(text, WORDS))
        other = form.values["by"] == SOMEBODY
        asker = form.take("asker", _name) if other else ""
        if days is None or gift is None or asker is None or form.problems:
            return self._page(me, prospect_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
        with self._desk.database.writing() as session:
            person = person_in_reach(session, self._desk, me, *ADD, prospect_id, lock=True)
            deal = form.check("deal_id", lambda: self._chosen(session, person, form.values["deal_id"]))
            if deal is not None:
                plan = Plan(deal.id, person.id, asker, gift, days)
                form.check("deal_id", lambda: _make(session, me, plan))
        if form.problems:
            return self._page(me, prospect_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
        flash("The interview is ready: hand on its link.", "good")
        return _back(prospect_id)

    def again(self, me: Me, prospect_id: int, interview_id: int) -> ResponseReturnValue:
        """Make the same anew, with links of its own and without answers."""
        with self._desk.database.writing() as session:
            old = self._held(session, me, prospect_id, interview_id, Verb.ADD)
            plan = Plan(old.deal_id, old.prospect_id, old.asker, old.gift)
            try:
                _make(session, me, plan)
            except MakingError as error:
                flash(f"{error}.", "bad")
            else:
                flash("It is made again: hand on the new link, the old one opens nothing.", "good")
        return _back(prospect_id)

    def end(self, me: Me, prospect_id: int, interview_id: int) -> ResponseReturnValue:
        """Take one back."""
        return self._take(me, prospect_id, interview_id, end_interview)

    def discard(self, me: Me, prospect_id: int, interview_id: int) -> ResponseReturnValue:
        """Take one back with all that was answered."""
        return self._take(me, prospect_id, interview_id, discard_answers)

    def _take(
        self, me: Me, prospect_id: int, interview_id: int, taken: Callable[..., None]
    ) -> ResponseReturnValue:
        with self._desk.database.writing() as session:
            interview = self._held(session, me, prospect_id, interview_id, Verb.END)
            taken(session, _actor(me), interview, me.reader.now)
        said = "The answers are discarded, and its" if taken is discard_answers else "Taken back: its"
        flash(f"{said} links open nothing any more.", "good")
        return _back(prospect_id)

    def _held(self, session: Session, me: Me, prospect_id: int, interview_id: int, verb: Verb) -> Interview:
        person = person_in_reach(session, self._desk, me, verb, Thing.INTERVIEW, prospect_id, lock=True)
        wanted = select(Interview).where(Interview.id == interview_id, Interview.prospect_id == person.id)
        interview = session.scalar(wanted.with_for_update())
        if interview is None:
            abort(HTTPStatus.NOT_FOUND)
        return interview

    def _chosen(self, session: Session, person: Prospect, text: str) -> Deal:
        if not (text.isascii() and text.isdecimal() and len(text) < 10):  # noqa: PLR2004  (fits every database)
            msg = "Choose a deal"
            raise FieldError(msg)
        return deal_of(session, person, int(text))

    def _page(self, me: Me, prospect_id: int, form: Filled) -> str:
        with self._desk.database.reading() as session:
            person = person_in_reach(session, self._desk, me, *SEE, prospect_id)
            deals = lost_deals(session, person.id)
            asked = interviews_of(session, person.id, self._settings.company, me.reader.now)
            wishes = set(wishes_of(session, self._signer, person.email or "")) | kinds_of(session, person.id)
            company = company_of(session, person)
        no_mail = SuppressionKind.UNSUBSCRIBED in wishes
        return render_template(
            "interview/of_person.html",
            person=person,
            company=company,
            form=form,
            deals=[(deal.id, deal_name(deal)) for deal in deals],
            lines=[self._line(me, person, one, mail=not no_mail) for one in asked],
            no_mail=no_mail,
            no_calls=SuppressionKind.DO_NOT_CALL in wishes,
            most_days=MOST_DAYS,
        )

    def _line(self, me: Me, person: Prospect, asked: Asked, *, mail: bool) -> Line:
        if not asked.is_open:
            return Line(asked)
        link, keying = (
            link_to(self._signer, self._settings.base_url, side, asked.interview)
            for side in (Side.PROSPECT, Side.INTERVIEWER)
        )
        if not mail:
            return Line(asked, link, keying)
        sender, one = Sender(me.name, self._settings.company), asked.interview
        letter = draft(link, person.first_name, sender, one.asker, one.gift)
        return Line(asked, link, keying, letter, letter.mailto(person.email) if person.email else "")


def _make(session: Session, me: Me, plan: Plan) -> Interview:
    return make_interview(session, _actor(me), me.id, plan, me.reader.now)


def _actor(me: Me) -> Actor:
    return by_user(me.id)


def _name(text: str) -> str:
    return needed(text, "Write who asks, by name", WORDS)


def _back(prospect_id: int) -> ResponseReturnValue:
    return redirect(url_for("interviews.of_person", prospect_id=prospect_id), HTTPStatus.SEE_OTHER)
