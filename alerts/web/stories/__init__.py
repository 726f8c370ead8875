"""Whole stories: all that happened between us and one person, or one company, on one page each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from alerts.web.stories.company import CompanyPage
from alerts.web.stories.person import PersonPage
from tracker.web.rooms import ANY_ID, Page, open_room
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from tracker.web.house import House


def stories(house: House) -> Blueprint:
    """Make the pages about one person and one company."""
    person, company = PersonPage(house.desk), CompanyPage(house.desk)
    return open_room(
        house,
        Blueprint("stories", __name__),
        (
            Page(f"/prospects/<{ANY_ID}:prospect_id>", "person", Verb.SEE, Thing.PROSPECT, person.show),
            Page(f"/accounts/<{ANY_ID}:account_id>", "company", Verb.SEE, Thing.PROSPECT, company.show),
        ),
    )
