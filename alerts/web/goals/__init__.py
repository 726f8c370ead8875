"""The tab *Goals* of a person: what they want, what to send them, and what they were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from alerts.web.goals.noting import Noting
from alerts.web.goals.sends import Sends
from alerts.web.goals.show import GoalsPage
from tracker.web.house import Entry
from tracker.web.rooms import ANY_ID, Page, open_room
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from tracker.web.house import House

GOALS = Entry("Goals", "goals.show", Verb.SEE, Thing.PROSPECT)
"""Among the pages about one person."""
SEE, CHANGE = (Verb.SEE, Thing.PROSPECT), (Verb.CHANGE, Thing.PROSPECT)


def goals_room(house: House) -> Blueprint:
    """Open the room."""
    page = GoalsPage(house.desk)
    noting, sends = Noting(house.desk, page), Sends(house.desk)
    all_of_them = f"/prospects/<{ANY_ID}:prospect_id>/goals"
    one = f"{all_of_them}/<{ANY_ID}:goal_id>"
    return open_room(
        house,
        Blueprint("goals", __name__, template_folder="../templates"),
        (
            Page(all_of_them, "show", *SEE, page.show),
            Page(one, "one", *CHANGE, noting.one),
            Page(
                f"{all_of_them}/qr/<{ANY_ID}:content_id>.<any(svg, png):kind>",
                "qr",
                Verb.SEE,
                Thing.LINK,
                sends.qr,
            ),
        ),
        (
            Page(all_of_them, "add", *CHANGE, noting.add),
            Page(one, "change", *CHANGE, noting.change),
            Page(f"{one}/end", "end", *CHANGE, noting.end),
            Page(f"{one}/again", "take_up", *CHANGE, noting.take_up),
            Page(f"{all_of_them}/link", "make_link", Verb.ADD, Thing.LINK, sends.make_link),
            Page(f"{all_of_them}/sent", "sent", *CHANGE, sends.sent),
            Page(f"{all_of_them}/sent/<{ANY_ID}:sent_id>/undo", "undo", *CHANGE, sends.undo),
        ),
    )
