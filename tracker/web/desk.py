"""The addresses of the desk, and how it is built into an app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint

from tracker.web.asking import Asking
from tracker.web.cookie import bring_cookie
from tracker.web.door import Door, create_door
from tracker.web.house import Entry, House
from tracker.web.me import Desk
from tracker.web.you import You
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from flask import Flask

    from tracker.installation import Installation
    from tracker.people.letter import Post


ENTRIES: tuple[Entry, ...] = (
    Entry("You", "desk.you", Verb.SEE, Thing.YOU),
)
"""The tracker's own pages, as the navigation names them."""


def build_desk(app: Flask, installation: Installation, clock: Callable[[], datetime], post: Post, entries: Sequence[Entry] = ENTRIES) -> House:
    """Build sign-in and the tracker's pages into an app; gives the house, to guard further blueprints with."""
    desk = Desk(installation, clock)
    house = House(desk, entries)
    house.furnish(app)
    door = create_door(Door(desk, house, Asking(installation, post)))
    app.register_blueprint(door)
    app.register_blueprint(_pages(desk, house))
    return house


def _pages(desk: Desk, house: House) -> Blueprint:
    blueprint = Blueprint("desk", __name__)
    house.guard(blueprint)
    you = You(desk)
    blueprint.add_url_rule("/you", "you", house.with_me(you.show))
    return blueprint
