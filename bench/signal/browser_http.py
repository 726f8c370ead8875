"""What a Chrome with the snippet sends, without a Chrome: the request's headers, and its body."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.ingest.endpoint import PATH
from tracker.signing import new_key

if TYPE_CHECKING:
    from flask import Flask

    from bench.signal.clicks import Browser, Click
    from bench.signal.party import Party

OK = (200, 204)
HIT_ID = 24
"""Characters."""
VIEW = {"visible": 0, "bursts": 0}
GESTURE = {"visible": 5_500, "first": 2_100, "last": 4_200, "bursts": 1}
"""What confirms: pressed after two seconds, five in view."""


class RefusedError(Exception):
    """A request was not answered as a snippet's is."""


@dataclass(slots=True)
class Tab:
    """One link, opened in one browser."""

    click: Click
    token: str
    jar: dict[int, str]
    """Credentials by browser, shared by its tabs."""
    hit_id: str = field(default_factory=lambda: new_key(HIT_ID))

    def opens(self, app: Flask, party: Party) -> None:
        """Report the view, with the token, and keep the credential that comes for it."""
        self._send(app, party, {"kind": "view", **VIEW}, token=self.token)

    def acts(self, app: Flask, party: Party) -> None:
        """Report the gesture."""
        self._send(app, party, {"kind": "engagement", **GESTURE})

    def _send(self, app: Flask, party: Party, evidence: dict[str, object], **keys: str) -> None:
        """Send it.

        Raises:
            RefusedError: it was not taken.

        """
        browser, url = self.click.browser, f"{party.origin}{self.click.path}"
        hit = {"id": self.hit_id, "url": url, "title": self.click.path, **evidence}
        claim = {"credential": self.jar.get(browser.number, ""), **keys}
        answer = app.test_client(use_cookies=False).post(
            PATH,
            data=json.dumps({"site": party.site_key, "hits": [hit], **claim}),
            headers=headers(browser, party.origin),
            content_type="text/plain;charset=UTF-8",
            base_url="https://ringback.example",
            environ_overrides={"REMOTE_ADDR": browser.address},
        )
        if answer.status_code not in OK:
            msg = f"A hit was answered with {answer.status}."
            raise RefusedError(msg)
        if answer.data:
            self.jar.setdefault(browser.number, json.loads(answer.data)["credential"])


def headers(browser: Browser, origin: str) -> dict[str, str]:
    """Give what Chrome on Windows sends with a POST to another site."""
    return {
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate, br, zstd",
        "Accept-Language": "en-GB,en;q=0.9",
        "Origin": origin,
        "Referer": f"{origin}/",
        "Sec-CH-UA": (
            f'"Chromium";v="{browser.major}", "Google Chrome";v="{browser.major}", "Not_A Brand";v="24"'
        ),
        "Sec-CH-UA-Mobile": "?0",
        "Sec-CH-UA-Platform": '"Windows"',
        "Sec-Fetch-Dest": "empty",
        "Sec-Fetch-Mode": "cors",
        "Sec-Fetch-Site": "cross-site",
        "User-Agent": (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
            f" Chrome/{browser.major}.0.0.0 Safari/537.36"
        ),
    }
