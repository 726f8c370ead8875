"""The addresses of *Import*, and who may send how much to them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, request

from tracker.db import DATABASE_AWAY
from tracker.imports.shelf import Shelf
from tracker.web.house import Entry
from tracker.web.imports.drafts import Drafts
from tracker.web.imports.history import History
from tracker.web.imports.runner import Runner
from tracker.web.imports.sweeping import Sweeping
from tracker.web.imports.upload import MAX_UPLOAD, Upload
from tracker.web.rooms import ANY_ID, Page, open_room
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from tracker.web.house import House

IMPORTS = Entry("Import", "imports.show", Verb.ADD, Thing.IMPORT)


def imports_room(house: House) -> Blueprint:
    """Make the room."""
    desk = house.desk
    shelf = Shelf(desk.installation.settings.data_dir)
    runner = Runner(desk.installation, shelf, desk.clock)
    sweeping = Sweeping(shelf, desk.clock)
    sweeping.sweep()
    history = History(desk, shelf, sweeping)
    upload, drafts = Upload(desk, shelf, runner, history, sweeping), Drafts(desk, shelf, runner, history)
    one, thing = f"/imports/<{ANY_ID}:import_id>", Thing.IMPORT
    blueprint = open_room(
        house,
        Blueprint("imports", __name__),
        (
            Page("/imports", "show", Verb.SEE, thing, history.show),
            Page(one, "one", Verb.SEE, thing, drafts.show),
        ),
        (
            Page("/imports", "upload", Verb.ADD, thing, upload.take),
            Page(f"{one}/look", "look", Verb.ADD, thing, drafts.look),
            Page(f"{one}/run", "run", Verb.ADD, thing, drafts.run),
            Page(f"{one}/drop", "drop", Verb.ADD, thing, drafts.drop),
            Page(f"{one}/rejects", "rejects", Verb.ADD, thing, history.rejects),
            Page(f"{one}/undo", "undo", Verb.END, thing, drafts.undo),
        ),
    )

    def give_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
        """Take a large form from those who may upload, before anybody reads it; from nobody else."""
        if endpoint != "imports.upload":
            return
        try:
            me = desk.me()
        except DATABASE_AWAY:
            return  # the page itself will say so
        if me is not None and me.may(Verb.ADD, thing):
            request.max_content_length = MAX_UPLOAD

    def too_large(_error: Exception) -> ResponseReturnValue:
        me = desk.me()
        if me is None or not me.may(Verb.ADD, thing):
            return "", HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return upload.refuse(me, upload.too_large, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    blueprint.url_value_preprocessor(give_room)
    blueprint.register_error_handler(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large)
    return blueprint
