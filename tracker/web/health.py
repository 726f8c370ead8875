"""For machines that look after this one: does it live, is it ready, and its figures.

They ask under any name or address, so the check of host names leaves these paths out. What they are told
says nothing of people, and names no versions.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, jsonify, request

from tracker.doctor.connections import check_broker
from tracker.doctor.finding import Level
from tracker.metrics import CONTENT_TYPE, exposition
from tracker.readiness import BROKER_KEPT_S, WAIT_S, LastLook, readiness
from tracker.row_metrics import RowMetrics

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tracker.installation import Installation
    from tracker.row_metrics import Look

HEALTH_PATH, READY_PATH, METRICS_PATH = "/healthz", "/readyz", "/metrics"
PATHS = frozenset({HEALTH_PATH, READY_PATH, METRICS_PATH})
"""Served under any host name."""


def create_blueprint(installation: Installation, clock: Callable[[], datetime], *more: Look) -> Blueprint:
    """Make the blueprint; `more` adds figures from tables that the tracker does not know."""
    blueprint = Blueprint("health", __name__)
    settings = installation.settings
    ready = readiness(installation.database)
    broker = LastLook(lambda: _broker(settings.broker_url), "does not answer", BROKER_KEPT_S)
    rows = RowMetrics(installation.database, clock, *more)
    token = settings.metrics_token

    @blueprint.get(HEALTH_PATH)
    def healthz() -> Response:
        return _plain("ok\n", "text/plain; charset=utf-8")

    @blueprint.get(READY_PATH)
    def readyz() -> Response:
        trouble = ready.value()
        told: dict[str, str | bool] = {"ready": not trouble}
        if trouble:
            told["reason"] = trouble.value
        if not settings.embedded:
            # Said, and no reason to be unready: while it is away, workers look for themselves.
            told["broker"] = broker.value()
        response = jsonify(told)
        response.status_code = 503 if trouble else 200
        response.headers["Cache-Control"] = "no-store"
        return response

    @blueprint.get(METRICS_PATH)
    def metrics() -> Response:
        if not token:
            abort(404)
        shown = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(shown, f"Bearer {token}".encode()):
            return Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        return _plain(exposition(rows), CONTENT_TYPE)

    return blueprint


def _broker(url: str) -> str:
    answers = check_broker(url, WAIT_S).level is not Level.ILL
    return "answers" if answers else "does not answer"


def _plain(body: str | bytes, content_type: str) -> Response:
    return Response(body, content_type=content_type, headers={"Cache-Control": "no-store"})
