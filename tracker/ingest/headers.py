"""What a request's headers say of who sent it, and only they: PURE.

Every browser of the last years names with each request over HTTPS what it is for (Fetch Metadata). What
claims to be such a browser and does not is none. A browser without a window may say so. And what is fetched
before anybody asked for it is nobody yet. Every value is cut before it is looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tracker.ingest.signs import HEADLESS, NO_FETCH_HEADERS

if TYPE_CHECKING:
    from typing import Protocol

    class Headers(Protocol):
        """A request's headers, whatever the case of their names."""

        def get(self, name: str, /) -> str | None:
            """Give a header's value; None when it did not come."""


READ = 512
"""Characters of a header that are read; what browsers send of these is shorter."""

CHROMIUM_SENDS = 76
"""Major version from which Chromium sends Sec-Fetch headers, and so do Edge, Opera, Samsung's browser and
Android's web views, which carry `Chrome/` with their engine's version (MDN, compatibility of Sec-Fetch-Site).
"""
FIREFOX_SENDS = 90
"""Major version from which Firefox does (the same data; Mozilla's bug 1695911)."""
WEBKIT_SENDS = (16, 4)
"""Version from which Safari does, and on iOS, of that system, every browser and web view (the same data;
Safari's release notes of 16.4).
"""

FETCH_HEADERS = (
    "Sec-Fetch-Site",
    "Sec-Fetch-Mode",
    "Sec-Fetch-Dest",
    "Sec-Fetch-User",
    "Sec-Fetch-Storage-Access",
)
PURPOSE_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
"""By which browsers say why they fetch: the standard's, and what they used before it."""
NOBODY_YET = frozenset({"prefetch", "prerender", "preview"})
HEADLESS_BRAND = "headlesschrome"
NO_HEADERS = ("Sec-GPC", "DNT")
"""By which browsers say that they are not to be tracked."""
NO = "1"

_CHROMIUM = re.compile(r"\bChrom(?:e|ium)/(\d{1,4})\b")
# Pale Moon and SeaMonkey claim a Firefox as well, with another name beside it and an older engine.
_FIREFOX = re.compile(r"\bGecko/[\d.]+ Firefox/(\d{1,4})[\d.]*$")
# Every browser and web view on iOS is WebKit as old as the system.
_IOS = re.compile(r"\((?:iPhone|iPad|iPod)\b[^()]*?\bOS (\d{1,3})_(\d{1,3})")
# Safari itself, also that of an iPad that asks for desktop pages. Others on such an iPad write a Version of
# their own invention, or none, and a name beside it.
_SAFARI = re.compile(
    r"^Mozilla/5\.0 \(Macintosh;[^()]*\) AppleWebKit/[\d.]+ \(KHTML, like Gecko\)"
    r" Version/(\d{1,3})\.(\d{1,3})[\d.]* Safari/[\d.]+$"
)
_BETWEEN = re.compile(r"[;,\s]+")


def header_signs(user_agent: str, headers: Headers, *, https: bool) -> tuple[str, ...]:
    """Name what headers show, by `tracker.ingest.signs`; any text will do.

    `https`: browsers reach us that way. Over plain HTTP they send no Sec-Fetch headers, so there nothing
    follows from their absence.
    """
    signs = []
    # Of a browser's request the first look at a header is enough.
    lacking = https and not _came(headers) and not _plain_http(headers)
    if lacking and _sends_fetch_headers(user_agent[:READ]):
        signs.append(NO_FETCH_HEADERS)
    if HEADLESS_BRAND in _read(headers, "Sec-CH-UA"):
        signs.append(HEADLESS)
    return tuple(signs)


def is_fetched_ahead(headers: Headers) -> bool:
    """Tell whether a browser fetches this before anybody asked for it: prefetch, prerender, preview."""
    purposes = filter(None, map(headers.get, PURPOSE_HEADERS))  # hardly a request has one
    return any(NOBODY_YET.intersection(_BETWEEN.split(_cut(purpose))) for purpose in purposes)


def opens_page(headers: Headers) -> bool:
    """Tell whether a page is opened, as far as the request says: not fetched by a page's script, say.

    Scripts that fetch a page's links ahead for speed do not always name the purpose.
    """
    return _read(headers, "Sec-Fetch-Dest") in ("", "document")


def says_no(headers: Headers) -> bool:
    """Tell whether the visitor's browser asks not to be tracked.

    A header that came twice, as when an extension adds its own, arrives joined by commas: one no is enough.
    """
    answers = filter(None, map(headers.get, NO_HEADERS))
    return any(NO in map(str.strip, _cut(answer).split(",")) for answer in answers)


def _sends_fetch_headers(user_agent: str) -> bool:
    """Tell whether a user agent claims a browser that names what each of its requests is for."""
    if found := _IOS.search(user_agent) or _SAFARI.search(user_agent):
        return (int(found[1]), int(found[2])) >= WEBKIT_SENDS
    if found := _FIREFOX.search(user_agent):
        return int(found[1]) >= FIREFOX_SENDS
    found = _CHROMIUM.search(user_agent)
    return found is not None and int(found[1]) >= CHROMIUM_SENDS


def _came(headers: Headers) -> bool:
    return any(headers.get(name) is not None for name in FETCH_HEADERS)


def _plain_http(headers: Headers) -> bool:
    """Tell whether it comes from a page without HTTPS, whose own host may pass us on without it, too."""
    return _read(headers, "Origin").startswith("http:")


def _read(headers: Headers, name: str) -> str:
    return _cut(headers.get(name) or "")


def _cut(value: str) -> str:
    return value[:READ].lower()
