"""What stands beside the endpoint under any site's own host: the snippet, and the hidden link."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Request, Response, request

from tracker.ingest.endpoint import PATH, Headers, cookie_name, sender_of
from tracker.ingest.headers import is_fetched_ahead, opens_page, says_no
from tracker.ingest.hit import page_origin
from tracker.ingest.honeypot import PAGE, PAGE_HEADERS, strike
from tracker.ingest.limits import network_of
from tracker.sites import HIDDEN_PATH

if TYPE_CHECKING:
    from tracker.ingest.front import Front
    from tracker.ingest.limits import RateLimit

SNIPPET_PATH = "/ringback.js"
PATHS = frozenset({PATH, SNIPPET_PATH, HIDDEN_PATH})
"""What is served under any site's own host, and is no page of ours."""
SNIPPET = Path(__file__).parents[2] / "snippet" / "dist" / "ringback.js"
SNIPPET_CACHE_S = 3600


def create_blueprint(front: Front, limit: RateLimit) -> Blueprint:
    """Make the blueprint; `limit` is for each address, and shared with the endpoint."""
    blueprint = Blueprint("ingest", __name__)
    https = front.installation.settings.base_url.startswith("https://")
    cookie = cookie_name(front)

    @blueprint.get(HIDDEN_PATH)
    def more() -> Response:
        # Everybody gets the same page, whatever follows.
        if limit.admits(network_of(request.remote_addr or "")) and _follows_link(request, front):
            sender = sender_of(request.environ, Headers(request.environ), https=https)
            front.aside.do(partial(strike, front, sender, request.cookies.get(cookie, "")))
        return Response(PAGE, content_type="text/html; charset=utf-8", headers=PAGE_HEADERS)

    @blueprint.get(SNIPPET_PATH)
    def snippet() -> Response:
        response = Response(SNIPPET.read_bytes(), content_type="text/javascript; charset=utf-8")
        response.cache_control.public = True
        response.cache_control.max_age = SNIPPET_CACHE_S
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.add_etag()
        response.make_conditional(request)
        return response

    return blueprint


def _follows_link(incoming: Request, front: Front) -> bool:
    """Tell whether a link on one of our sites was followed.

    Not fetched ahead or by a script, not by who says no, and not from a mail or a stranger's page, which
    could send anybody here.
    """
    headers = incoming.headers
    if not opens_page(headers) or is_fetched_ahead(headers) or says_no(headers):
        return False
    site = headers.get("Sec-Fetch-Site", "")
    referrer = headers.get("Referer", "")
    if not referrer:
        return site not in ("none", "cross-site")
    try:
        return bool(front.sites.echo(page_origin(referrer)))
    except ValueError:
        return False
