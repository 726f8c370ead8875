"""The endpoint that the snippet reports to: read the request, hand it over, answer.

Known, unknown, forged and expired get the same empty answer; only a genuine token is answered with a
credential. Nothing that arrives here says whose it was.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from flask import Blueprint, Request, Response, request
from werkzeug.exceptions import ClientDisconnected

from tracker.ingest.claim import CREDENTIAL_AGE
from tracker.ingest.front import Reply, TooManyError, UnavailableError
from tracker.ingest.headers import header_signs, is_fetched_ahead, opens_page, says_no
from tracker.ingest.hit import MAX_AGENT, MAX_BODY, Batch, Drop, DropReason, Sender, page_origin, parse
from tracker.ingest.honeypot import PAGE, PAGE_HEADERS, strike
from tracker.ingest.limits import WINDOW_S, RateLimit, network_of
from tracker.sites import HIDDEN_PATH

if TYPE_CHECKING:
    from tracker.ingest.front import Front

PATH = "/ringback/v1/visit"
SNIPPET_PATH = "/ringback.js"
PATHS = frozenset({PATH, SNIPPET_PATH, HIDDEN_PATH})
"""What is served under any site's own host, and is no page of ours."""
COOKIE = "ringback"
SECURE_COOKIE = "__Host-ringback"
"""Over HTTPS: the prefix makes browsers refuse it from anywhere but this host."""
SNIPPET = Path(__file__).parents[2] / "snippet" / "dist" / "ringback.js"
SNIPPET_CACHE_S = 3600
RETRY_AFTER_S = 5


class _Attributes(TypedDict):
    path: str
    secure: bool
    httponly: bool
    samesite: str


def create_blueprint(front: Front) -> Blueprint:
    """Make the blueprint: the endpoint, and the snippet itself."""
    blueprint = Blueprint("ingest", __name__)
    limit = RateLimit(front.installation.settings.hits_per_address)
    secure = front.installation.settings.base_url.startswith("https://")
    cookie = SECURE_COOKIE if secure else COOKIE

    @blueprint.post(PATH)
    def visit() -> Response:
        origin = front.sites.echo(request.headers.get("Origin", ""))
        if (request.content_length or 0) > MAX_BODY:
            front.drops.count(DropReason.TOO_LARGE)
            return _answer(413, origin)
        if not limit.admits(network_of(request.remote_addr or "")):
            front.drops.count(DropReason.TOO_MANY_REQUESTS)
            return _answer(429, origin, retry_after=WINDOW_S)
        batch = _batch(request)
        if batch == Drop(DropReason.TOO_LARGE):
            front.drops.count(DropReason.TOO_LARGE)
            return _answer(413, origin)
        try:
            sender = _sender(request, https=secure)
            reply = front.receive(batch, sender, request.cookies.get(cookie, ""))
        except TooManyError:
            return _answer(429, origin, retry_after=WINDOW_S)
        except UnavailableError:
            return _answer(503, origin, retry_after=RETRY_AFTER_S)
        return _with_credential(_answer(204, origin), reply, cookie)

    @blueprint.get(HIDDEN_PATH)
    def more() -> Response:
        # Everybody gets the same page, whatever follows.
        if limit.admits(network_of(request.remote_addr or "")) and _follows_link(request, front):
            sender = _sender(request, https=secure)
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


def _batch(incoming: Request) -> Batch | Drop:
    """Read the body, unless the request itself says that nobody agreed, or that nobody looks."""
    try:
        # One byte more than allowed tells a body of unknown length that is too long.
        batch = parse(incoming.stream.read(MAX_BODY + 1))
    except (ClientDisconnected, OSError):
        return Drop(DropReason.UNREADABLE)
    if isinstance(batch, Batch) and batch.revoke:
        return batch  # whoever says no in two ways is heard in both
    if says_no(incoming.headers):
        return Drop(DropReason.OPTED_OUT)
    return Drop(DropReason.PREFETCH) if is_fetched_ahead(incoming.headers) else batch


def _sender(incoming: Request, *, https: bool) -> Sender:
    user_agent = incoming.headers.get("User-Agent", "")[:MAX_AGENT]
    return Sender(
        address=incoming.remote_addr or "",
        user_agent=user_agent,
        origin=incoming.headers.get("Origin", ""),
        signs=header_signs(user_agent, incoming.headers, https=https),
    )


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


def _answer(status: int, origin: str, *, retry_after: int = 0) -> Response:
    response = Response(status=status)
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Vary"] = "Origin"
    response.headers["Cache-Control"] = "no-store"
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _with_credential(response: Response, reply: Reply, cookie: str) -> Response:
    attributes: _Attributes = {
        "path": "/",
        "secure": cookie == SECURE_COOKIE,
        "httponly": True,
        "samesite": "Lax",
    }
    if reply.forget:
        response.delete_cookie(cookie, **attributes)
    if reply.credential:
        response.status_code = 200
        response.content_type = "application/json"
        response.data = json.dumps({"credential": reply.credential}, separators=(",", ":"))
        response.set_cookie(cookie, reply.credential, max_age=CREDENTIAL_AGE, **attributes)
    return response
