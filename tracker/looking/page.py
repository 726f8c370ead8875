"""Fetching a page of the site, and reading which scripts it has. Only the site's own origins are asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPException
from typing import IO, TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from tracker.doctor.connections import within
from tracker.errors import PlainError
from tracker.sites import SiteError, origin_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from email.message import Message
    from http.client import HTTPMessage

WAIT_S = 5.0
"""Until the whole page must be there."""
PAGE_BYTES = 1024 * 1024
"""Of a page are read; a tag in its head comes long before."""
AGENT = "ringback-check"


class PageError(PlainError):
    """The page cannot be looked at; the message says why."""


@dataclass(frozen=True, slots=True)
class Script:
    """One `<script>` of a page, in its order."""

    src: str
    attributes: dict[str, str]
    in_head: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as it was fetched. Everything in it is a stranger's text."""

    url: str
    """Where it was found, after redirects."""
    policies: Sequence[str]
    """Values of Content-Security-Policy: of headers and `<meta>`."""
    scripts: Sequence[Script]
    text: str


@dataclass
class _Reader(HTMLParser):
    scripts: list[Script] = field(default_factory=list)
    policies: list[str] = field(default_factory=list)
    in_head: bool = True

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "body":
            self.in_head = False
        elif tag == "script":
            self.scripts.append(Script(attributes.get("src", "").strip(), attributes, self.in_head))
        elif tag == "meta" and attributes.get("http-equiv", "").lower() == "content-security-policy":
            self.policies.append(attributes.get("content", ""))


class _OwnOnly(HTTPRedirectHandler):
    """Follows the site to itself only: nobody is led elsewhere from inside our network."""

    def __init__(self, origins: Collection[str]) -> None:
        self._origins = origins

    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> Request | None:
        try:
            origin = origin_of(newurl)
        except SiteError:
            origin = ""
        if origin not in self._origins:
            fp.close()
            text = f"The page leads on to {newurl[:200]}, which is none of this site's addresses"
            raise PageError(text)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(url: str, origins: Collection[str], wait_s: float = WAIT_S) -> Seen:
    """Fetch a page of a site with these origins.

    Raises:
        PageError: it is none of theirs, does not come, or is no page.

    """
    try:
        origin = origin_of(url)
    except SiteError as error:
        raise PageError(str(error)) from error
    if origin not in origins:
        msg = f"{origin} is none of this site's addresses ({', '.join(origins)})"
        raise PageError(msg)
    late: Seen | PageError = _late(wait_s)
    found = within(wait_s, lambda: _fetched(url, origins, wait_s), late)
    if isinstance(found, PageError):
        raise found
    return found


def _fetched(url: str, origins: Collection[str], wait_s: float) -> Seen | PageError:
    opener = build_opener(ProxyHandler({}), _OwnOnly(origins))
    request = Request(url, headers={"User-Agent": AGENT, "Accept": "text/html"})  # noqa: S310  (an origin of the site)
    try:
        with opener.open(request, timeout=wait_s) as response:
            if response.headers.get_content_type() not in ("text/html", "application/xhtml+xml"):
                return PageError(f"{url} is no page but {response.headers.get_content_type()}")
            text = response.read(PAGE_BYTES).decode(_charset(response.headers), "replace")
            policies = response.headers.get_all("Content-Security-Policy") or []
            place = response.geturl()
    except HTTPError as error:
        error.close()
        return PageError(f"The page answers {error.code} {error.reason}")
    except (URLError, OSError, HTTPException, ValueError) as error:
        if isinstance(getattr(error, "reason", error), TimeoutError):
            return _late(wait_s)
        return PageError(f"The page cannot be fetched from here: {getattr(error, 'reason', error)}")
    except PageError as error:
        return error
    reader = _Reader()
    reader.feed(text)
    return Seen(place, [*policies, *reader.policies], reader.scripts, text)


def _late(wait_s: float) -> PageError:
    return PageError(f"The page was not there within {wait_s:g} seconds")


def _charset(headers: Message) -> str:
    name = headers.get_content_charset() or "utf-8"
    try:
        "".encode(name)
    except LookupError:
        return "utf-8"
    return name
