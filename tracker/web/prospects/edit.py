"""*Add* and *Edit*: a prospect as somebody types them in."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from flask import flash, redirect, render_template, request, url_for

from tracker.by_hand.deals import deals_of
from tracker.by_hand.people import (
    OutOfReachError,
    PersonError,
    TwinError,
    Words,
    add_person,
    change_person,
    take_company,
    words_of,
)
from tracker.people.rights import Reach
from tracker.tags import known_tags, tags_of
from tracker.web.again import looking_again
from tracker.web.edits import version_of
from tracker.web.forms import Filled
from tracker.web.person_form import ZONES
from tracker.web.prospects.one import person_in_reach, reaches
from tracker.web.prospects.part import Part
from tracker.web.prospects.person_fields import FIELDS, filled, read_words
from tracker.web.prospects.recorded import person_added, person_changed
from tracker.web.prospects.twins import Twin, twin_of
from tracker.web.prospects.typed import SEEN, typed
from tracker.web.rooms import ANY_ID, Page
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from tracker.models import Deal, Prospect
    from tracker.web.me import Desk, Me

ONE = f"/prospects/<{ANY_ID}:prospect_id>/edit"
NOBODY = Words("")
LOST = "There you would no longer reach them. Leave the company as it is, or ask a manager to move them"


class Beside(NamedTuple):
    """What stands beside the form."""

    person: Prospect | None = None
    deals: Sequence[Deal] = ()
    seen: str = ""
    now: dict[str, str] | None = None
    """What is stored by now, where somebody else changed it meanwhile."""
    twin: Twin | None = None
    tags: Sequence[str] = ()
    known: Sequence[str] = ()
    """Tags to choose from."""
    tagging: Filled = Filled({"tag": ""})


def open_part(desk: Desk) -> Part:
    """Give the pages."""
    edit = Edit(desk)
    add, change = (Verb.ADD, Thing.PROSPECT), (Verb.CHANGE, Thing.PROSPECT)
    return Part(
        (Page("/prospects/add", "add", *add, edit.blank), Page(ONE, "edit", *change, edit.form)),
        (Page("/prospects/add", "add_person", *add, edit.add), Page(ONE, "change", *change, edit.change)),
    )


class Edit:
    """Somebody new, and what is said of somebody."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._region = desk.installation.settings.phone_region
        self._signer = desk.installation.signer

    def blank(self, me: Me) -> ResponseReturnValue:
        """Ask about somebody new."""
        del me
        return _page(filled(NOBODY), Beside())

    @looking_again
    def add(self, me: Me) -> ResponseReturnValue:
        """Add them: a rep's own, if the company is nobody else's."""
        form = typed(request.form, *FIELDS)
        words = read_words(form, self._region, NOBODY)
        if words is None:
            return _page(form, Beside()), HTTPStatus.UNPROCESSABLE_ENTITY
        field = "company"
        try:
            with self._desk.database.writing() as session:
                if me.reach(Verb.ADD, Thing.PROSPECT) is not Reach.ALL:
                    take_company(session, words.company, me.id, me.reader.now)
                field = "email"
                person = add_person(session, self._signer, words, f"added by {me.id}", me.reader.now)
                person_added(session, me, person)
                there = url_for("prospects.edit", prospect_id=person.id)
        except TwinError as error:
            return self._twin(me, form, error, Beside())
        except PersonError as error:
            form.problems[field] = f"{error}."
            return _page(form, Beside()), HTTPStatus.UNPROCESSABLE_ENTITY
        flash(f"{words.name} is a prospect now.", "good")
        return redirect(there, HTTPStatus.SEE_OTHER)

    def form(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Show what is said of somebody, and their deals."""
        words, beside = self._stored(me, prospect_id)
        return _page(filled(words), beside)

    def tagging(self, me: Me, prospect_id: int, form: Filled) -> str:
        """Show the same, with a tag that cannot be."""
        words, beside = self._stored(me, prospect_id)
        return _page(filled(words), beside._replace(tagging=form))

    @looking_again
    def change(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Change it; who changed the same meanwhile goes before, and is told."""
        form = typed(request.form, *FIELDS)
        stored, beside = self._stored(me, prospect_id)
        words = read_words(form, self._region, stored)
        if words is None:
            beside = beside._replace(seen=request.form.get(SEEN, ""))
            return _page(form, beside), HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            with self._desk.database.writing() as session:
                right = (Verb.CHANGE, Thing.PROSPECT, prospect_id)
                person = person_in_reach(session, self._desk, me, *right, lock=True)
                before = words_of(session, person)
                is_stale = version_of(before.told()) != request.form.get(SEEN, "")
                if not is_stale:
                    change_person(session, self._signer, person, words, me.reader.now)
                    self._keep_in_reach(session, me, person, words.company)
                    person_changed(session, me, person, before, words)
        except TwinError as error:
            return self._twin(me, form, error, beside)
        except PersonError as error:
            form.problems["company" if isinstance(error, OutOfReachError) else "email"] = f"{error}."
            return _page(form, beside), HTTPStatus.UNPROCESSABLE_ENTITY
        if is_stale:
            there = beside._replace(seen=version_of(before.told()), now=before.told())
            return _page(form, there), HTTPStatus.CONFLICT
        flash(f"Saved what is said of {words.name}.", "good")
        return redirect(url_for("prospects.edit", prospect_id=prospect_id), HTTPStatus.SEE_OTHER)

    def _keep_in_reach(self, session: Session, me: Me, person: Prospect, company: str) -> None:
        """Let the company be a rep's own where nobody else's, so that they keep whom they put right."""
        if reaches(session, self._desk, me, person.id, Verb.CHANGE):
            return
        if company and me.reach(Verb.CHANGE, Thing.PROSPECT) is Reach.OWN:
            with suppress(PersonError):  # it is a colleague's: said below
                take_company(session, company, me.id, me.reader.now)
        if not reaches(session, self._desk, me, person.id, Verb.CHANGE):
            raise OutOfReachError(LOST)

    def _stored(self, me: Me, prospect_id: int) -> tuple[Words, Beside]:
        with self._desk.database.reading() as session:
            person = person_in_reach(session, self._desk, me, Verb.CHANGE, Thing.PROSPECT, prospect_id)
            words = words_of(session, person)
            beside = Beside(person, deals_of(session, person.id), version_of(words.told()))
            tags = tags_of(session, [person.id]).get(person.id, ())
            return words, beside._replace(tags=tags, known=known_tags(session))

    def _twin(self, me: Me, form: Filled, error: TwinError, beside: Beside) -> ResponseReturnValue:
        with self._desk.database.reading() as session:
            twin = twin_of(session, self._desk, me, error)
        form.problems["email" if twin.by_address else "name"] = twin.problem
        return _page(form, beside._replace(twin=twin)), HTTPStatus.UNPROCESSABLE_ENTITY


def _page(form: Filled, beside: Beside) -> str:
    return render_template("prospects/edit.html", form=form, zones=ZONES, labels=LABELS, **beside._asdict())


LABELS = {
    "name": "Name",
    "first_name": "First name",
    "email": "Mail address",
    "phone": "Phone",
    "country": "Country",
    "job_title": "Job title",
    "company": "Company",
    "time_zone": "Time zone",
}
