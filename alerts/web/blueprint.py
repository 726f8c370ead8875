"""The addresses of an alert's pages: GET shows, POST acts, and only upon a person's gesture."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from alerts.web.actions import Actions
from alerts.web.busy import BUSY, DATABASE_AWAY, note_busy
from alerts.web.entrance import RefusedError
from alerts.web.headers import secure
from alerts.web.pages import Pages
from tracker.web.rooms import ANY_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from tracker.installation import Installation


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


def create_blueprint(installation: Installation, clock: Callable[[], datetime] = utc_now) -> Blueprint:
    """Make the pages of alerts, below `/a`; `clock` gives the time as aware UTC."""
    blueprint = Blueprint(
        "alerts",
        __name__,
        url_prefix="/a",
        template_folder="templates",
        static_folder="static",
        static_url_path="/static",
    )
    pages = Pages(installation, clock)
    blueprint.add_url_rule("/<signed>", "result", pages.result)
    blueprint.add_url_rule("/<signed>/calling", "calling", pages.calling)
    blueprint.add_url_rule("/<signed>/prospect", "prospect", pages.prospect)
    blueprint.add_url_rule("/<signed>/why", "why", pages.why)
    actions = Actions(installation, clock, pages)
    blueprint.add_url_rule("/<signed>/outcome", "outcome", actions.outcome, methods=["POST"])
    # A number that no database takes for an ID is nobody's report.
    undo = f"/<signed>/undo/<{ANY_ID}:outcome_id>"
    blueprint.add_url_rule(undo, "undo", actions.undo, methods=["POST"])
    # An address of a button, typed or opened again, leads to the page with the buttons.
    blueprint.add_url_rule("/<signed>/outcome", "typed_outcome", _to_result)
    blueprint.add_url_rule("/<signed>/undo/<path:rest>", "typed_undo", _to_result)
    blueprint.register_error_handler(RefusedError, _refused)
    blueprint.register_error_handler(RequestEntityTooLarge, _too_large)
    for away in DATABASE_AWAY:
        blueprint.register_error_handler(away, _away)
    blueprint.after_request(secure)
    return blueprint


def _to_result(signed: str, rest: str = "") -> ResponseReturnValue:
    del rest
    return redirect(url_for("alerts.result", signed=signed), HTTPStatus.SEE_OTHER)


def _refused(error: RefusedError) -> ResponseReturnValue:
    return render_template("alert/refused.html", heading=error.heading, advice=error.advice), error.status


def _too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    del error
    advice = "Nothing was changed. Go back, shorten the note and tap the button again."
    return _refused(RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The note is too long", advice))


def _away(error: Exception) -> ResponseReturnValue:
    note_busy(error)
    advice = "Nothing was changed. Try again in a minute; if it stays so, tell whoever looks after Ringback."
    return _refused(RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, BUSY, advice))
