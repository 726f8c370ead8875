"""Does what we depend on answer? Broker, mail server and the sites, each within seconds."""

from __future__ import annotations

import smtplib
import ssl
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from kombu.connection import Connection
from kombu.exceptions import KombuError

from tracker.doctor.finding import Finding, ill, mind, well

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.settings import Settings

T = TypeVar("T")

BROKER_WAIT_S = 2.0
SITE_WAIT_S = 3.0
SNIPPET_MARK = b"ringback/v1/visit"
"""What our script holds and no error page does."""
SNIPPET_BYTES = 64 * 1024
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def check_broker(url: str, wait_s: float = BROKER_WAIT_S) -> Finding:
    """Say whether the broker answers within `wait_s` seconds."""
    place = _without_password(url)
    late = ill(f"The broker {place} does not answer within {wait_s:g} seconds: is it the right address?")
    return within(wait_s, lambda: _broker(url, place, wait_s), late)


def check_smtp(settings: Settings) -> Finding:
    """Say whether the mail server greets us and accepts our login; no mail is sent."""
    place = f"{settings.smtp_host}:{settings.smtp_port}"
    late = ill(
        f"The mail server {place} does not get as far as a greeting and login within"
        f" {settings.smtp_deadline_s:g} seconds: check RINGBACK_SMTP_HOST, _PORT and _SECURITY."
    )
    return within(settings.smtp_deadline_s, lambda: _smtp(settings, place), late)


def serves_snippet(origin: str, wait_s: float = SITE_WAIT_S) -> bool:
    """Whether our script is there under the site's own host, as its own proxy would serve it."""
    return within(wait_s, lambda: _snippet_at(origin, wait_s), otherwise=False)


def within(seconds: float, work: Callable[[], T], otherwise: T) -> T:
    """Do the work on a thread, so that a server that drips its answer cannot hold us up."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001  (it is raised again where it is waited for)
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError:
        return otherwise


def _broker(url: str, place: str, wait_s: float) -> Finding:
    timeouts = {"socket_connect_timeout": wait_s, "socket_timeout": wait_s}
    try:
        connection = Connection(  # type: ignore[no-untyped-call]
            url, connect_timeout=wait_s, transport_options=timeouts
        )
        transport = connection.transport
    except (KombuError, ImportError, ValueError, KeyError) as error:
        return ill(f"RINGBACK_BROKER_URL is no broker's address ({error}): write e.g. redis://host/0.")
    try:
        # One attempt: `connect` would try again and again.
        transport.close_connection(transport.establish_connection())
    except (OSError, *transport.connection_errors, *transport.channel_errors) as error:
        return ill(f"The broker {place} cannot be used ({error}): start it, or check RINGBACK_BROKER_URL.")
    return well(f"The broker {place} answers.")


def _smtp(settings: Settings, place: str) -> Finding:
    try:
        with _greeted(settings) as server:
            if settings.smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
    except (OSError, smtplib.SMTPException) as error:
        return ill(f"The mail server {place} {_smtp_fault(error)}")
    unprotected = settings.smtp_password and settings.smtp_security == "none"
    if unprotected and settings.smtp_host not in LOCAL_HOSTS:
        return mind(
            f"The mail server {place} works, but our password travels in the clear:"
            " set RINGBACK_SMTP_SECURITY to starttls or tls."
        )
    return well(f"The mail server {place} greets us{' and accepts our login' if settings.smtp_user else ''}.")


def _smtp_fault(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"refuses our login ({error.smtp_code}): check RINGBACK_SMTP_USER and RINGBACK_SMTP_PASSWORD."
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"shows a certificate that cannot be trusted ({error.verify_message}):"
            " RINGBACK_SMTP_HOST must be the name on it."
        )
    if isinstance(error, ssl.SSLError):
        return "does not speak TLS that way: check RINGBACK_SMTP_SECURITY."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"lacks something ({error}): check RINGBACK_SMTP_SECURITY and RINGBACK_SMTP_USER."
    said = getattr(error, "strerror", None) or error
    return f"cannot be used ({said}): check RINGBACK_SMTP_HOST, _PORT and _SECURITY."


def _greeted(settings: Settings) -> smtplib.SMTP:
    host, port, timeout = settings.smtp_host, settings.smtp_port, settings.smtp_timeout_s
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=timeout)


def _snippet_at(origin: str, wait_s: float) -> bool:
    request = Request(f"{origin}/ringback.js", headers={"User-Agent": "ringback-check"})  # noqa: S310  (an admin's own http(s) origin)
    try:
        with urlopen(request, timeout=wait_s) as response:  # noqa: S310
            return SNIPPET_MARK in response.read(SNIPPET_BYTES)
    except (URLError, OSError, ValueError):
        return False


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
