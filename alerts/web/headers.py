"""The headers that every page of ours carries: nothing from elsewhere runs, nothing is told elsewhere."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

SECURE_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
            " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        # The address of a page is what opens it, so no other site may learn it.
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }
)


def secure(response: Response) -> Response:
    """Set the headers, whatever the view said before."""
    for name, value in SECURE_HEADERS.items():
        response.headers[name] = value
    return response
