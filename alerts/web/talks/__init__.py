"""Talks: what to do about a lost deal, from the thank-you to the look back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, request

from alerts.followups.calendar import FILE
from alerts.web.talks.calendar_file import CalendarFile
from alerts.web.talks.debrief import DebriefPage
from alerts.web.talks.post_mortem import PostMortemPage
from alerts.web.talks.show import TalksPage
from alerts.web.talks.thanks import ThanksPage
from tracker.db import DATABASE_AWAY
from tracker.web.house import Entry
from tracker.web.rooms import ANY_ID, Page, open_room
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from tracker.web.house import House

MAX_TEXTS = 4 * 1024 * 1024
"""Bytes of a form: what is far too long is still given back, so that it can be shortened."""
TALKS = Entry("Talks", "talks.show", Verb.SEE, Thing.FOLLOW_UP)
"""Among the pages about one person."""


def talks_room(house: House) -> Blueprint:
    """Make the pages about talks with one person, and about each of their lost deals."""
    desk = house.desk
    show, thanks, why, debrief = TalksPage(desk), ThanksPage(desk), PostMortemPage(desk), DebriefPage(desk)
    see, change = (Verb.SEE, Thing.FOLLOW_UP), (Verb.CHANGE, Thing.FOLLOW_UP)
    deal = f"/deals/<{ANY_ID}:deal_id>"
    blueprint = open_room(
        house,
        Blueprint("talks", __name__),
        (
            Page(f"/prospects/<{ANY_ID}:prospect_id>/talks", "show", *see, show.show),
            Page(f"{deal}/thanks", "thanks", *see, thanks.show),
            Page(f"{deal}/post-mortem", "post_mortem", *see, why.show),
            Page(f"{deal}/{FILE}", "calendar_file", *see, CalendarFile(desk).load),
            Page(f"{deal}/debrief", "debrief", Verb.SEE, Thing.DEBRIEF, debrief.show),
        ),
        (
            Page(f"{deal}/thanks", "thank", *change, thanks.act),
            Page(f"{deal}/post-mortem", "keep", *change, why.keep),
            Page(f"{deal}/debrief", "look_back", Verb.CHANGE, Thing.DEBRIEF, debrief.keep),
        ),
    )

    def give_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
        """Take long texts from those who may write them, to give back what is too long; from nobody else."""
        page = house.pages.get(endpoint or "")
        if request.method != "POST" or page is None:
            return
        try:
            me = desk.me()
        except DATABASE_AWAY:
            return  # the page itself will say so
        if me is not None and me.may(page.verb, page.thing):
            request.max_content_length = request.max_form_memory_size = MAX_TEXTS

    blueprint.url_value_preprocessor(give_room)
    return blueprint
