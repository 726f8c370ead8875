"""The page that somebody was on, to which they come back: one of ours, whatever the form says (S11)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from flask import current_app, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

if TYPE_CHECKING:
    from flask import Flask

PLACE_LENGTH = 300
"""Characters of a place; our own are shorter."""
HOME = "today.show"
NEVER = frozenset({"door", "alerts"})
"""Blueprints that are no place to come back to: the way in and out, and what a mail's address opens."""


def place(written: str) -> str:
    """Give the address of the page that a form names by its path, made anew from our own; else of today."""
    found = _found(current_app, written[:PLACE_LENGTH])
    return found or url_for(HOME)


def _found(app: Flask, written: str) -> str:
    try:
        parts = urlsplit(written)
        if parts.scheme or parts.netloc or not parts.path.startswith("/"):
            return ""
        endpoint, values = app.url_map.bind("").match(parts.path, method="GET")
    except (HTTPException, RequestRedirect, ValueError):
        return ""
    if endpoint.partition(".")[0] in NEVER or "." not in endpoint or endpoint.endswith(".static"):
        return ""
    asked = {name: value for name, value in parse_qsl(parts.query) if name.isalpha()}
    return url_for(endpoint, **{**asked, **values})
