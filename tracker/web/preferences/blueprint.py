"""The addresses of the page: GET only asks, and one-click unsubscribing is what RFC 8058 says it is."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from tracker.db import DATABASE_AWAY
from tracker.preferences import PATH
from tracker.web.preferences.guest import RefusedError
from tracker.web.preferences.pages import Preferences

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from werkzeug.exceptions import HTTPException

    from tracker.installation import Installation

MAX_FORM = 8 * 1024
"""Bytes of a request, as at the endpoint (S14)."""
NOT_NOW = "Nothing was changed. Try again in a minute, or answer the mail and say what you want."

log = logging.getLogger(__name__)


def create_blueprint(installation: Installation, clock: Callable[[], datetime]) -> Blueprint:
    """Make the pages, which know no cookie; `clock` gives the time as aware UTC."""
    blueprint = Blueprint("preferences", __name__, url_prefix=PATH)
    pages = Preferences(installation, clock)
    one = "/<signed>"
    blueprint.add_url_rule(one, "show", pages.show)
    blueprint.add_url_rule(one, "choose", pages.choose, methods=["POST"])
    blueprint.add_url_rule(f"{one}/unsubscribe", "ask", pages.ask)
    blueprint.add_url_rule(f"{one}/unsubscribe", "unsubscribe", pages.unsubscribe, methods=["POST"])
    blueprint.before_request(_small)
    blueprint.register_error_handler(RefusedError, _refused)
    blueprint.register_error_handler(RequestEntityTooLarge, _refused)
    for away in DATABASE_AWAY:
        blueprint.register_error_handler(away, _away)
    blueprint.context_processor(lambda: {"company": installation.settings.company})
    return blueprint


def stray_page(error: HTTPException) -> ResponseReturnValue:
    """Answer a prospect at an address that is no page here: a cut link is no place to tell what this is."""
    if (error.code or HTTPStatus.INTERNAL_SERVER_ERROR) < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _refused(error)
    return _told("Something went wrong here", NOT_NOW, HTTPStatus.INTERNAL_SERVER_ERROR)


def _small() -> None:
    request.max_content_length = MAX_FORM


def _refused(error: Exception) -> ResponseReturnValue:
    """Say the same of what never was, what was cut in two, and what is too old (S6)."""
    if isinstance(error, RefusedError) and error.status is HTTPStatus.TOO_MANY_REQUESTS:
        advice = "Nothing was changed. Wait a minute, then try again."
        return _told("One moment, please", advice, error.status)
    advice = (
        "The link may have been cut in two by a mail program. Open it from the mail itself, or answer the"
        " mail and say what you want: that counts just as much."
    )
    return _told("This link does not work", advice, HTTPStatus.NOT_FOUND)


def _away(error: Exception) -> ResponseReturnValue:
    said = str(getattr(error, "orig", error)).strip().partition("\n")[0]
    log.warning("a wish could not be stored: %s", said)
    answer = _told("We are busy just now", NOT_NOW, HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Retry-After"] = "60"
    return answer


def _told(heading: str, advice: str, status: HTTPStatus) -> Response:
    return Response(render_template("preferences/told.html", heading=heading, advice=advice), status)
