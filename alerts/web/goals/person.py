"""The person whom the tab is about: what they asked for, and the link that is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort
from sqlalchemy import exists, select

from alerts.content.addresses import page_of
from tracker.left_alone import kinds_of
from tracker.links import LinkError, tracked_url
from tracker.models import Account, Consent, Prospect
from tracker.personal_links import living_token
from tracker.tokens import token_text
from tracker.wishes import wishes_of
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from tracker.models import Site
    from tracker.signing import Signer
    from tracker.web.me import Desk, Me
    from tracker.words import Thing, Verb


@dataclass(frozen=True, slots=True)
class Link:
    """The address to send somebody."""

    url: str
    is_theirs: bool
    """It carries their token, so that their visit is recognised."""
    is_wanting: bool = False
    """It would be theirs if they had a token that lasts: one has to be made first."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody in reach, and how they may be turned to."""

    person: Prospect
    company: str
    wishes: Collection[SuppressionKind]
    token: str
    """The text that their links carry; empty: there is none that lasts, or there shall be none."""
    sites: Sequence[Site]

    @property
    def is_untracked(self) -> bool:
        """They asked not to be recognised."""
        return SuppressionKind.DO_NOT_TRACK in self.wishes

    @property
    def is_unsubscribed(self) -> bool:
        """They get no mail, but a personal note."""
        return SuppressionKind.UNSUBSCRIBED in self.wishes

    @property
    def may_mail(self) -> bool:
        """Whether a personal mail can be suggested."""
        return bool(self.person.email) and not self.is_unsubscribed

    def link_to(self, url: str) -> Link:
        """Write their link to a page of ours; a plain one to others, and where they are not tracked."""
        if page_of(url, self.sites) is None or self.is_untracked:
            return Link(url, is_theirs=False)
        if not self.token:
            return Link(url, is_theirs=False, is_wanting=True)
        try:
            return Link(tracked_url(url, self.token), is_theirs=True)
        except LinkError:  # an address of an older release's spelling
            return Link(url, is_theirs=False)


def asked_by(session: Session, signer: Signer, person: Prospect) -> frozenset[SuppressionKind]:
    """Give what somebody asked for, by their address or by what they told a rep."""
    return frozenset(wishes_of(session, signer, person.email or "")) | kinds_of(session, person.id)


def addressee(  # noqa: PLR0913, PLR0917  (who does what to whom)
    session: Session, desk: Desk, me: Me, verb: Verb, thing: Thing, prospect_id: int, sites: Sequence[Site]
) -> Addressee:
    """Give somebody in reach, or answer 404."""
    agreed = exists().where(Consent.prospect_id == Prospect.id, Consent.revoked_at.is_(None))
    found = session.execute(
        select(Prospect, Account.name, agreed)
        .outerjoin(Account, Account.id == Prospect.account_id)
        .where(Prospect.id == prospect_id, desk.scope(me, verb, thing).each())
    ).one_or_none()
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    person, company, has_agreed = found
    signer, now = desk.installation.signer, me.reader.now
    wishes = asked_by(session, signer, person)
    max_age = timedelta(days=desk.installation.settings.token_days)
    token = living_token(session, person.id, now, max_age)
    text = ""
    if token is not None and SuppressionKind.DO_NOT_TRACK not in wishes:
        text = token_text(signer, token, consent=has_agreed)
    return Addressee(person, company or "", wishes, text, sites)
