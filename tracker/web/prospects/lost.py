"""*Lost just now*: what is known in the minute of the call, noted on a phone."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from flask import flash, redirect, render_template, request, url_for

from tracker.by_hand.deals import DealWords, KnownDealError, deals_of, lose, note_deal
from tracker.by_hand.finding import find_people, own_open_deals
from tracker.by_hand.people import PersonError, TwinError, add_person
from tracker.by_hand.slot import shortcuts
from tracker.models import Deal, DealStatus, Prospect
from tracker.web.again import looking_again
from tracker.web.prospects.lost_form import (
    ANOTHER,
    FIELDS,
    MORE,
    PERSON,
    TEXTS,
    blank,
    read_loss,
    read_new,
    read_newcomer,
)
from tracker.web.prospects.one import company_of, deal_of, person_in_reach
from tracker.web.prospects.part import Part
from tracker.web.prospects.recorded import deal_added, deal_changed, person_added
from tracker.web.prospects.slot_fields import FIELDS as SLOT
from tracker.web.prospects.twins import Twin, twin_of
from tracker.web.prospects.typed import KINDS, OUTCOMES, slots_of, typed
from tracker.web.rooms import ANY_ID, Page
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from tracker.by_hand.deals import Loss, NewDeal
    from tracker.by_hand.people import Words
    from tracker.web.forms import Filled
    from tracker.web.me import Desk, Me

ONE = f"/prospects/<{ANY_ID}:prospect_id>/lost"
NEW = "/prospects/lost/new"
MAX_DIGITS = 9
"""Of a deal's number: every database takes it."""


class Beside(NamedTuple):
    """What stands beside the form."""

    person: Prospect | None = None
    company: str = ""
    deals: Sequence[Deal] = ()
    twin: Twin | None = None
    """Who is here already."""
    noted: Deal | None = None
    """What somebody else noted meanwhile."""


def open_part(desk: Desk) -> Part:
    """Give the pages."""
    lost = Lost(desk)
    right = (Verb.ADD, Thing.DEAL)
    return Part(
        (
            Page("/prospects/lost", "lost", *right, lost.who),
            Page(NEW, "lost_new", *right, lost.newcomer),
            Page(ONE, "lost_of", *right, lost.form),
        ),
        (
            Page(NEW, "note_lost_new", *right, lost.note_newcomer),
            Page(ONE, "note_lost", *right, lost.note),
        ),
    )


