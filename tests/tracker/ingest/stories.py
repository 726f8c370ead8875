"""What the stories of the ingest share: a site, Dana with a token, and requests as the snippet sends them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from tests.builders import (
    NOON,
    add_account,
    add_campaign,
    add_deal,
    add_owner_name,
    add_prospect,
    add_site,
    add_token,
    add_user,
)
from tracker.ingest.drops import seed_drops
from tracker.installation import Installation
from tracker.links import LinkToken
from tracker.models import Role
from tracker.settings import Settings
from tracker.signing import Signer
from tracker.topics import seed_topic_rules

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.models import Prospect

KEYS = ("k" * 16 + "e" * 16 + "y",)
PERSON = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
ORIGIN = "https://www.northwind.example"

_serial = count(1)


@dataclass(frozen=True, slots=True)
class Dana:
    """A lost prospect of Brightwell, owned by Sam, with the token that stands in her mails."""

    prospect_id: int
    account_id: int
    user_id: int
    token: str


@dataclass(frozen=True, slots=True)
class Setting:
    """An installation with one site, and its key."""

    installation: Installation
    site: str


def set_up(database: Database, settings: Settings | None = None, signer: Signer | None = None) -> Setting:
    """Make a site, the default topics and the drop counters."""
    installation = Installation(settings or Settings(), database, signer or Signer(KEYS))
    with database.writing() as session:
        seed_drops(session)
        seed_topic_rules(session)
        add_campaign(session, "spring-26")
        site = add_site(session, origins=[ORIGIN])
    return Setting(installation, site.key)


def add_dana(setting: Setting, name: str = "Dana Ortiz", account: str = "Brightwell", **user: object) -> Dana:
    """Add a lost prospect with owner, deal and token."""
    around_the_clock = {"hours_start": 0, "hours_end": 1440, "work_days": "1234567"} | user
    with setting.installation.database.writing() as session:
        sam = add_user(session, "Sam Reed", role=Role.REP, **around_the_clock)
        owner = add_owner_name(session, sam)
        company = add_account(session, account, owner)
        person = add_prospect(session, company, name)
        add_deal(session, person, owner=owner)
        return Dana(person.id, company.id, sam.id, token_of(setting, session, person))


def token_of(
    setting: Setting, session: Session, prospect: Prospect, *, consent: bool = False, at: datetime = NOON
) -> str:
    """Write a prospect's token."""
    row = add_token(session, prospect, issued_at=at - timedelta(days=1))
    return LinkToken(row.key, consent, row.issued_at).text(setting.installation.signer)


def hit_id() -> str:
    """Make an id as a browser would."""
    return f"hit-{next(_serial):020d}"


def view(url: str = f"{ORIGIN}/", **keys: object) -> dict[str, object]:
    """A page view, as the snippet sends it."""
    return {"id": hit_id(), "kind": "view", "url": url, "title": "Northwind"} | keys


def engagement(view: dict[str, object], **keys: object) -> dict[str, object]:
    """What a person at the page shows: seven seconds, a tap after three."""
    return view | {"kind": "engagement", "visible": 7_000, "first": 3_000, "last": 3_000} | keys


def body(setting: Setting, *hits: dict[str, object], **keys: object) -> bytes:
    """A request's body."""
    return json.dumps({"site": setting.site, "hits": hits} | keys).encode()
