"""One person's own link, for a personal mail or a handwritten note, and the tokens behind their links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import select

from tracker.errors import PlainError
from tracker.links import tracked_url
from tracker.models import Token
from tracker.tokens import RENEW_SHARE, consents_on_record, token_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session

    from tracker.models import Prospect
    from tracker.signing import Signer

LISTED = 50
"""Tokens of one person that a page shows, the newest first."""
PATH_LENGTH = 1_000


class PageError(PlainError):
    """No link can lead there; the message says what to write."""


@dataclass(frozen=True, slots=True)
class OneToken:
    """A token of somebody's. Times are UTC."""

    issued_at: datetime
    ends_at: datetime
    revoked_at: datetime | None
    is_alive: bool


def page_of(origin: str, path: str) -> str:
    """Give the address of a page of a site.

    Raises:
        PageError: it leads elsewhere, or would break in a mail.

    """
    path = path.strip()
    if not path.startswith("/"):
        path = f"/{path}"
    url = f"{origin}{path}"
    stays = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" == origin
    if not stays or path.startswith("//") or not path.isprintable() or " " in path or "\\" in path:
        msg = "Write the page without the site and without spaces, like /pricing"
        raise PageError(msg)
    if len(path) > PATH_LENGTH:
        msg = f"Write at most {PATH_LENGTH} characters"
        raise PageError(msg)
    return url


def living_token(session: Session, prospect_id: int, now: datetime, max_age: timedelta) -> Token | None:
    """Give the token that links of this person carry, or None where one has to be made first."""
    return session.scalar(
        select(Token)
        .where(
            Token.prospect_id == prospect_id,
            Token.revoked_at.is_(None),
            Token.issued_at > now - (max_age - max_age / RENEW_SHARE),
        )
        .order_by(Token.issued_at.desc(), Token.id.desc())
        .limit(1)
    )


def link_of(session: Session, signer: Signer, token: Token, url: str, label: str) -> str:
    """Write the person's link to a page.

    Raises:
        tracker.links.LinkError: the address cannot carry a token.

    """
    agreed = bool(consents_on_record(session, [token.prospect_id]))
    return tracked_url(url, token_text(signer, token, consent=agreed), label)


def tokens_of(session: Session, person: Prospect, now: datetime, max_age: timedelta) -> Sequence[OneToken]:
    """List a person's tokens, the newest first."""
    rows = session.scalars(
        select(Token)
        .where(Token.prospect_id == person.id)
        .order_by(Token.issued_at.desc(), Token.id.desc())
        .limit(LISTED)
    )
    return [
        OneToken(
            row.issued_at,
            row.issued_at + max_age,
            row.revoked_at,
            row.revoked_at is None and row.issued_at + max_age > now,
        )
        for row in rows
    ]
