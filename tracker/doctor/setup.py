"""Is it set up for its work? Addresses, sites, people and imports, as the settings and tables say."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import phonenumbers
from sqlalchemy import func, select

from tracker.doctor.connections import LOCAL_HOSTS
from tracker.doctor.finding import Finding, ill, mind, well
from tracker.models import Deal, OwnerName, User
from tracker.sites import all_sites

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from tracker.models import Site
    from tracker.settings import Settings

OLD_IMPORT = timedelta(days=1)
"""Older deals may be open or won by now without our knowing."""
QUIET_SITE = timedelta(days=7)
IMPORT_DEFAULTS = ("currency", "phone_region", "time_zone")


def check_wording(settings: Settings) -> Iterator[Finding]:
    """Look at what only a person can know: addresses, company, defaults of imports."""
    home = urlsplit(settings.base_url)
    if home.hostname in LOCAL_HOSTS:
        yield mind(
            f"RINGBACK_BASE_URL is {settings.base_url}: links in mails open on this machine only. Set it to"
            " the address at which reps reach Ringback."
        )
    elif home.scheme != "https":
        yield mind(f"RINGBACK_BASE_URL is {settings.base_url}: without https, what reps do can be read.")
    if parseaddr(settings.mail_from)[1].endswith("@localhost"):
        yield mind("RINGBACK_MAIL_FROM is at localhost, which mail servers refuse: set an address of yours.")
    if not settings.company:
        yield mind("RINGBACK_COMPANY is not set: the opener in alerts cannot say who calls.")
    if settings.phone_region not in phonenumbers.SUPPORTED_REGIONS:
        hint = " (the United Kingdom is GB)" if settings.phone_region == "UK" else ""
        yield ill(f"RINGBACK_PHONE_REGION={settings.phone_region} is no country{hint}: numbers stay unread.")
    unset = [name for name in IMPORT_DEFAULTS if name not in settings.model_fields_set]
    if unset:
        said = ", ".join(f"RINGBACK_{name.upper()} ({getattr(settings, name)})" for name in unset)
        yield mind(f"Imports that do not say otherwise use defaults nobody chose: set {said}.")


def check_sites(
    session: Session, settings: Settings, now: datetime, serves_snippet: Callable[[str], bool]
) -> Iterator[Finding]:
    """Look at each site: is its snippet heard, and is the endpoint under the site's own host?"""
    sites = all_sites(session)
    if not sites:
        yield mind(
            "There is no site yet: `ringback site add https://www.example.com` gives the tag to paste."
        )
    for site in sites:
        yield _heard(site, now)
        yield from _own_host(site, settings, serves_snippet)


def check_people(session: Session) -> Iterator[Finding]:
    """Look whether there is somebody to tell, and whether owners' names are known."""
    users = session.scalar(select(func.count()).where(User.left_at.is_(None))) or 0
    if users:
        yield well(f"Users: {users}.")
    else:
        yield mind("There is no user, so nobody is told: `ringback user add NAME EMAIL`.")
    unmapped = session.scalar(select(func.count()).where(OwnerName.user_id.is_(None))) or 0
    if unmapped:
        yield mind(f"Owners' names that belong to nobody here: {unmapped}. `ringback owners` lists them.")


def check_imports(session: Session, now: datetime) -> Iterator[Finding]:
    """Look at how old the deals are."""
    latest = session.scalar(select(func.max(Deal.imported_at)))
    if latest is None:
        yield mind("There is no deal yet: `ringback import FILE`.")
    elif now - latest > OLD_IMPORT:
        hours = int((now - latest) / timedelta(hours=1))
        age = f"{hours} hours" if hours < 48 else f"{hours // 24} days"  # noqa: PLR2004  (two days)
        yield mind(f"The last import is {age} old; deals may be open or won by now: import again.")
    else:
        yield well(f"The last import was on {latest:%Y-%m-%d %H:%M} UTC.")


def _heard(site: Site, now: datetime) -> Finding:
    if site.seen_at is None:
        return mind(
            f"{site.name}: no known browser was seen yet. Is the tag in its pages? `ringback site tag"
            f" {site.origins[0]}`"
        )
    if now - site.seen_at > QUIET_SITE:
        return mind(
            f"{site.name}: the last known browser was seen on {site.seen_at:%Y-%m-%d}. Is the tag there?"
        )
    return well(f"{site.name}: the snippet is heard.")


def _own_host(site: Site, settings: Settings, serves_snippet: Callable[[str], bool]) -> Iterator[Finding]:
    home = urlsplit(settings.base_url).hostname
    foreign = [
        origin for origin in site.origins if urlsplit(origin).hostname != home and not serves_snippet(origin)
    ]
    if foreign:
        yield mind(
            f"{site.name}: {', '.join(foreign)} does not serve /ringback.js itself, so Safari forgets"
            " browsers after 7 days. Let the site's own server pass /ringback.js and /ringback/ on to us."
        )
    else:
        yield well(f"{site.name}: the endpoint is under the site's own host.")
