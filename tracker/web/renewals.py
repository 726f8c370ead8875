"""*Renewals*: whose contracts with somebody else come up when, and for how long contracts run."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from tracker.audit import by_user
from tracker.calendar_month import Month
from tracker.ids import is_id
from tracker.renewals import Place, assume_anew, counted, months_from, products_known, renewing
from tracker.rules.numbers import RuleError
from tracker.rules.stored import StaleRulesError, change_rules, load_rules
from tracker.rules.terms import MOST_PRODUCTS, changes_of, terms_of, with_term
from tracker.rules.words import RuleName
from tracker.segments.rows import listed
from tracker.web.edits import SEEN, seen_version
from tracker.web.forms import Filled
from tracker.web.rooms import Page, open_room
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from tracker.web.house import House
    from tracker.web.me import Desk, Me

STALE = "Somebody else changed the terms meanwhile. Nothing of yours was saved: look again, then save."


def renewals_room(house: House) -> Blueprint:
    """Open the room."""
    pages = Renewals(house.desk)
    return open_room(
        house,
        Blueprint("renewals", __name__),
        (Page("/renewals", "show", Verb.SEE, Thing.PROSPECT, pages.show),),
        (Page("/renewals/terms", "change_term", Verb.CHANGE, Thing.RULE, pages.change),),
    )


class Renewals:
    """The months, and the terms by which a renewal is assumed."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me) -> ResponseReturnValue:
        """Show who renews in a month: this one, unless the address names another."""
        return self._page(me)

    def change(self, me: Me) -> ResponseReturnValue:
        """Change for how long contracts are taken to run, of one product or of every one."""
        form = Filled.of(request.form, "product", "months")
        now = me.reader.now
        if form.problems:
            return self._page(me, form), HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            with self._desk.database.writing() as session:
                stored = load_rules(session)
                before = terms_of(stored)
                terms = with_term(before, form.values["product"], form.values["months"])
                change_rules(session, RuleName.TERMS, changes_of(terms), by_user(me.id), now, seen_version())
        except RuleError as error:
            form.problems["months"] = str(error)
            return self._page(me, form), HTTPStatus.UNPROCESSABLE_ENTITY
        except StaleRulesError:
            form.problems["months"] = STALE
            return self._page(me, form), HTTPStatus.CONFLICT
        self._desk.installation.rules.forget()
        moved = assume_anew(self._desk.database, before, terms)
        people = f" {me.reader.number(moved)} renewals moved." if moved else ""
        flash(f"Saved.{people}", "good")
        return redirect(url_for("renewals.show"), HTTPStatus.SEE_OTHER)

    def _page(self, me: Me, form: Filled | None = None) -> str:
        scope, now = self._desk.scope(me, Verb.SEE, Thing.PROSPECT), me.reader.now
        months = months_from(me.reader.today)
        month = _asked(months)
        with self._desk.database.reading() as session:
            numbers = counted(session, scope, months, now)
            page = renewing(session, scope, month, now, _place())
            ids = [one.prospect_id for one in page.people]
            people = {one.id: one for one in listed(session, self._desk.installation.signer, ids, scope, now)}
            stored = load_rules(session)
            products = products_known(session, MOST_PRODUCTS) if me.may(Verb.CHANGE, Thing.RULE) else []
        return render_template(
            "renewals/show.html",
            months=[(one, numbers[one]) for one in months],
            month=month,
            rows=[(one, people[one.prospect_id]) for one in page.people if one.prospect_id in people],
            after=page.after,
            paged=_place() is not None,
            terms=terms_of(stored),
            products=products,
            version=stored.version(RuleName.TERMS),
            seen=SEEN,
            form=form or Filled({"product": "", "months": ""}),
        )


def _asked(months: Sequence[Month]) -> Month:
    """Give the month that the address names; one beyond those shown is none of this page's."""
    written = request.args.get("month", "")
    if not written:
        return months[0]
    month = Month.read(written)
    if month is None or month not in months:
        abort(HTTPStatus.NOT_FOUND)
    return month


def _place() -> Place | None:
    renews, _, number = request.args.get("after", "").partition(".")
    usable = renews.isdecimal() and len(renews + number) <= 14 and number.isdecimal()  # noqa: PLR2004
    return Place(int(renews), int(number)) if usable and is_id(int(number)) else None
