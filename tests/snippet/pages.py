"""The sample site's pages, and the people whose links lead there."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

from tracker.links import LinkToken
from tracker.signing import Purpose, Signer

if TYPE_CHECKING:
    from tests.snippet.servers import Server

SITE_KEY = "northwind"
MAILED_AT = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""When the stories begin, by the browser's clock."""
SIGNER = Signer(["a made-up key of thirty-two characters"])
UNDECIDED = LinkToken("DanaOrtiz123", consent_recorded=False, issued_at=MAILED_AT).text(SIGNER)
"""Dana's token; whether she may be known is for the page's consent source to say."""
CONSENTED = LinkToken("DanaOrtiz123", consent_recorded=True, issued_at=MAILED_AT).text(SIGNER)
"""Dana's token, when her consent is on record."""
OTHERS = LinkToken("LeeWong45678", consent_recorded=True, issued_at=MAILED_AT).text(SIGNER)
"""Of somebody else."""
CREDENTIAL = SIGNER.sign(Purpose.BROWSER, "DanasBrowser", MAILED_AT)

USUAL_PATHS = ("/", "/pricing", "/docs")
USUAL_BODY = """
<h1>Northwind</h1>
<nav><a id="to-start" href="/">Start</a> <a id="to-pricing" href="/pricing">Pricing</a>
<a id="to-docs" href="/docs">Docs</a></nav>
<p style="height: 3000px">A long page.</p>
<h2 id="prices">Prices</h2>
<p style="height: 3000px">A longer page.</p>
"""


def script_tag(server: Server, *, address: str | None = None, **data: str) -> str:
    """Write the tag to paste. `consent="tcf"` is `data-consent`; the snippet comes from `server`."""
    attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    return f'<script src="{address or server.url}/ringback.js" data-site="{SITE_KEY}"{attributes}></script>'


def document(head: str, body: str = USUAL_BODY, title: str = "Northwind") -> str:
    """Write a page with the snippet, or whatever else, first in its head."""
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8>{head}<title>{title}</title></head>"
        f"<body>{body}</body></html>"
    )
