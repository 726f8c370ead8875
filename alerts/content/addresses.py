"""Content's addresses: how they are spelled, on which of our sites they are, and what visits call them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from tracker.errors import PlainError
from tracker.ingest.hit import stored_url
from tracker.links import LinkError, check_web_address, tracked_url
from tracker.sites import SiteError, origin_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.models import Site

LENGTH = 1_000
"""Characters."""


class AddressError(PlainError):
    """No content can be there; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of one of our own sites."""

    site_id: int
    site: str
    """What the site is called."""
    stored: str
    """The address as visits keep it."""


def read_address(text: str) -> str:
    """Read a page's address, and spell it as browsers do: one page has one spelling.

    Raises:
        AddressError: it is no page's address on the web, or would break in a mail.

    """
    text = text.strip()
    if len(text) > LENGTH:
        msg = f"Write at most {LENGTH} characters"
        raise AddressError(msg)
    try:
        check_web_address(text)
        parts = urlsplit(text)
        if "@" in parts.netloc:
            msg = "Write the address without a name or a password before its @"
            raise AddressError(msg)
        spelled = urlsplit(origin_of(text))
        url = urlunsplit((spelled.scheme, spelled.netloc, parts.path or "/", parts.query, parts.fragment))
        tracked_url(url, "x")
    except (LinkError, SiteError) as error:
        raise AddressError(str(error)) from error
    if len(url) > LENGTH:
        msg = f"Write at most {LENGTH} characters"
        raise AddressError(msg)
    return url


def page_of(url: str, sites: Iterable[Site]) -> Page | None:
    """Give the page of ours that is there; None: it is elsewhere, where nobody's visit is seen."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    for site in sites:
        if origin in site.origins:
            return Page(site.id, site.name, stored_url(url, frozenset(site.query_names)))
    return None
