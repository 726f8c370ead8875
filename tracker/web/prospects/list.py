"""*Prospects*: the list, its search and its filters, and the way to filters that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from flask import current_app, render_template, request, url_for

from tracker.rules.points import points_of
from tracker.segments.built_in import BUILT_IN
from tracker.segments.counted import Sought, remember
from tracker.segments.matching import COUNTED, Found, Place, find
from tracker.segments.rows import listed
from tracker.segments.said import Said
from tracker.segments.saved import kept_by, may_change, said_by
from tracker.web.forms import Filled
from tracker.web.prospects import wanted as words
from tracker.web.prospects.asked import at_address, on_page, said_here, segment_here
from tracker.web.prospects.names import load_names
from tracker.web.prospects.part import Part
from tracker.web.rooms import Page
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from tracker.models import Segment
    from tracker.web.me import Desk, Me

ADD, LOST, TAG = "prospects.add", "prospects.lost", "prospects.tag_all"
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
    "saids": words.SAID,
    "interviews": words.INTERVIEW,
    "willings": words.YES_OR_NO,
    "offered": words.OFFERS,
    "renewals": words.RENEWS,
}


def open_part(desk: Desk) -> Part:
    """Give the pages of the list."""
    return Part((Page("/prospects", "show", Verb.SEE, Thing.PROSPECT, Prospects(desk).show),))


class Tab(NamedTuple):
    """A segment above the list."""

    name: str
    address: str
    is_here: bool
    number: str
    """Of people; empty: they are being counted."""


class Prospects:
    """The list."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._counts = remember(desk.database)

    def show(self, me: Me) -> ResponseReturnValue:
        """List those in reach who match what the address says."""
        said, segment = said_here(), segment_here()
        here = words.list_address(said.values(), segment)
        return at_address(here, lambda: self.page(me, said, segment))

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
            tag_url=_address(TAG) if me.may(Verb.CHANGE, Thing.PROSPECT) else "",
            lost_url=_address(LOST) if me.may(Verb.ADD, Thing.DEAL) else "",
            **CHOICES,
            **self._segments(me, kept, current, said),
        )

    def _segments(
        self, me: Me, kept: Sequence[Segment], current: Segment | None, said: Said
    ) -> dict[str, Any]:
        scope = self._desk.scope(me, Verb.CHANGE, Thing.SEGMENT)
        return {
            "tabs": self._tabs(me, kept, current, said),
            "current": current,
            "is_changed": current is not None and said_by(current).values() != said.values(),
            "may_change": current is not None and may_change(current, scope),
            "may_share": scope.is_all,
        }

    def _tabs(self, me: Me, kept: Sequence[Segment], current: Segment | None, said: Said) -> list[Tab]:
        """Give the segments, each with how many it finds for this reader, as far as that is counted yet."""
        seen, now = self._desk.scope(me, Verb.SEE, Thing.PROSPECT), me.reader.now
        theirs = {one.id: said_by(one) for one in kept}
        sought = [
            *(Sought.of(one.wanted, seen, now) for one in BUILT_IN),
            *(Sought.of(each.wanted, seen, now) for each in theirs.values() if each.is_clear),
        ]
        counts = self._counts.get(sought, now).known

        def tab(name: str, each: Said, number: int | None, *, is_here: bool) -> Tab:
            found = counts.get(Sought.of(each.wanted, seen, now)) if each.is_clear else None
            said_so = "" if found is None else _number(me, found.value)
            return Tab(name, words.list_address(each.values(), number), is_here, said_so)

        return [
            *(
                tab(
                    one.name,
                    (each := Said.read(one.wanted.values())),
                    None,
                    is_here=current is None and each == said,
                )
                for one in BUILT_IN
            ),
            *(
                tab(one.name, theirs[one.id], one.id, is_here=current is not None and current.id == one.id)
                for one in kept
            ),
        ]


def _number(me: Me, number: int) -> str:
    return f"{me.reader.number(COUNTED)}+" if number > COUNTED else me.reader.number(number)


def _address(endpoint: str) -> str:
    """Give a page's address; empty where this house has no such page."""
    return url_for(endpoint) if endpoint in current_app.view_functions else ""
