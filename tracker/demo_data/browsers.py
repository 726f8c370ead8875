"""The browsers in which made-up people come, and the programs that open their links. PURE."""

from __future__ import annotations

from dataclasses import dataclass

DESKTOPS = (
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
        " Chrome/144.0.0.0 Safari/537.36"
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
        " Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0"
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
        " Version/18.5 Safari/605.1.15"
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)"
        " Chrome/144.0.0.0 Safari/537.36"
    ),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
)
PHONES = (
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
        " Version/18.5 Mobile/15E148 Safari/604.1"
    ),
    (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
        " Chrome/144.0.0.0 Mobile Safari/537.36"
    ),
)
SCANNERS = (
    "Mozilla/5.0 (compatible; LinkCheck/2.1; +https://scanner.example/bot)",
    "python-requests/2.32.3",
    DESKTOPS[0],
    DESKTOPS[1],
)
"""What opens links in mails before people do; those that claim to be a browser lack its headers."""


@dataclass(frozen=True, slots=True)
class UsedBrowser:
    """A browser that is bound to somebody."""

    id: int
    agent: str
