"""The endpoint that the snippet reports to: read the request, hand it over, answer.

Known, unknown, forged and expired get the same empty answer; only a genuine token is answered with a
credential. Nothing that arrives here says whose it was.

It stands in front of the pages' framework, which would take as long as everything that is done here.
"""

from __future__ import annotations

import json
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, TypedDict

from werkzeug.http import dump_cookie, parse_cookie

from tracker.ingest.claim import CREDENTIAL_AGE
from tracker.ingest.front import Reply, TooManyError, UnavailableError
from tracker.ingest.headers import header_signs, is_fetched_ahead, says_no
from tracker.ingest.hit import MAX_AGENT, MAX_BODY, Batch, Drop, DropReason, Sender, parse
from tracker.ingest.limits import WINDOW_S, RateLimit, network_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from tracker.ingest.front import Front

PATH = "/ringback/v1/visit"
COOKIE = "ringback"
SECURE_COOKIE = "__Host-ringback"
"""Over HTTPS: the prefix makes browsers refuse it from anywhere but this host."""
RETRY_AFTER_S = 5
LONGEST_LENGTH = 20
"""Digits of a body's length that are read."""

Header = tuple[str, str]


class _Attributes(TypedDict):
    path: str
    secure: bool
    httponly: bool
    samesite: str


class Headers:
    """A request's headers, as a WSGI server hands them over."""

    __slots__ = ("_environ",)

    def __init__(self, environ: WSGIEnvironment) -> None:
        """Look into `environ` when asked."""
        self._environ = environ

    def get(self, name: str, /) -> str | None:
        """Give a header's value; None when it did not come."""
        value: str | None = self._environ.get(_key(name))
        return value


@cache
def _key(name: str) -> str:
    return f"HTTP_{name.upper().replace('-', '_')}"


class Endpoint:
    """Takes the snippet's requests; everything else is for the pages behind it."""

    def __init__(self, front: Front, pages: WSGIApplication, limit: RateLimit) -> None:
        """Answer for `front`; `limit` is for each address."""
        self._front = front
        self._pages = pages
        self._limit = limit
        self._https = front.installation.settings.base_url.startswith("https://")
        self._cookie = cookie_name(front)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("PATH_INFO") != PATH:
            return self._pages(environ, start_response)
        if environ["REQUEST_METHOD"] != "POST":
            start_response("405 METHOD NOT ALLOWED", [("Allow", "POST"), ("Content-Length", "0")])
            return ()
        status, headers, body = self._visit(environ)
        headers.append(("Content-Length", str(len(body))))
        if status == HTTPStatus.NO_CONTENT:
            headers.pop()  # it has none, by definition
        start_response(_line(status), headers)
        return (body,)

    def _visit(self, environ: WSGIEnvironment) -> tuple[HTTPStatus, list[Header], bytes]:
        front, asked = self._front, Headers(environ)
        headers = _headers(front.sites.echo(asked.get("Origin") or ""))
        if _length(environ) > MAX_BODY:
            return self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers, DropReason.TOO_LARGE)
        if not self._limit.admits(network_of(environ.get("REMOTE_ADDR", ""))):
            return self._refuse(HTTPStatus.TOO_MANY_REQUESTS, headers, DropReason.TOO_MANY_REQUESTS)
        batch = _batch(environ, asked)
        if batch == Drop(DropReason.TOO_LARGE):
            return self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers, DropReason.TOO_LARGE)
        cookies = asked.get("Cookie")
        held = parse_cookie(cookies).get(self._cookie, "") if cookies else ""
        try:
            reply = front.receive(batch, sender_of(environ, asked, https=self._https), held)
        except TooManyError:
            return HTTPStatus.TOO_MANY_REQUESTS, [*headers, ("Retry-After", str(WINDOW_S))], b""
        except UnavailableError:
            return HTTPStatus.SERVICE_UNAVAILABLE, [*headers, ("Retry-After", str(RETRY_AFTER_S))], b""
        return self._with_credential(headers, reply)

    def _refuse(
        self, status: HTTPStatus, headers: list[Header], reason: DropReason
    ) -> tuple[HTTPStatus, list[Header], bytes]:
        self._front.drops.count(reason)
        if status is HTTPStatus.TOO_MANY_REQUESTS:
            headers.append(("Retry-After", str(WINDOW_S)))
        return status, headers, b""

    def _with_credential(self, headers: list[Header], reply: Reply) -> tuple[HTTPStatus, list[Header], bytes]:
        attributes: _Attributes = {
            "path": "/",
            "secure": self._cookie == SECURE_COOKIE,
            "httponly": True,
            "samesite": "Lax",
        }
        if reply.forget:
            headers.append(("Set-Cookie", dump_cookie(self._cookie, max_age=0, expires=0, **attributes)))
        if not reply.credential:
            return HTTPStatus.NO_CONTENT, headers, b""
        kept = dump_cookie(self._cookie, reply.credential, max_age=CREDENTIAL_AGE, **attributes)
        headers += [("Set-Cookie", kept), ("Content-Type", "application/json")]
        body = json.dumps({"credential": reply.credential}, separators=(",", ":"))
        return HTTPStatus.OK, headers, body.encode()


def cookie_name(front: Front) -> str:
    """Give the name of the cookie that holds the credential."""
    https = front.installation.settings.base_url.startswith("https://")
    return SECURE_COOKIE if https else COOKIE


def sender_of(environ: WSGIEnvironment, asked: Headers, *, https: bool) -> Sender:
    """Tell who sent a request, as far as it says."""
    user_agent = (asked.get("User-Agent") or "")[:MAX_AGENT]
    return Sender(
        address=environ.get("REMOTE_ADDR", ""),
        user_agent=user_agent,
        origin=asked.get("Origin") or "",
        signs=header_signs(user_agent, asked, https=https),
    )


@cache
def _line(status: HTTPStatus) -> str:
    return f"{status.value} {status.phrase.upper()}"


def _headers(origin: str) -> list[Header]:
    headers = [("Vary", "Origin"), ("Cache-Control", "no-store")]
    return [("Access-Control-Allow-Origin", origin), *headers] if origin else headers


def _length(environ: WSGIEnvironment) -> int:
    """Give the length that the request names; 0 when it names none."""
    length: str = environ.get("CONTENT_LENGTH") or ""
    return int(length) if length.isascii() and length.isdigit() and len(length) < LONGEST_LENGTH else 0


def _batch(environ: WSGIEnvironment, asked: Headers) -> Batch | Drop:
    """Read the body, unless the request itself says that nobody agreed, or that nobody looks."""
    try:
        body = _body(environ)
    except OSError:
        return Drop(DropReason.UNREADABLE)
    batch = parse(body)
    if isinstance(batch, Batch) and batch.revoke:
        return batch  # whoever says no in two ways is heard in both
    if says_no(asked):
        return Drop(DropReason.OPTED_OUT)
    return Drop(DropReason.PREFETCH) if is_fetched_ahead(asked) else batch


def _body(environ: WSGIEnvironment) -> bytes:
    """Read no more than one byte above what is allowed, which tells a body that is too long.

    One without a length ends by itself, if the server says so. Gives what came, also of one cut short.
    """
    left = _length(environ)
    if not left and environ.get("wsgi.input_terminated"):
        left = MAX_BODY + 1
    parts = []
    while left > 0 and (part := environ["wsgi.input"].read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
