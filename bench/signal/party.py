"""Who is mailed: made-up prospects with consent on record, an account, a lost deal and a rep each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from demo.crowd import invite
from tracker.campaigns import ensure_campaign
from tracker.consent import Proof, record
from tracker.mailing_list import Link, LinkWriter
from tracker.models import Prospect
from tracker.sites import SiteWishes, add_site

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.installation import Installation

CAMPAIGN = "signal"


@dataclass(frozen=True, slots=True)
class Guest:
    """One of them."""

    prospect_id: int
    token: str
    """As it stands in the links of the campaign, its label behind it."""
    rep: str
    """The address of the rep who is told of them, and of nobody else."""


@dataclass(frozen=True, slots=True)
class Party:
    """All of them, and the site that they are mailed about."""

    site_key: str
    origin: str
    guests: tuple[Guest, ...]


def mail(session: Session, installation: Installation, count: int, origin: str, now: datetime) -> Party:
    """Write `count` people and one campaign that leads to the site at `origin`."""
    _, visitors = invite(session, installation, count, now)
    site_key = add_site(session, SiteWishes((origin,), "Signal")).key
    ensure_campaign(session, CAMPAIGN, f"{origin}/", now)
    people = session.execute(select(Prospect.id, Prospect.email).order_by(Prospect.id)).all()
    proofs = [Proof(email or "", "1", "made up", now) for _, email in people]
    record(session, installation.signer, proofs, now)
    writer = LinkWriter(installation.signer, timedelta(days=installation.settings.token_days))
    links = writer.links(session, [number for number, _ in people], f"{origin}/", CAMPAIGN, now)
    guests = tuple(
        Guest(number, _claim(links[number]), visitor.rep)
        for (number, _), visitor in zip(people, visitors, strict=True)
    )
    return Party(site_key, origin, guests)


def become_colleagues(session: Session, guests: tuple[Guest, ...]) -> None:
    """Let these people be of one account: the first one's."""
    first, *others = [session.get_one(Prospect, guest.prospect_id) for guest in guests]
    for other in others:
        other.account_id = first.account_id


def _claim(link: Link) -> str:
    """Give what the snippet reads in the address."""
    return f"{link.token}~{CAMPAIGN}"
