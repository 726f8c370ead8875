"""The wire: bytes from a browser become a frozen batch of hits, or a named drop.

PURE: no database, no clock, no framework. The keys are those that `snippet/src/ringback.js` sends;
a test holds the two together. Unknown keys are ignored, so that an older server understands a newer
snippet.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

MAX_BODY = 8 * 1024
"""Bytes; the snippet never sends more."""
MAX_HITS = 20
"""In one batch; what the snippet keeps while it is offline."""
MAX_AGE = timedelta(hours=24)
"""A hit kept back for longer says nothing about now."""
MAX_URL = 2000
MAX_TITLE = 200
MAX_AGENT = 512
REMEMBERED = 1_024
"""Addresses of which it is remembered how they are read: visitors read the same pages."""
DEFAULT_PORTS = frozenset({("http", 80), ("https", 443)})
"""Browsers leave them out."""


class DropReason(StrEnum):
    """Why something that arrived was not stored. Every drop has one of these names."""

    TOO_LARGE = "too large"
    UNREADABLE = "unreadable"
    TOO_MANY_REQUESTS = "too many requests"
    TOO_MANY_HITS = "too many hits"
    BAD_URL = "bad url"
    TOO_OLD = "too old"
    PREFETCH = "prefetch"
    OPTED_OUT = "opted out"
    NO_TOKEN = "no token"  # noqa: S105  (the name of a drop)
    INVALID_TOKEN = "invalid token"  # noqa: S105
    EXPIRED_TOKEN = "expired token"  # noqa: S105
    REVOKED_TOKEN = "revoked token"  # noqa: S105
    UNKNOWN_SITE = "unknown site"
    FOREIGN_ORIGIN = "foreign origin"
    FOREIGN_PAGE = "foreign page"
    NO_CONSENT = "no consent"
    DO_NOT_TRACK = "do not track"
    REVOKED_BROWSER = "revoked browser"
    UNKNOWN_BROWSER = "unknown browser"
    UNBOUND_BROWSER = "browser of somebody else"
    OWN_BROWSER = "own browser"
    TEST_LINK = "test link"
    SPREAD_TEST_LINK = "test link sent to prospects"
    TOO_MANY_BROWSERS = "too many browsers"
    TOO_MANY_PAGES = "too many pages"
    TOO_MANY_PAGES_A_DAY = "too many pages a day"
    NOT_YOURS = "hit of another browser"
    UNSTORABLE = "unstorable"


class Kind(StrEnum):
    """The three kinds of hits."""

    VIEW = "view"
    ENGAGEMENT = "engagement"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing a browser saw. The evidence is of the whole page view so far, so hits may repeat."""

    id: str
    """Of the page view; chosen by the browser: the time in milliseconds and a random number, in base 36."""
    kind: Kind
    url: str
    """Complete, as the browser had it; `stored_url` cuts it to what may be kept."""
    title: str
    referrer: str
    """Origin only, and only another site's."""
    age: timedelta
    """How long it was kept back in the browser."""
    visible_ms: int
    first_gesture_ms: int | None
    last_gesture_ms: int | None
    bursts: int
    driver: bool


@dataclass(frozen=True, slots=True)
class Sender:
    """What the request itself says about who sent it."""

    address: str = ""
    user_agent: str = ""
    origin: str = ""
    signs: tuple[str, ...] = ()
    """What the request shows of who sent it, by the names of `tracker.ingest.signs`."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One request's hits, and by what they claim to be known."""

    site: str
    hits: tuple[Hit, ...]
    token: str = ""
    """As it stood in the address, label and all."""
    credential: str = ""
    revoke: bool = False
    """The visitor withdrew their consent."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Nothing to store, and the name of the reason."""

    reason: DropReason


_Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=400 * 24 * 3600 * 1000)]
"""A tab may stay open for a year."""
MAX_EVIDENCE_MS = 24 * 24 * 3600 * 1000
"""As much as is kept of it, and as a column of 32 bits holds."""
_HitId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{16,32}\Z")]
_SiteKey = Annotated[str, msgspec.Meta(pattern=r"^[!-~]{0,32}\Z")]


class WireHit(msgspec.Struct, frozen=True):
    """A hit as it travels."""

    id: _HitId
    kind: Literal["view", "engagement", "leave"]
    url: Annotated[str, msgspec.Meta(max_length=4096)]
    title: str = ""
    referrer: str = ""
    age: _Milliseconds = 0
    visible: _Milliseconds = 0
    first: _Milliseconds | None = None
    last: _Milliseconds | None = None
    bursts: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    driver: bool = False


