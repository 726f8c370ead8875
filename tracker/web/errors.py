"""Error pages in the house's layout: what is the matter, and where to go from here."""

from __future__ import annotations

from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING

from flask import Response, render_template, session
from flask_wtf.csrf import CSRFError

from tracker.web.me import KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.exceptions import HTTPException

HEADINGS: Mapping[int, str] = MappingProxyType(
    {
        HTTPStatus.BAD_REQUEST: "That cannot be answered",
        HTTPStatus.UNAUTHORIZED: "You are signed out",
        HTTPStatus.FORBIDDEN: "This page is not for your role",
        HTTPStatus.NOT_FOUND: "Nothing to see at this address",
        HTTPStatus.METHOD_NOT_ALLOWED: "Nothing can be sent to this address",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "That is too much at once",
        HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong here",
    }
)
"""What is the matter, by status; any other keeps its own name."""
ABOUT = "This is Ringback. It tells sales people when somebody whose deal was lost comes back to the website."
FORBIDDEN = "Ask an admin if you need it: they see to roles under Users."
STALE = (
    "This page was out of date, so nothing was changed. Go back, load it again, and repeat what you did."
    " If it says the same then, allow cookies for this site."
)
SIGNED_OUT = (
    "Your session ended, or you signed out in another tab, so nothing was saved. Go back, copy what you"
    " typed, sign in again, and repeat it."
)
TOO_MUCH = "Nothing was saved. Go back and shorten what you typed; an import takes files of up to 50 MB."
TRY_AGAIN = "Try again in a minute. If it stays so, tell whoever looks after Ringback."


def house_page(error: HTTPException) -> Response:
    """Answer an error with a page of ours; its status and its own headers stay."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    heading, advice, about = HEADINGS.get(status, error.name), ABOUT, ""
    is_out = status == HTTPStatus.UNAUTHORIZED or (isinstance(error, CSRFError) and KEY not in session)
    if is_out:
        heading, advice = HEADINGS[HTTPStatus.UNAUTHORIZED], SIGNED_OUT
    elif isinstance(error, CSRFError):
        heading, advice = "Once more, please", STALE
    elif status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        advice = TOO_MUCH
    elif status == HTTPStatus.FORBIDDEN:
        advice = FORBIDDEN
    elif status == HTTPStatus.BAD_REQUEST and error.description:
        advice, about = error.description, ABOUT
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        advice, about = TRY_AGAIN, ABOUT
    page = render_template("house/error.html", heading=heading, advice=advice, about=about)
    return answer_with(page, error, status)


def answer_with(page: str, error: HTTPException, status: int) -> Response:
    """Give a page of ours as the answer to an error, with the error's own headers but for the type."""
    answer = Response(page, status)
    for name, value in error.get_headers():
        if name.lower() != "content-type":
            answer.headers[name] = value
    return answer
