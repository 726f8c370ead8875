"""A deal of a prospect's: what is said of it, put right."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from flask import flash, redirect, render_template, request, url_for

from tracker.by_hand.deals import DealWords, KnownDealError, change_deal, is_noted
from tracker.by_hand.slot import shortcuts
from tracker.web.again import looking_again
from tracker.web.edits import version_of
from tracker.web.prospects.deal_fields import FIELDS, TEXTS, filled, read_deal
from tracker.web.prospects.one import deal_of, person_in_reach
from tracker.web.prospects.part import Part
from tracker.web.prospects.recorded import deal_changed
from tracker.web.prospects.slot_fields import FIELDS as SLOT
from tracker.web.prospects.typed import KINDS, OUTCOMES, SEEN, STATUSES, slots_of, typed
from tracker.web.rooms import ANY_ID, Page
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from tracker.models import Deal, Prospect
    from tracker.web.forms import Filled
    from tracker.web.me import Desk, Me

ONE = f"/prospects/<{ANY_ID}:prospect_id>/deals/<{ANY_ID}:deal_id>"
FOLLOWS = ("", "What reason and winner say")
RIGHT = (Verb.CHANGE, Thing.DEAL)


class Beside(NamedTuple):
    """What stands beside the form."""

    person: Prospect
    deal: Deal
    seen: str
    now: Filled | None = None
    """What is stored by now, where somebody else changed it meanwhile."""


def open_part(desk: Desk) -> Part:
    """Give the pages."""
    deals = Deals(desk)
    return Part((Page(ONE, "deal", *RIGHT, deals.form),), (Page(ONE, "change_deal", *RIGHT, deals.change),))


class Deals:
    """One deal."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._currency = desk.installation.settings.currency

    def form(self, me: Me, prospect_id: int, deal_id: int) -> ResponseReturnValue:
        """Show what is said of it."""
        beside = self._stored(me, prospect_id, deal_id)
        return _page(me, filled(DealWords.of(beside.deal), me.reader), beside)

    @looking_again
    def change(self, me: Me, prospect_id: int, deal_id: int) -> ResponseReturnValue:
        """Change it; who changed the same meanwhile goes before, and is told."""
        form = typed(request.form, *FIELDS, *SLOT, texts=TEXTS)
        seen = request.form.get(SEEN, "")
        beside = self._stored(me, prospect_id, deal_id)
        words = read_deal(form, me.reader, beside.deal, self._currency)
        if words is None:
            return _page(me, form, beside._replace(seen=seen)), HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            with self._desk.database.writing() as session:
                person = person_in_reach(session, self._desk, me, *RIGHT, prospect_id, lock=True)
                deal = deal_of(session, person, deal_id, lock=True)
                before = DealWords.of(deal)
                is_stale = version_of(before.told()) != seen
                if not is_stale:
                    change_deal(session, deal, words)
                    deal_changed(session, me, deal, before)
        except KnownDealError as error:
            form.problems["title"] = f"{error}."
            return _page(me, form, beside), HTTPStatus.UNPROCESSABLE_ENTITY
        if is_stale:
            now = filled(before, me.reader)
            there = beside._replace(seen=version_of(before.told()), now=now)
            return _page(me, form, there), HTTPStatus.CONFLICT
        flash("Saved.", "good")
        return redirect(url_for("prospects.edit", prospect_id=prospect_id), HTTPStatus.SEE_OTHER)

    def _stored(self, me: Me, prospect_id: int, deal_id: int) -> Beside:
        with self._desk.database.reading() as session:
            person = person_in_reach(session, self._desk, me, *RIGHT, prospect_id)
            deal = deal_of(session, person, deal_id)
            return Beside(person, deal, version_of(DealWords.of(deal).told()))


def _page(me: Me, form: Filled, beside: Beside) -> str:
    kind = beside.deal.reason_kind
    return render_template(
        "prospects/deal.html",
        form=form,
        **beside._asdict(),
        is_noted=is_noted(beside.deal),
        kind=KINDS[kind] if kind else "",
        statuses=STATUSES,
        outcomes=[FOLLOWS, *OUTCOMES],
        slots=slots_of(shortcuts(me.reader.today)),
        labels=LABELS,
    )


LABELS = {
    "status": "Status",
    "title": "Deal",
    "product": "Product",
    "value": "Value",
    "currency": "Currency",
    "closed_on": "Lost or won on",
    "outcome": "What they did instead",
    "reason": "Reason",
    "competitor": "Winner",
    "renewal_on": "Renewal",
    "notes": "Notes",
    "not_qualified": "Never qualified",
    "slot_day": "Post-mortem, day",
    "slot_time": "Post-mortem, time",
}
