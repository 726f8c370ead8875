"""A page for whoever opens an address that shows nothing: what this is, and where its pages are."""

from __future__ import annotations

from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING

from flask import Response, render_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.exceptions import HTTPException

HEADINGS: Mapping[int, str] = MappingProxyType(
    {
        HTTPStatus.BAD_REQUEST: "That cannot be answered",
        HTTPStatus.NOT_FOUND: "Nothing to see at this address",
        HTTPStatus.METHOD_NOT_ALLOWED: "Nothing can be sent to this address",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "That is too much at once",
        HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong here",
    }
)
"""What is the matter, by status; any other keeps its own name."""
ABOUT = (
    "This is Ringback. It tells sales people when somebody whose deal was lost comes back to the website."
    " Its pages open by the buttons in an alert mail."
)
TRY_AGAIN = "Try again in a minute. If it stays so, tell whoever looks after Ringback."


def plain_page(error: HTTPException) -> Response:
    """Answer an error with a page of ours; its status and its own headers stay."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    advice, about = ABOUT, ""
    if status == HTTPStatus.BAD_REQUEST and error.description:
        advice, about = error.description, ABOUT
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        advice, about = TRY_AGAIN, ABOUT
    heading = HEADINGS.get(status, error.name)
    page = render_template("alert/refused.html", heading=heading, advice=advice, about=about)
    answer = Response(page, status)
    for name, value in error.get_headers():
        if name.lower() != "content-type":
            answer.headers[name] = value
    return answer
