"""Through the door by the company's identity provider."""

from __future__ import annotations

import logging
import threading
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from flask import redirect, render_template, request, url_for

from tracker.ingest.limits import RateLimit, network_of
from tracker.people.oidc import ProviderError, Trouble
from tracker.people.provider import ProviderRefusal, enter_by_provider, is_ours, new_state, secrets_of
from tracker.people.sign_in import Entered
from tracker.web.entering import browser_secret, keep_browser, leave_old, let_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue

    from tracker.people.oidc import Identity, Provider
    from tracker.web.me import Desk

T = TypeVar("T")
RETURNS_PER_ADDRESS = 60
"""Returns from the provider a minute from one address, to one process."""
AT_ONCE = 2
"""Requests of one process that wait for the provider: the others are for those who are in, and for visits."""
MAIL_WORKS = "Try again in a minute, or have a link mailed to you."
OUT_OF_ORDER: Mapping[Trouble, tuple[str, str]] = MappingProxyType(
    {
        Trouble.AWAY: ("{name} does not answer", MAIL_WORKS),
        Trouble.NONSENSE: (
            "{name} gives an answer that cannot be used",
            f"{MAIL_WORKS} If it stays so, tell whoever looks after Ringback.",
        ),
        Trouble.UNTRUSTED: (
            "What {name} says cannot be trusted",
            "So nobody was signed in. Try again; if it stays so, tell whoever looks after Ringback.",
        ),
    }
)
STRANGER = "{name} knows you, but no user here has your mail address. Ask an admin of Ringback to add you."
UNVERIFIED = (
    "{name} does not say that your mail address is yours, so it lets nobody in here. Verify it there, or ask"
    " who looks after it."
)
ANOTHER = (
    "{name} has another account for you than the one with which you signed in first. If it changed, ask an"
    " admin of Ringback to clear the old one."
)
KEPT_OUT: Mapping[ProviderRefusal, tuple[str, str]] = MappingProxyType(
    {
        ProviderRefusal.STRANGER: ("You are no user here yet", STRANGER),
        ProviderRefusal.UNVERIFIED: ("Your mail address is not verified", UNVERIFIED),
        ProviderRefusal.ANOTHER: ("This is not the account that was used before", ANOTHER),
    }
)
BUSY = ("Many people are signing in just now", MAIL_WORKS)

log = logging.getLogger(__name__)


class ProviderDoor:
    """Sends people to the provider, and takes them in when they come back."""

    def __init__(self, desk: Desk, provider: Provider) -> None:
        """Take what pages work with, and the identity provider."""
        self._desk = desk
        self._provider = provider
        self._limit = RateLimit(RETURNS_PER_ADDRESS)
        self._room = threading.BoundedSemaphore(AT_ONCE)

    def leave(self) -> ResponseReturnValue:
        """Send somebody to the provider. Nothing is changed by it but their own cookie."""
        now, browser = self._desk.clock(), keep_browser()
        secrets = secrets_of(new_state(self._desk.installation.signer, browser, now), browser)
        return self._asking(
            lambda: self._provider.begin(secrets, now), lambda url: redirect(url, HTTPStatus.SEE_OTHER)
        )

    def come_back(self) -> ResponseReturnValue:
        """Sign in who comes back: the one GET that does, since it is the provider who leads here.

        Nothing of the address opens anything without the secret of the browser that was sent away.
        """
        desk, now, name = self._desk, self._desk.clock(), self._provider.name
        state, browser, code = request.args.get("state", ""), browser_secret(), request.args.get("code", "")
        if desk.me() is not None:
            return redirect(url_for("door.home"), HTTPStatus.SEE_OTHER)
        if not is_ours(desk.installation.signer, state, browser, now):
            advice = "It took too long, or began in another browser. Begin again here, and allow cookies."
            return _page("You were not signed in", advice, HTTPStatus.FORBIDDEN)
        issuer = request.args.get("iss", self._provider.issuer).rstrip("/")  # RFC 9207
        if not code or issuer != self._provider.issuer:
            advice = f"{name} sent you back without saying who you are. {MAIL_WORKS}"
            return _page("You were not signed in", advice, HTTPStatus.FORBIDDEN)
        if not self._limit.admits(network_of(request.remote_addr or "")):
            return _page(*BUSY, HTTPStatus.TOO_MANY_REQUESTS)
        secrets = secrets_of(state, browser)
        return self._asking(lambda: self._provider.finish(code, secrets, now), self._let_in)

    def _let_in(self, identity: Identity) -> ResponseReturnValue:
        desk, agent = self._desk, request.headers.get("User-Agent", "")
        with desk.database.writing() as writing:
            entered = enter_by_provider(writing, identity, agent, desk.clock())
            if isinstance(entered, Entered):
                leave_old(writing, desk)
        if isinstance(entered, Entered):
            return let_in(entered, desk.strength)
        heading, advice = KEPT_OUT[entered]
        return _page(heading, advice.format(name=self._provider.name), HTTPStatus.FORBIDDEN)

    def _asking(self, ask: Callable[[], T], then: Callable[[T], ResponseReturnValue]) -> ResponseReturnValue:
        """Ask the provider, if not too many do already, and go on with what it says."""
        if not self._room.acquire(blocking=False):
            return _page(*BUSY, HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            said = ask()
        except ProviderError as error:
            log.warning("signing in by the provider does not work: %s", error)
            heading, advice = OUT_OF_ORDER[error.trouble]
            heading = heading.format(name=self._provider.name)
            return _page(heading, advice, HTTPStatus.BAD_GATEWAY)
        finally:
            self._room.release()
        return then(said)


def _page(heading: str, advice: str, status: HTTPStatus) -> ResponseReturnValue:
    page = render_template("house/refused.html", heading=heading, advice=advice, button="Back to sign in")
    return page, status
