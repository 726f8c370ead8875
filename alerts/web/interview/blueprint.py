"""The addresses of an interview's pages: GET shows, POST saves, and nobody signs in."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from alerts.interview.addresses import Side
from alerts.web.busy import DATABASE_AWAY, note_busy
from alerts.web.headers import secure
from alerts.web.interview.guest import Gate, RefusedError, nothing_here
from alerts.web.interview.pages import Pages
from alerts.web.interview.saving import AUTOSAVE, BUSY, Saving

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from werkzeug.exceptions import HTTPException

    from tracker.installation import Installation

NOT_SAVED = "The last part is not saved. Go back: what you typed is still there."


def create_blueprints(installation: Installation, clock: Callable[[], datetime]) -> tuple[Blueprint, ...]:
    """Make the pages for both sides; `clock` gives the time as aware UTC."""
    gate = Gate(installation)
    pages = Pages(installation, clock, gate)
    saving = Saving(installation, clock, gate, pages)
    return tuple(_side(side, pages, saving) for side in Side)


def stray_page(error: HTTPException) -> ResponseReturnValue:
    """Answer whoever is at an address that is no page here: they know us, not what this runs on."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _refused(nothing_here())
    return _refused(RefusedError(status, "Something went wrong here", f"{NOT_SAVED} Try again in a minute."))


def _side(side: Side, pages: Pages, saving: Saving) -> Blueprint:
    blueprint = Blueprint(side.value, __name__, url_prefix=f"/{side}")
    one = "/<signed>/<name>"
    blueprint.add_url_rule("/<signed>", "home", partial(pages.home, side))
    blueprint.add_url_rule("/<signed>/answers", "answers", partial(pages.answers, side))
    blueprint.add_url_rule(one, "question", partial(pages.question, side))
    blueprint.add_url_rule(one, "save", partial(saving.save, side), methods=["POST"])
    blueprint.register_error_handler(RefusedError, _refused)
    blueprint.register_error_handler(RequestEntityTooLarge, _too_large)
    for away in DATABASE_AWAY:
        blueprint.register_error_handler(away, _away)
    blueprint.after_request(secure)
    return blueprint


def _refused(error: RefusedError) -> ResponseReturnValue:
    if AUTOSAVE in request.headers:
        return {"words": f"Not saved. {error.heading}.", "version": None}, error.status
    page = render_template("interview/refused.html", heading=error.heading, advice=error.advice)
    headers = {"Retry-After": "60"} if error.status is HTTPStatus.TOO_MANY_REQUESTS else {}
    return page, error.status, headers


def _too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    del error
    advice = f"{NOT_SAVED} Shorten it and save it again."
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return _refused(RefusedError(status, "This answer is too long to be sent", advice))


def _away(error: Exception) -> ResponseReturnValue:
    note_busy(error)
    return _refused(RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, "One moment, please", BUSY))
