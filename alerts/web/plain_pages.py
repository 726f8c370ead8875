"""A page for whoever opens an address that shows nothing: what this is, and where its pages are."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import render_template

from tracker.web.errors import HEADINGS, TRY_AGAIN, answer_with

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.exceptions import HTTPException

ABOUT = (
    "This is Ringback. It tells sales people when somebody whose deal was lost comes back to the website."
    " Its pages open by the buttons in an alert mail."
)


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
    return answer_with(page, error, status)
