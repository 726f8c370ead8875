"""Asking a provider's server: nothing but http(s), no redirects, and never longer than a deadline."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from tracker.doctor.connections import within

if TYPE_CHECKING:
    from collections.abc import Mapping

WAIT_S = 5.0
"""For connecting, and for one reading."""
DEADLINE_S = 8.0
"""For a whole answer: a person waits for it."""
ANSWER_BYTES = 256 * 1024
"""More is no answer to what we ask."""


class FetchError(Exception):
    """No usable answer; the message says what happened, without what was sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, in the shape that the OAuth library reads."""

    status_code: int
    body: bytes

    def json(self) -> Any:  # noqa: ANN401  (whatever they send)
        """Read it.

        Raises:
            ValueError: it is no JSON.

        """
        return json.loads(self.body)

    def raise_for_status(self) -> None:
        """Make sure that it is no error.

        Raises:
            FetchError: it is.

        """
        if self.status_code >= 400:  # noqa: PLR2004  (HTTP: an error)
            msg = f"it answers with status {self.status_code}"
            raise FetchError(msg)


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches, within `deadline_s` seconds each time."""

    deadline_s: float = DEADLINE_S

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Fetch a JSON object.

        Raises:
            FetchError: there is none.

        """
        answer = self._fetch(Request(url, headers={"Accept": "application/json", **(headers or {})}))  # noqa: S310  (the opener knows nothing but http and https)
        if answer.status_code != 200:  # noqa: PLR2004  (HTTP: OK)
            msg = f"it answers with status {answer.status_code}"
            raise FetchError(msg)
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            msg = "it answers with something else than JSON"
            raise FetchError(msg)
        return found

    def post(self, url: str, data: Mapping[str, str], headers: Mapping[str, str], auth: Any) -> Answer:  # noqa: ANN401  (the OAuth library's own)
        """Send a form as the OAuth library wants it sent.

        Raises:
            FetchError: no answer came.

        """
        url, sent, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return self._fetch(Request(url, body.encode(), sent, method="POST"))  # noqa: S310  (as above)

    def _fetch(self, request: Request) -> Answer:
        answer = within(self.deadline_s, lambda: _answer(request), None)
        if answer is None:
            msg = f"it does not answer within {self.deadline_s:g} seconds"
            raise FetchError(msg)
        return answer


def _answer(request: Request) -> Answer:
    opener = OpenerDirector()  # without handlers for files, redirects and errors
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler()):
        opener.add_handler(handler)
    try:
        with opener.open(request, timeout=WAIT_S) as response:
            body = response.read(ANSWER_BYTES + 1)
            status: int = response.status
    except (URLError, OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        msg = f"it cannot be reached ({reason})"
        raise FetchError(msg) from error
    if len(body) > ANSWER_BYTES:
        msg = "it answers with far too much"
        raise FetchError(msg)
    return Answer(status, body)
