"""Where a stronger way to sign in is required (S8, ASVS 6.3.3): whom a mailed link still lets in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, or_, select

from tracker.models import Passkey, ProviderAccount
from tracker.words import WayIn

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.settings import Settings

STRONG = frozenset({WayIn.PASSKEY, WayIn.PROVIDER})
"""A passkey is two factors by itself: the device, and what unlocks it. The provider sees to its own."""


@dataclass(frozen=True, slots=True)
class Strength:
    """What is asked of those who sign in."""

    is_required: bool
    issuer: str
    """Of the identity provider; empty: there is none."""

    @classmethod
    def of(cls, settings: Settings) -> Strength:
        """Read it from the settings."""
        return cls(settings.sign_in == "strong", settings.oidc_issuer.rstrip("/"))

    def is_enough(self, way: WayIn) -> bool:
        """Whether who came in that way may see the pages."""
        return not self.is_required or way in STRONG

    def has_stronger_way(self, session: Session, user_id: int) -> bool:
        """Whether a user can sign in without a mailed link."""
        passkey = exists().where(Passkey.user_id == user_id)
        account = exists().where(ProviderAccount.user_id == user_id, ProviderAccount.issuer == self.issuer)
        return bool(session.scalar(select(or_(passkey, account))))

    def may_enrol(self, session: Session, user_id: int, way: WayIn) -> bool:
        """Whether who came in that way may add a passkey, and nothing else.

        The first time, or by an address of the terminal: that is for who lost theirs.
        """
        return way is WayIn.TERMINAL or not self.has_stronger_way(session, user_id)


ANY_WAY = Strength(is_required=False, issuer="")
