"""How a room's pages get their addresses: each line says which right its view needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tracker.ids import LARGEST_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from tracker.web.house import House
    from tracker.words import Thing, Verb

ANY_ID = f"int(max={LARGEST_ID})"
"""A number that every database takes for an ID."""


class Page(NamedTuple):
    """An address, the name of its endpoint, the right that it needs, and its view."""

    path: str
    name: str
    verb: Verb
    thing: Thing
    view: Callable[..., ResponseReturnValue]
    """Takes who is signed in, and the arguments of the path."""


def open_room(
    house: House, blueprint: Blueprint, shown: Iterable[Page], acted: Iterable[Page] = ()
) -> Blueprint:
    """Keep a blueprint for those who are signed in, with these pages: GET shows, POST acts."""
    house.guard(blueprint)
    for method, pages in (("GET", shown), ("POST", acted)):
        for page in pages:
            view = house.needs(page.verb, page.thing, page.view)
            blueprint.add_url_rule(page.path, page.name, view, methods=[method])
            house.pages[f"{blueprint.name}.{page.name}"] = page
    return blueprint