class Lost:
    """Who it was, then what came of it."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._settings = desk.installation.settings

    def who(self, me: Me) -> ResponseReturnValue:
        """Ask who it was: one's own open deals first, then whoever is searched for."""
        wanted = " ".join(request.args.get("q", "")[:100].split())
        scope = self._desk.scope(me, Verb.ADD, Thing.DEAL)
        with self._desk.database.reading() as session:
            found = find_people(session, scope, wanted) if wanted else []
            deals = [] if wanted else own_open_deals(session, me.id)
        return render_template("prospects/lost_who.html", wanted=wanted, found=found, deals=deals)

    def newcomer(self, me: Me) -> ResponseReturnValue:
        """Ask about somebody who is not here yet."""
        form = blank(me.reader, self._settings.currency)
        form.values["name"] = request.args.get("name", "")[:100].strip()
        return _page(me, form, Beside())

    def form(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Ask what came of a deal of this person's, open so far or not here yet."""
        form = blank(me.reader, self._settings.currency)
        with self._desk.database.reading() as session:
            beside = self._beside(session, me, prospect_id)
            numbers = [str(deal.id) for deal in beside.deals]
            asked = request.args.get("deal", "")
            only = numbers[0] if len(numbers) == 1 else ""
            form.values["deal"] = (asked if asked in numbers else only) if numbers else ANOTHER
            return _page(me, form, beside)

    @looking_again
    def note(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Note it; what somebody else noted of the deal meanwhile is shown instead."""
        form = typed(request.form, *FIELDS, *SLOT, texts=TEXTS)
        loss = read_loss(form, me.reader)
        chosen = form.values["deal"]
        new = read_new(form, self._settings.currency) if chosen == ANOTHER else None
        if new is None and not (chosen.isdecimal() and len(chosen) <= MAX_DIGITS):
            form.problems.setdefault("deal", "Choose the deal.")
        if loss is None or form.problems:
            with self._desk.database.reading() as session:
                beside = self._beside(session, me, prospect_id)
                return _page(me, form, beside), HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            with self._desk.database.writing() as session:
                right = (Verb.ADD, Thing.DEAL, prospect_id)
                person = person_in_reach(session, self._desk, me, *right, lock=True)
                if new is not None:
                    return self._add(session, me, person, new, loss)
                deal = deal_of(session, person, int(chosen), lock=True)
                return _lose(session, me, person, deal, loss)
        except KnownDealError as error:
            return self._known(me, form, prospect_id, error)

    @looking_again
    def note_newcomer(self, me: Me) -> ResponseReturnValue:
        """Note it of somebody who is not here yet."""
        form = typed(request.form, *PERSON, *FIELDS, *SLOT, texts=TEXTS)
        words = read_newcomer(form, self._settings.phone_region)
        new, loss = read_new(form, self._settings.currency), read_loss(form, me.reader)
        if words is None or new is None or loss is None:
            return _page(me, form, Beside()), HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            return self._note_newcomer(me, words, new, loss)
        except TwinError as error:
            with self._desk.database.reading() as session:
                twin = twin_of(session, self._desk, me, error)
            form.problems["email" if twin.by_address else "name"] = twin.problem
            return _page(me, form, Beside(twin=twin)), HTTPStatus.CONFLICT
        except PersonError as error:
            form.problems["email"] = f"{error}."
        except KnownDealError as error:
            form.problems["title"] = f"{error}."
        return _page(me, form, Beside()), HTTPStatus.CONFLICT

    def _note_newcomer(self, me: Me, words: Words, new: NewDeal, loss: Loss) -> ResponseReturnValue:
        signer = self._desk.installation.signer
        with self._desk.database.writing() as session:
            home = f"noted by {me.id}|{new.title}"
            person = add_person(session, signer, words, home, me.reader.now)
            person_added(session, me, person)
            return self._add(session, me, person, new, loss)

    def _add(
        self, session: Session, me: Me, person: Prospect, new: NewDeal, loss: Loss
    ) -> ResponseReturnValue:
        deal = note_deal(session, person, new, me.id, me.reader.now)
        deal_added(session, me, deal)
        return _lose(session, me, person, deal, loss)

    def _known(self, me: Me, form: Filled, prospect_id: int, error: KnownDealError) -> ResponseReturnValue:
        form.problems["title" if form.values["deal"] == ANOTHER else "deal"] = f"{error}."
        with self._desk.database.reading() as session:
            beside = self._beside(session, me, prospect_id)
            known = next((one for one in deals_of(session, prospect_id) if one.id == error.deal_id), None)
            return _page(me, form, beside._replace(noted=known)), HTTPStatus.CONFLICT

    def _beside(self, session: Session, me: Me, prospect_id: int) -> Beside:
        person = person_in_reach(session, self._desk, me, Verb.ADD, Thing.DEAL, prospect_id)
        deals = deals_of(session, person.id, DealStatus.OPEN)
        return Beside(person, company_of(session, person), deals)


def _lose(session: Session, me: Me, person: Prospect, deal: Deal, loss: Loss) -> ResponseReturnValue:
    before = DealWords.of(deal)
    lose(session, deal, loss)
    deal_changed(session, me, deal, before, "lose")
    kind = f" Their reason counts as {KINDS[deal.reason_kind]}." if deal.reason_kind else ""
    flash(f"Noted: {deal.title or deal.product} is lost.{kind}", "good")
    there = url_for("prospects.deal", prospect_id=person.id, deal_id=deal.id)
    return redirect(there, HTTPStatus.SEE_OTHER)


def _page(me: Me, form: Filled, beside: Beside) -> str:
    return render_template(
        "prospects/lost.html",
        form=form,
        **beside._asdict(),
        outcomes=OUTCOMES,
        slots=slots_of(shortcuts(me.reader.today)),
        is_more_open=bool(MORE & form.problems.keys()),
        another=ANOTHER,
    )
