"""Whether a Content Security Policy lets the snippet load and report. PURE.

Follows CSP Level 3 as far as it concerns a script by its address and a request to a host; where several
policies stand, each must allow it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

Policy = Mapping[str, Sequence[str]]
"""Source expressions by directive, as they were written."""
FALLBACKS = {
    "script-src-elem": ("script-src-elem", "script-src", "default-src"),
    "connect-src": ("connect-src", "default-src"),
}
DEFAULT_PORTS = {"http": 80, "https": 443}
WEB = frozenset({"http", "https"})


def read_policies(texts: Sequence[str]) -> list[Policy]:
    """Read the values of headers (or `<meta>`); of a directive that stands twice the first counts."""
    policies: list[Policy] = []
    for text in texts:
        for one in text.split(","):
            policy: dict[str, Sequence[str]] = {}
            for directive in one.split(";"):
                name, *sources = directive.split()[:200] or [""]
                if name:
                    policy.setdefault(name.lower(), sources)
            if policy:
                policies.append(policy)
    return policies


def allows(policies: Sequence[Policy], directive: str, url: str, page: str, nonce: str = "") -> bool:
    """Whether every policy of a page lets it use an address; `nonce` is the tag's own."""
    return all(_allows(policy, directive, url, page, nonce) for policy in policies)


def directive_in_force(policy: Policy, directive: str) -> str:
    """Name the directive that decides here; empty: none does, and everything is allowed."""
    return next((name for name in FALLBACKS[directive] if name in policy), "")


def _allows(policy: Policy, directive: str, url: str, page: str, nonce: str) -> bool:
    name = directive_in_force(policy, directive)
    if not name:
        return True
    sources = policy[name]
    if directive == "script-src-elem":
        if nonce and f"'nonce-{nonce}'" in sources:
            return True
        if "'strict-dynamic'" in sources:  # lists of hosts do not count beside it
            return False
    return any(_matches(source, url, page) for source in sources)


def _matches(source: str, url: str, page: str) -> bool:
    wanted, own = urlsplit(url), urlsplit(page)
    if source == "*":
        return wanted.scheme in WEB or wanted.scheme == own.scheme
    if source.lower() == "'self'":
        return _same_host(wanted.netloc, wanted.scheme, own.netloc, own.scheme)
    if source.startswith("'"):
        return False
    if source.endswith(":") and "/" not in source:
        scheme = source[:-1].lower()
        return wanted.scheme == scheme or (scheme == "http" and wanted.scheme == "https")
    return _host_matches(source, url, own.scheme)


def _host_matches(source: str, url: str, page_scheme: str) -> bool:
    wanted = urlsplit(url)
    scheme, found, rest = source.rpartition("://")
    asked = urlsplit(f"//{rest}")
    schemes = {scheme.lower() if found else page_scheme}
    if "http" in schemes:
        schemes.add("https")
    if wanted.scheme not in schemes:
        return False
    try:
        port, asked_port = wanted.port, None if asked.netloc.endswith(":*") else asked.port
    except ValueError:
        return False
    actual = port or DEFAULT_PORTS.get(wanted.scheme)
    if not asked.netloc.endswith(":*") and actual != (asked_port or DEFAULT_PORTS.get(wanted.scheme)):
        return False
    host = asked.netloc.partition(":")[0].lower()
    named = (wanted.hostname or "").lower()
    if not (named.endswith(host[1:]) if host.startswith("*.") else named == host):
        return False
    return not asked.path or (
        wanted.path.startswith(asked.path) if asked.path.endswith("/") else wanted.path == asked.path
    )


def _same_host(netloc: str, scheme: str, own_netloc: str, own_scheme: str) -> bool:
    if netloc.lower() != own_netloc.lower():
        return False
    return scheme == own_scheme or (own_scheme == "http" and scheme == "https")
