"""The company's own sites: their origins, their keys, and the tag that goes into their pages."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import select, text

from tracker.errors import PlainError
from tracker.links import check_param
from tracker.models import ConsentSource, Site
from tracker.signing import new_key
from tracker.topics import seed_topic_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

HIDDEN_PATH = "/ringback/v1/more"
"""Where the link leads that no person meets; see `tracker/ingest/honeypot.py`."""
KEY_LENGTH = 10
"""Letters and digits of a site's key; it is public, so it only has to be unique."""
DEFAULT_PORTS = {"http": 80, "https": 443}


class SiteError(PlainError):
    """A site cannot be added or found as asked."""


@dataclass(frozen=True, slots=True)
class SiteWishes:
    """What an admin says of a new site; an empty name means that of its first host."""

    origins: tuple[str, ...]
    name: str = ""
    consent_source: ConsentSource = ConsentSource.API
    legal_basis: str = "consent"
    query_names: tuple[str, ...] = ()
    """Of addresses that are stored; all other queries are cut off."""


def normal_origin(text: str) -> str:
    """Spell an origin as browsers do: scheme, lower-case host (xn-- where needed), port unless default.

    Raises:
        SiteError: it is no origin; the message says what to write.

    """
    parts = _split(text)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        host = text.strip().lower().removeprefix("//").partition("/")[0] or "www.example.com"
        scheme_missing = not parts.scheme or parts.scheme not in DEFAULT_PORTS
        example = host if scheme_missing and "." in host and ":" not in host else "www.example.com"
        msg = f"{text!r} is no site's address; write it with its scheme, e.g. https://{example}"
        raise SiteError(msg)
    origin = _spelled(parts)
    if parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        msg = f"{text!r} says more than the site: write {origin}"
        raise SiteError(msg)
    return origin


def origin_of(url: str) -> str:
    """Give the origin of a page's address.

    Raises:
        SiteError: the address has none.

    """
    parts = _split(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        msg = f"{url!r} is no page's address; write all of it, e.g. https://www.example.com/pricing"
        raise SiteError(msg)
    return _spelled(parts)


def add_site(session: Session, wishes: SiteWishes) -> Site:
    """Add a site; the first one brings the default topics along.

    Raises:
        SiteError: an origin is none, or belongs to a site already.

    """
    origins = _free_origins(session, wishes.origins)
    seed_topic_rules(session)
    site = Site(key=new_key(KEY_LENGTH))
    _fill(site, origins, wishes)
    session.add(site)
    session.flush()
    return site


def change_site(session: Session, site: Site, wishes: SiteWishes) -> None:
    """Change what is said of a site; its key stays, so tags that were pasted go on working.

    Raises:
        SiteError: an origin is none, or belongs to another site.

    """
    _fill(site, _free_origins(session, wishes.origins, but=site.id), wishes)


def all_sites(session: Session) -> Sequence[Site]:
    """Give all sites, oldest first."""
    return session.scalars(select(Site).order_by(Site.id)).all()


def site_with(session: Session, url: str) -> Site:
    """Find the site that a page (or an origin) belongs to.

    Raises:
        SiteError: it belongs to none; the message lists the origins there are.

    """
    origin = origin_of(url)
    sites = all_sites(session)
    for site in sites:
        if origin in site.origins:
            return site
    raise SiteError(_unknown(origin, sites))


def hidden_link(base_url: str) -> str:
    """Write the link that no person meets, for the end of the site's pages: who follows it is a program.

    `base_url` as with `script_tag`.
    """
    address = html.escape(f"{base_url}{HIDDEN_PATH}")
    return f'<a href="{address}" hidden tabindex="-1" rel="nofollow">More</a>'


def script_tag(site: Site, base_url: str, param: str = "rb") -> str:
    """Write the tag that goes into the head of the site's pages, before every other script.

    `base_url` is where Ringback is reached; empty where the site's own server passes the paths on.

    Raises:
        tracker.links.LinkError: `param` is no name.

    """
    check_param(param)
    values = {
        "src": f"{base_url}/ringback.js",
        "data-site": site.key,
        "data-consent": str(site.consent_source),
    }
    if param != "rb":
        values["data-param"] = param
    attributes = " ".join(f'{name}="{html.escape(value)}"' for name, value in values.items())
    return f"<script {attributes}></script>"


def _free_origins(session: Session, written: Iterable[str], but: int | None = None) -> list[str]:
    origins = list(dict.fromkeys(normal_origin(origin) for origin in written))
    if not origins:
        msg = "A site needs at least one address, e.g. https://www.example.com"
        raise SiteError(msg)
    _hold(session)
    for other in all_sites(session):
        taken = sorted(set(origins) & set(other.origins)) if other.id != but else ()
        if taken:
            msg = f"{taken[0]} belongs to the site {other.name} already; `ringback site list` shows them all"
            raise SiteError(msg)
    return origins


def _hold(session: Session) -> None:
    """Be the only one who adds or changes sites until the transaction ends; nobody who reads them waits.

    Origins are lists, so no constraint keeps two sites from the same one. SQLite has but one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE {Site.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def _fill(site: Site, origins: list[str], wishes: SiteWishes) -> None:
    site.name = _one_line(wishes.name) or urlsplit(origins[0]).netloc
    site.origins = origins
    site.query_names = list(wishes.query_names)
    site.consent_source = wishes.consent_source
    site.legal_basis = wishes.legal_basis.strip()


def _one_line(text: str) -> str:
    return "".join(character for character in " ".join(text.split()) if character.isprintable())


def _unknown(origin: str, sites: Iterable[Site]) -> str:
    origins = [known for site in sites for known in site.origins]
    if not origins:
        return f"There is no site yet: add yours with `ringback site add {origin}`"
    return (
        f"{origin} is none of your sites ({', '.join(origins)}); links only work where the tag is:"
        f" add it with `ringback site add {origin}`"
    )


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text.strip())
        _ = parts.port  # reading it checks it
    except ValueError as error:
        msg = f"{text!r} is no address: {error}"
        raise SiteError(msg) from error
    return parts


def _spelled(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower().rstrip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError as error:
            msg = f"{host!r} is no host's name"
            raise SiteError(msg) from error
    if not host or any(character.isspace() or character in "<>\"'`*,;%" for character in host):
        msg = f"{parts.netloc!r} is no host's name; write one address of one site"
        raise SiteError(msg)
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
