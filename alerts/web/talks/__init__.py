"""Talks: what to do about a lost deal, from the thank-you to the look back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from alerts.web.talks.debrief import DebriefPage
from alerts.web.talks.post_mortem import PostMortemPage
from alerts.web.talks.show import TalksPage
from alerts.web.talks.thanks import ThanksPage
from tracker.web.house import Entry
from tracker.web.rooms import ANY_ID, Page, open_room
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from tracker.web.house import House

TALKS = Entry("Talks", "talks.show", Verb.SEE, Thing.FOLLOW_UP)
"""Among the pages about one person."""


def talks_room(house: House) -> Blueprint:
    """Make the pages about talks with one person, and about each of their lost deals."""
    desk = house.desk
    show, thanks, why, debrief = TalksPage(desk), ThanksPage(desk), PostMortemPage(desk), DebriefPage(desk)
    see, change = (Verb.SEE, Thing.FOLLOW_UP), (Verb.CHANGE, Thing.FOLLOW_UP)
    deal = f"/deals/<{ANY_ID}:deal_id>"
    return open_room(
        house,
        Blueprint("talks", __name__),
        (
            Page(f"/prospects/<{ANY_ID}:prospect_id>/talks", "show", *see, show.show),
            Page(f"{deal}/thanks", "thanks", *see, thanks.show),
            Page(f"{deal}/post-mortem", "post_mortem", *see, why.show),
            Page(f"{deal}/debrief", "debrief", Verb.SEE, Thing.DEBRIEF, debrief.show),
        ),
        (
            Page(f"{deal}/thanks", "thank", *change, thanks.act),
            Page(f"{deal}/post-mortem", "keep", *change, why.keep),
            Page(f"{deal}/debrief", "look_back", Verb.CHANGE, Thing.DEBRIEF, debrief.keep),
        ),
    )