class WireBatch(msgspec.Struct, frozen=True):
    """A request's body as it travels."""

    site: _SiteKey
    hits: list[WireHit]
    token: Annotated[str, msgspec.Meta(max_length=600)] = ""
    credential: Annotated[str, msgspec.Meta(max_length=200)] = ""
    revoke: bool = False


_decoder = msgspec.json.Decoder(WireBatch)
_HALF_CHARACTER = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
"""Half of a character beyond the first 65,536, as a browser writes a title that was cut in its middle."""
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_SIGNED = re.compile(
    r"[A-Za-z0-9-]{13,}(?:\.|%(?:25)*2E)[\w-]{6}(?:\.|%(?:25)*2E)[\w-]{43}", re.ASCII | re.IGNORECASE
)
"""A signed text of ours, whole, however often a dot was encoded."""
UNSIGNED = "-"
"""What stands in its place: a page's address or title must not become a way to store somebody's token."""


def parse(body: bytes) -> Batch | Drop:
    """Read a request's body. Anything wrong with any part of it drops the whole, by name."""
    if len(body) > MAX_BODY:
        return Drop(DropReason.TOO_LARGE)
    try:
        wire = _decoder.decode(_HALF_CHARACTER.sub(rb"\\ufffd", body) if b"\\u" in body else body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Drop(DropReason.UNREADABLE)
    if len(wire.hits) > MAX_HITS:
        return Drop(DropReason.TOO_MANY_HITS)
    if not wire.hits and not wire.revoke:
        return Drop(DropReason.UNREADABLE)  # it says nothing, and must not make a browser known
    if not all(_is_web_address(hit.url) for hit in wire.hits):
        return Drop(DropReason.BAD_URL)
    return Batch(
        site=wire.site,
        hits=tuple(_hit(hit) for hit in wire.hits),
        token=wire.token,
        credential=wire.credential,
        revoke=wire.revoke,
    )


@lru_cache(REMEMBERED)
def stored_url(url: str, query_names: frozenset[str]) -> str:
    """Cut an address to what may be kept: origin and path, a hash route, the query names allowed.

    Never a token, wherever it stands.
    """
    parts = urlsplit(url)
    kept = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name in query_names])
    route = parts.fragment.partition("?")[0] if parts.fragment.startswith(("/", "!")) else ""
    address = page_origin(url) + (parts.path or "/")
    whole = address + (f"?{kept}" if kept else "") + (f"#{route}" if route else "")
    return _SIGNED.sub(UNSIGNED, whole)[:MAX_URL]


@lru_cache(REMEMBERED)
def page_origin(url: str) -> str:
    """Give a page's origin as browsers spell it: scheme, lower-case host, port unless default.

    `stored_url` begins with the same text, so that what was compared is what is kept.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port and (parts.scheme, parts.port) not in DEFAULT_PORTS else ""
    return f"{parts.scheme}://{host}{port}"


def seen_at(hit: Hit, now: datetime) -> datetime:
    """When it happened by the server's clock."""
    return now - hit.age


def clean(text: str, limit: int) -> str:
    """Make text from a browser fit to be shown: no control or direction characters, no token, capped."""
    visible = _SIGNED.sub(UNSIGNED, _UNPRINTABLE.sub(" ", text[: limit * 4]))
    return " ".join(unicodedata.normalize("NFC", visible).split())[:limit]


@lru_cache(REMEMBERED)
def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # reading it checks it
    except ValueError:
        return False
    printable = not _UNPRINTABLE.search(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and printable


def _origin_of(url: str) -> str:
    if not _is_web_address(url):
        return ""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"[:MAX_TITLE]


def _hit(wire: WireHit) -> Hit:
    referrer = _origin_of(wire.referrer)
    return Hit(
        id=wire.id,
        kind=Kind(wire.kind),
        url=wire.url,
        title=clean(wire.title, MAX_TITLE),
        referrer="" if referrer == _origin_of(wire.url) else referrer,
        age=timedelta(milliseconds=wire.age),
        visible_ms=min(wire.visible, MAX_EVIDENCE_MS),
        first_gesture_ms=None if wire.first is None else min(wire.first, MAX_EVIDENCE_MS),
        last_gesture_ms=None if wire.last is None else min(wire.last, MAX_EVIDENCE_MS),
        bursts=wire.bursts,
        driver=wire.driver,
    )
