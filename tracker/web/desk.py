"""The addresses of the desk, and how it is built into an app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from tracker.people.oidc import provider_of
from tracker.people.scope import nothing_given
from tracker.web.asking import Asking
from tracker.web.door import Door
from tracker.web.first_admin import FirstAdmin
from tracker.web.house import Entry, House, Stories
from tracker.web.me import Desk
from tracker.web.passkeys import OwnPasskeys
from tracker.web.rooms import ANY_ID, Page, open_room
from tracker.web.strong_door import strong_door
from tracker.web.users import Users
from tracker.web.you import You
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from flask import Flask

    from tracker.installation import Installation
    from tracker.people.letter import Post
    from tracker.people.scope import GivenAt

USERS = Entry("Users", "desk.users", Verb.ADD, Thing.USER)
ROOMS: tuple[Callable[[House], Blueprint], ...] = ()
"""The tracker's rooms, besides those for people."""


def build_desk(  # noqa: PLR0913  (the root hands in all that the pages are made of)
    app: Flask,
    installation: Installation,
    clock: Callable[[], datetime],
    post: Post,
    *,
    entries: Sequence[Entry] = (USERS,),
    rooms: Sequence[Callable[[House], Blueprint]] = ROOMS,
    stories: Stories = Stories(),  # noqa: B008  (frozen)
    given: GivenAt = nothing_given,
) -> House:
    """Build sign-in and the pages into an app: `entries` are the navigation, `given` says who got whom."""
    desk = Desk(installation, clock, given)
    house = House(desk, entries, stories)
    house.furnish(app)
    provider = provider_of(installation.settings)
    door = Door(desk, house, Asking(installation, post), provider.name if provider else "")
    app.register_blueprint(_door(door, FirstAdmin(desk), house))
    app.register_blueprint(strong_door(house, door.form, provider))
    app.register_blueprint(_people(house))
    for room in rooms:
        app.register_blueprint(room(house))
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


def _people(house: House) -> Blueprint:
    you, users, own = You(house.desk), Users(house.desk), OwnPasskeys(house.desk)
    key = f"/you/passkeys/<{ANY_ID}:passkey_id>"
    one = f"/users/<{ANY_ID}:user_id>"
    return open_room(
        house,
        Blueprint("desk", __name__),
        (
            Page("/you", "you", Verb.SEE, Thing.YOU, you.show),
            Page("/users", "users", Verb.ADD, Thing.USER, users.show),
            Page(one, "one_user", Verb.ADD, Thing.USER, users.one),
        ),
        (
            Page("/you", "change_you", Verb.CHANGE, Thing.YOU, you.change),
            Page(
                f"/you/sessions/<{ANY_ID}:session_id>/end",
                "end_session",
                Verb.END,
                Thing.YOU,
                you.end_session,
            ),
            Page("/you/sessions/end-others", "end_others", Verb.END, Thing.YOU, you.end_others),
            Page("/you/passkeys", "add_passkey", Verb.CHANGE, Thing.YOU, own.add),
            Page("/you/passkeys/again", "sign_in_again", Verb.CHANGE, Thing.YOU, own.again),
            Page(f"{key}/name", "name_passkey", Verb.CHANGE, Thing.YOU, own.rename),
            Page(f"{key}/remove", "remove_passkey", Verb.END, Thing.YOU, own.remove),
            Page("/users", "add_user", Verb.ADD, Thing.USER, users.add),
            Page(one, "change_user", Verb.CHANGE, Thing.USER, users.change),
            Page(f"{one}/left", "user_left", Verb.END, Thing.USER, users.left),
            Page(f"{one}/back", "user_back", Verb.CHANGE, Thing.USER, users.back),
            Page(f"{one}/sign-out", "sign_user_out", Verb.CHANGE, Thing.USER, users.sign_out),
            Page(f"{one}/passkeys/clear", "clear_passkeys", Verb.CHANGE, Thing.USER, users.clear_passkeys),
        ),
    )
