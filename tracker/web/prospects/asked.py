"""What a request says of whom is looked for, and what the fields of the filter show of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import make_response, redirect, request

from tracker.segments.said import NAMES, Said
from tracker.web.prospects.wanted import FIELDS, WRONG, called

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from flask.typing import ResponseReturnValue

    from tracker.web.prospects.names import Names

IN_QUERY = "in_query"
"""Of a mailing: the token goes behind `?`, for services that drop what follows `#`."""
IN_ADDRESS = frozenset(("segment", "after", IN_QUERY))
"""Names in an address that say something else than whom is looked for."""
NAME_WINNER = "name_winner"
"""Of an export: a column says who won."""
IN_FORM = IN_ADDRESS | {"csrf_token", "name", "shared", "seen", NAME_WINNER, "tags"}
"""The same of forms that change or export something."""
REFUSED = "Nothing was done: a part of the filter is not known here. Put it right or take it out first."


def said_here() -> Said:
    """Read it from the request's address and form.

    What is said twice in different words counts as said in both, which no choice knows.
    """
    besides = IN_FORM if request.method == "POST" else IN_ADDRESS
    given = {}
    for name, values in request.values.lists():
        if name not in besides:
            given[name] = " | ".join(dict.fromkeys(value for value in values if value.strip()))
    return Said.read(given)


def segment_here() -> int | None:
    """Give the segment with which it began."""
    return request.values.get("segment", type=int)


def at_address(here: str, page: Callable[[], str]) -> ResponseReturnValue:
    """Answer with the page of what is looked for, whose address is `here`: the browser is to show that one.

    A form sends each of its fields, empty ones too: it is led there first. A part that is asked for by script
    says its address itself.
    """
    is_part = "HX-Request" in request.headers
    if not is_part and any(not value for value in request.args.values()):
        return redirect(here, HTTPStatus.SEE_OTHER)
    answer = make_response(page())
    if is_part:
        answer.headers["HX-Replace-Url"] = here
    return answer


def on_page(said: Said, names: Names, absent: Collection[str] = ()) -> dict[str, Any]:
    """Give what the templates show; `absent` are parts for which the page has no field."""
    without_field = {
        *absent,
        *(() if names.owners else ("owner",)),
        *(() if names.campaigns else ("campaign",)),
        *(() if names.tags else ("tag",)),
        *(() if names.goals else ("goal",)),
    }
    return {
        "wanted": said.wanted,
        "names": names,
        "amiss": said.amiss,
        "wrong": {name: WRONG[name] for name in said.mistyped},
        "labels": FIELDS,
        "unknown": [called(name, value) for name, value in said.unknown.items()],
        "hidden": {
            name: value for name, value in said.values().items() if name in without_field or name not in NAMES
        },
    }
