"""The room *Prospects*: who did not buy, found, listed, and put right."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from flask import Blueprint

from tracker.web.house import Entry
from tracker.web.prospects import consent, deal, edit, export, keeping, links, lost, tags
from tracker.web.prospects import list as the_list
from tracker.web.rooms import open_room
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.web.house import House
    from tracker.web.me import Desk
    from tracker.web.prospects.part import Part

PROSPECTS = Entry("Prospects", "prospects.show", Verb.SEE, Thing.PROSPECT)
PARTS: tuple[Callable[[Desk], Part], ...] = (
    the_list.open_part,
    keeping.open_part,
    export.open_part,
    lost.open_part,
    edit.open_part,
    deal.open_part,
    links.open_part,
    consent.open_part,
    tags.open_part,
)
"""What the room is made of, one file each."""


def open_prospects(house: House) -> Blueprint:
    """Open the room."""
    parts = [part(house.desk) for part in PARTS]
    return open_room(
        house,
        Blueprint("prospects", __name__),
        chain.from_iterable(part.shown for part in parts),
        chain.from_iterable(part.acted for part in parts),
    )
