"""The addresses of the desk, and how it is built into an app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from tracker.web.asking import Asking
from tracker.web.door import Door
from tracker.web.first_admin import FirstAdmin
from tracker.web.house import Entry, House
from tracker.web.me import Desk
from tracker.web.users import Users
from tracker.web.you import You
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from flask import Flask

    from tracker.installation import Installation
    from tracker.people.letter import Post


ENTRIES: tuple[Entry, ...] = (Entry("Users", "desk.users", Verb.ADD, Thing.USER),)
"""The tracker's own pages, as the navigation names them; *You* stands at its end by itself."""
ANY_ID = f"int(max={2**31 - 1})"
"""A number that every database takes for an ID."""


def build_desk(
    app: Flask,
    installation: Installation,
    clock: Callable[[], datetime],
    post: Post,
    entries: Sequence[Entry] = ENTRIES,
) -> House:
    """Build sign-in and the tracker's pages into an app; gives the house, to guard more blueprints with."""
    desk = Desk(installation, clock)
    house = House(desk, entries)
    house.furnish(app)
    app.register_blueprint(_door(Door(desk, house, Asking(installation, post)), FirstAdmin(desk), house))
    app.register_blueprint(_pages(desk, house))
    return house


def _door(door: Door, first: FirstAdmin, house: House) -> Blueprint:
    blueprint = Blueprint(
        "door", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
    )
    house.excuse(blueprint)
    blueprint.add_url_rule("/", "home", door.home)
    blueprint.add_url_rule("/sign-in", "sign_in", door.sign_in)
    blueprint.add_url_rule("/sign-in", "ask", door.ask, methods=["POST"])
    blueprint.add_url_rule("/sign-in/sent", "sent", door.sent)
    blueprint.add_url_rule("/sign-in/<signed>", "open", door.open)
    blueprint.add_url_rule("/sign-in/<signed>", "enter", door.enter, methods=["POST"])
    blueprint.add_url_rule("/sign-out", "sign_out", door.sign_out, methods=["POST"])
    blueprint.add_url_rule("/first-admin/<signed>", "first_admin", first.show)
    blueprint.add_url_rule("/first-admin/<signed>", "make_first_admin", first.make, methods=["POST"])
    return blueprint


def _pages(desk: Desk, house: House) -> Blueprint:
    blueprint = Blueprint("desk", __name__)
    house.guard(blueprint)
    you, users = You(desk), Users(desk)
    for path, name, verb, thing, view in (
        ("/you", "you", Verb.SEE, Thing.YOU, you.show),
        ("/users", "users", Verb.ADD, Thing.USER, users.show),
        (f"/users/<{ANY_ID}:user_id>", "one_user", Verb.ADD, Thing.USER, users.one),
    ):
        blueprint.add_url_rule(path, name, house.needs(verb, thing, view))
    for path, name, verb, thing, action in (
        ("/you", "change_you", Verb.CHANGE, Thing.YOU, you.change),
        (f"/you/sessions/<{ANY_ID}:session_id>/end", "end_session", Verb.END, Thing.YOU, you.end_session),
        ("/you/sessions/end-others", "end_others", Verb.END, Thing.YOU, you.end_others),
        ("/users", "add_user", Verb.ADD, Thing.USER, users.add),
        (f"/users/<{ANY_ID}:user_id>", "change_user", Verb.CHANGE, Thing.USER, users.change),
        (f"/users/<{ANY_ID}:user_id>/left", "user_left", Verb.END, Thing.USER, users.left),
        (f"/users/<{ANY_ID}:user_id>/back", "user_back", Verb.CHANGE, Thing.USER, users.back),
        (f"/users/<{ANY_ID}:user_id>/sign-out", "sign_user_out", Verb.CHANGE, Thing.USER, users.sign_out),
    ):
        blueprint.add_url_rule(path, name, house.needs(verb, thing, action), methods=["POST"])
    return blueprint
