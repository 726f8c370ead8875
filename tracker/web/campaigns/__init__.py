"""The room *Campaigns*: one mailing each, who gets it, the links in it, and what they led to."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from flask import Blueprint

from tracker.web.campaigns import export, listed, mailing
from tracker.web.campaigns.one import remember
from tracker.web.house import Entry
from tracker.web.rooms import open_room
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.web.campaigns.one import Known
    from tracker.web.house import House
    from tracker.web.me import Desk
    from tracker.web.prospects.part import Part

CAMPAIGNS = Entry("Campaigns", "campaigns.show", Verb.SEE, Thing.CAMPAIGN)


def open_campaigns(house: House, results: Callable[[Desk, Known], Part]) -> Blueprint:
    """Open the room; `results` gives the page `campaigns.one`, which tells what was done about it, too."""
    known = remember(house.desk.database)
    parts = [
        listed.open_part(house.desk, known),
        mailing.open_part(house.desk),
        export.open_part(house.desk),
        results(house.desk, known),
    ]
    return open_room(
        house,
        Blueprint("campaigns", __name__),
        chain.from_iterable(part.shown for part in parts),
        chain.from_iterable(part.acted for part in parts),
    )
