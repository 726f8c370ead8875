"""The room *Content*: what there is to send, whom it may interest, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from alerts.content.figures import Counted, Figures, figures
from alerts.web.content.listed import Library
from alerts.web.content.one import OneItem
from tracker.remembered import Remembered
from tracker.web.house import Entry
from tracker.web.rooms import ANY_ID, Page, open_room
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tracker.db import Database
    from tracker.web.house import House

CONTENT = Entry("Content", "content.show", Verb.SEE, Thing.CONTENT, within="campaigns.show")
LARGE = 300
"""People who were sent an item: of more, the figures are remembered for a while."""
PATIENCE_S = 0.2
"""A page waits so long for figures that nobody has counted yet; then it says that they are being counted."""


def content_room(house: House) -> Blueprint:
    """Open the room."""
    known = _remember(house.desk.database)
    library, item = Library(house.desk, known), OneItem(house.desk, known)
    one = f"/content/<{ANY_ID}:content_id>"
    return open_room(
        house,
        Blueprint("content", __name__, template_folder="../templates"),
        (
            Page("/content", "show", Verb.SEE, Thing.CONTENT, library.show),
            Page(one, "one", Verb.SEE, Thing.CONTENT, item.show),
        ),
        (
            Page("/content", "add", Verb.ADD, Thing.CONTENT, library.add),
            Page(one, "change", Verb.CHANGE, Thing.CONTENT, item.change),
            Page(f"{one}/end", "end", Verb.END, Thing.CONTENT, item.end),
            Page(f"{one}/back", "put_back", Verb.END, Thing.CONTENT, item.put_back),
        ),
    )


def _remember(database: Database) -> Remembered[Counted, Figures]:
    def count(items: Collection[Counted]) -> Mapping[Counted, Figures]:
        with database.reading() as session:
            return figures(session, items)

    return Remembered(count, lambda one: one.sent >= LARGE, patience_s=PATIENCE_S)
