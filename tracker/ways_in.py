"""Which of the stronger ways to sign in the settings allow. PURE."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

PORTS = {"http": 80, "https": 443}
HERE = re.compile(r"(.+\.)?localhost")
"""Names of this machine: browsers trust them without https."""
NEEDED = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
"""What makes up an identity provider; one of them alone is a mistake."""

NO_ISSUER = "is no provider's address; write one like https://login.example.com"


@dataclass(frozen=True, slots=True)
class Party:
    """Who a passkey is for: our host name, and the pages that may ask for it."""

    id: str
    origin: str


def party_of(base_url: str) -> Party | None:
    """Give the party of an address; None where browsers allow no passkeys: a bare number, or plain http."""
    try:
        parts = urlsplit(base_url)
        host, given_port = (parts.hostname or "").lower(), parts.port
    except ValueError:  # a setting that is refused anyway
        return None
    by_name = bool(host) and not _is_number(host)
    if not by_name or (parts.scheme != "https" and not HERE.fullmatch(host)):
        return None
    port = "" if given_port in (None, PORTS.get(parts.scheme)) else f":{given_port}"
    return Party(host, f"{parts.scheme}://{host}{port}")


def issuer_problem(address: str) -> str:
    """Say what is wrong with an issuer's address; empty: nothing."""
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return NO_ISSUER
    if usable and parts.hostname and not re.search(r"[\s?#@]", address):
        if parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname)):
            return ""
        if parts.scheme == "http":
            return "must begin with https://, or anybody on the way could sign in"
    return NO_ISSUER


def sign_in_problems(given: Mapping[str, object], base_url: str) -> list[str]:
    """List what of a way to sign in is missing, by the names of the settings."""
    missing = [name for name in NEEDED if not given.get(name)]
    named = [name for name in (*NEEDED, "oidc_name") if given.get(name)]
    problems = []
    if named and missing:
        problems = [f"{_spelled(name)}: is needed, since {_spelled(named[0])} is set" for name in missing]
    if given.get("sign_in") == "strong" and missing and party_of(base_url) is None:
        problems.append(
            f"{_spelled('sign_in')}: strong needs passkeys or an identity provider. For passkeys,"
            f" {_spelled('base_url')} must be https:// and a name; for a provider, set {_spelled(NEEDED[0])}"
        )
    return problems


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_here(host: str) -> bool:
    return ip_address(host).is_loopback if _is_number(host) else HERE.fullmatch(host) is not None


def _spelled(name: str) -> str:
    return f"RINGBACK_{name.upper()}"
