"""*Prospects*: the list, its search and its filters, and the way to filters that are kept."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import current_app, make_response, redirect, render_template, request, url_for

from tracker.rules.points import points_of
from tracker.segments.matching import Found, Place, find
from tracker.segments.rows import listed
from tracker.segments.saved import kept_by, may_change, said_by
from tracker.web.forms import Filled
from tracker.web.prospects import wanted as words
from tracker.web.prospects.asked import on_page, said_here, segment_here
from tracker.web.prospects.names import load_names
from tracker.web.prospects.part import Part
from tracker.web.rooms import Page
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from tracker.models import Segment
    from tracker.segments.said import Said
    from tracker.web.me import Desk, Me

ADD, LOST = "prospects.add", "prospects.lost"
NOBODY = Found((), None, 0, is_more=False)
CHOICES = {
    "reasons": words.REASONS,
    "losts": words.LOST,
    "cames": words.CAME,
    "intents": words.INTENT,
    "consents": words.CONSENT,
    "states": words.STATES,
    "mailable": words.MAILABLE,
    "ringing": words.RINGING,
    "sorts": words.SORTS,
}


def open_part(desk: Desk) -> Part:
    """Give the pages of the list."""
    return Part((Page("/prospects", "show", Verb.SEE, Thing.PROSPECT, Prospects(desk).show),))


class Prospects:
    """The list."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me) -> ResponseReturnValue:
        """List those in reach who match what the address says."""
        said, segment = said_here(), segment_here()
        is_part = "HX-Request" in request.headers
        here = words.list_address(said.values(), segment)
        if not is_part and any(not value for value in request.args.values()):
            return redirect(here, HTTPStatus.SEE_OTHER)  # a form says of every field that it is empty
        answer = make_response(self.page(me, said, segment))
        if is_part:
            answer.headers["HX-Replace-Url"] = here
        return answer

    def page(
        self,
        me: Me,
        said: Said,
        segment_id: int | None = None,
        saving: Filled | None = None,
    ) -> str:
        """Write the page; `saving` is the form that keeps the filter, as it was filled.

        While a field is wrong nobody is listed: without it, it would be more than were meant.
        """
        scope = self._desk.scope(me, Verb.SEE, Thing.PROSPECT)
        with self._desk.database.reading() as session:
            names = load_names(session, scope, said.wanted)
            kept = kept_by(session, me.id) if me.may(Verb.SEE, Thing.SEGMENT) else ()
            after = Place.read(request.args.get("after", ""))
            found = NOBODY if said.mistyped else find(session, said.wanted, scope, me.reader.now, after)
            signer = self._desk.installation.signer
            half_life = points_of(self._desk.installation.rules.current(session)).half_life
            people = listed(session, signer, found.ids, scope, me.reader.now, half_life)
        current = next((one for one in kept if one.id == segment_id), None)
        return render_template(
            "prospects/list.html",
            **on_page(said, names),
            values=said.values(),
            parts=words.in_words(said, names, me.reader, current.id if current else None),
            is_clear=said.is_clear,
            list_address=words.list_address,
            cleared=words.list_address(said.wanted.values(), current.id if current else None),
            found=found,
            people=people,
            paged=after is not None,
            saving=saving or Filled({"name": ""}, {"shared": []}),
            add_url=_address(ADD) if me.may(Verb.ADD, Thing.PROSPECT) else "",
            lost_url=_address(LOST) if me.may(Verb.ADD, Thing.DEAL) else "",
            **CHOICES,
            **self._segments(me, kept, current, said),
        )

    def _segments(
        self, me: Me, kept: Sequence[Segment], current: Segment | None, said: Said
    ) -> dict[str, Any]:
        scope = self._desk.scope(me, Verb.CHANGE, Thing.SEGMENT)
        tabs = [(one, words.list_address(said_by(one).values(), one.id)) for one in kept]
        return {
            "tabs": tabs,
            "current": current,
            "is_changed": current is not None and said_by(current).values() != said.values(),
            "may_change": current is not None and may_change(current, scope),
            "may_share": scope.is_all,
        }


def _address(endpoint: str) -> str:
    """Give a page's address; empty where this house has no such page."""
    return url_for(endpoint) if endpoint in current_app.view_functions else ""
