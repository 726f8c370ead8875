"""What a mailing may say of the earlier conversation, as fields for the mailing service; and their own links.

Nothing is invented: what the CRM leaves blank is blank here. A reason is said by its kind, in words that go
into a sentence, since what a rep wrote of somebody is not for that person's eyes.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from tracker.among import among
from tracker.models import Deal, Goal, Listing, OwnerName, User
from tracker.preferences import PATH, sign_address
from tracker.suppression import email_hash
from tracker.words import GoalKind, ReasonKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.mailing_list import Recipient
    from tracker.signing import Signer

EARLIER = ("lost_reason", "lost_product", "lost_month", "rep", "rep_name")
COMPETITOR = "competitor"
"""Only where somebody wants it: a mail that names who won reads like a file on its reader."""
TOPIC = "topic"
"""Of a goal of theirs, or an interest."""
THEIR_LINKS = ("preferences", "unsubscribe")
REASONS: Mapping[str, str] = MappingProxyType(
    {
        ReasonKind.PRICE: "the price",
        ReasonKind.FEATURE: "something that was missing",
        ReasonKind.COMPETITOR: "another supplier",
        ReasonKind.TIMING: "the timing",
        ReasonKind.NO_DECISION: "no decision at the time",
        ReasonKind.RELATIONSHIP: "how we worked together",
        ReasonKind.SUPPORT: "our support",
    }
)
"""As in: it was … then. What is something else says nothing."""
_LOSSES = (
    select(
        Listing.prospect_id,
        Listing.reason_kind,
        Listing.lost_day,
        Deal.product,
        # Whom they know: the user behind the owner, or as the CRM names one; nobody who has left.
        case((User.left_at.is_not(None), ""), else_=func.coalesce(User.name, OwnerName.name, "")),
        Deal.competitor,
    )
    .outerjoin(Deal, Deal.id == Listing.deal_id)
    .outerjoin(OwnerName, OwnerName.id == Listing.owner_name_id)
    .outerjoin(User, User.id == OwnerName.user_id)
    .where(among(Listing.prospect_id, "ids"))
)
_GOALS = (
    select(Goal.prospect_id, Goal.topic)
    .where(among(Goal.prospect_id, "ids"), Goal.topic != "", Goal.ended_at.is_(None))
    # The last one counts: goals go before interests, younger ones before older ones.
    .order_by(Goal.kind == GoalKind.GOAL, Goal.at, Goal.id)
)


class MergeFields:
    """Writes the fields of each recipient."""

    def __init__(self, signer: Signer, base_url: str, *, competitor: bool = False) -> None:
        """Take what signs their links, where their pages are, and whether to say who won."""
        self._signer = signer
        self._home = f"{base_url}{PATH}"
        self._competitor = competitor
        told = (*EARLIER, COMPETITOR) if competitor else EARLIER
        self._unknown = ("",) * len(told)
        self.headings = (*told, TOPIC, *THEIR_LINKS)

    def of(self, session: Session, people: Sequence[Recipient], now: datetime) -> Mapping[int, Sequence[str]]:
        """Give the fields of these people, in the order of `headings`; `now` is when their links begin."""
        ids = {"ids": [person.prospect_id for person in people]}
        earlier = {
            number: self._earlier(reason, day, product, rep, competitor)
            for number, reason, day, product, rep, competitor in session.execute(_LOSSES, ids)
        }
        topics: dict[int, str] = dict(session.execute(_GOALS, ids).all())
        return {
            one.prospect_id: (
                *earlier.get(one.prospect_id, self._unknown),
                topics.get(one.prospect_id, ""),
                *self._links(one.email, now),
            )
            for one in people
        }

    def _earlier(
        self, reason: str, lost_day: int, product: str | None, rep: str, competitor: str | None
    ) -> tuple[str, ...]:
        told = (REASONS.get(reason, ""), product or "", _month(lost_day), rep.partition(" ")[0], rep)
        return (*told, competitor or "") if self._competitor else told

    def _links(self, email: str, now: datetime) -> tuple[str, str]:
        page = f"{self._home}/{sign_address(self._signer, email_hash(self._signer, email), now)}"
        return page, f"{page}/unsubscribe"


@lru_cache(maxsize=4_000)
def _month(lost_day: int) -> str:
    """Name the month of a day by its number in lists (`tracker.listing`); blank where none is known."""
    return f"{date.fromordinal(lost_day):%B %Y}" if lost_day else ""
