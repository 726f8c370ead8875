"""What a list tells of each prospect: read from their rows as they are now, whatever the order knew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.among import among
from tracker.ingest.intent import HALF_LIFE
from tracker.listing import LATEST_VISIT, fades, left_of
from tracker.models import Account, Deal, Listing, OwnerName, Prospect, Visit
from tracker.suppression import suppressed_kinds
from tracker.tags import tags_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime, timedelta

    from sqlalchemy.orm import Session

    from tracker.people.scope import Scope
    from tracker.signing import Signer
    from tracker.words import LossOutcome, ReasonKind, SuppressionKind


@dataclass(frozen=True, slots=True)
class Listed:
    """A prospect in a list, with the latest lost deal."""

    id: int
    name: str
    email: str
    job_title: str
    account_id: int | None
    company: str
    deal: str
    """What the deal is called; empty where there is none, or it has no name."""
    value_minor: int | None
    currency: str
    lost_on: date | None
    outcome: LossOutcome | None
    reason_kind: ReasonKind | None
    reason: str
    competitor: str
    owner: str
    """As the CRM writes the name."""
    seen_at: datetime | None
    """When a person's visit ended last."""
    intent: int
    """What is left of that visit's, 0 to 100."""
    wishes: tuple[SuppressionKind, ...]
    tags: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """What they are called by: there is always something."""
        return self.name or self.email or "No name"


_ROWS = (
    select(
        Prospect.id,
        Prospect.name,
        Prospect.email,
        Prospect.job_title,
        Prospect.account_id,
        Account.name.label("company"),
        Deal.title,
        Deal.product,
        Deal.value_minor,
        Deal.currency,
        Deal.closed_on,
        Deal.outcome,
        Deal.reason_kind,
        Deal.reason,
        Deal.competitor,
        OwnerName.name.label("owner"),
        Visit.last_at,
        Visit.intent,
    )
    .join(Listing, Listing.prospect_id == Prospect.id)
    .outerjoin(Account, Account.id == Prospect.account_id)
    .outerjoin(Deal, Deal.id == Listing.deal_id)
    .outerjoin(OwnerName, OwnerName.id == Listing.owner_name_id)
    .outerjoin(Visit, Visit.id == LATEST_VISIT)
    .where(among(Prospect.id, "ids"))
)


def listed(
    session: Session,
    signer: Signer,
    ids: Sequence[int],
    scope: Scope,
    now: datetime,
    half_life: timedelta = HALF_LIFE,
) -> tuple[Listed, ...]:
    """Give these prospects in this order; who was erased, or went out of reach meanwhile, is left out."""
    if not ids:
        return ()
    found = {row.id: row for row in session.execute(_ROWS.where(scope.each()), {"ids": list(ids)})}
    rows = [found[number] for number in ids if number in found]
    wishes = suppressed_kinds(session, signer, [row.email for row in rows if row.email])
    tags = tags_of(session, list(found))
    return tuple(
        Listed(
            id=row.id,
            name=row.name,
            email=row.email or "",
            job_title=row.job_title,
            account_id=row.account_id,
            company=row.company or "",
            deal=row.title or row.product or "",
            value_minor=row.value_minor,
            currency=row.currency or "",
            lost_on=row.closed_on,
            outcome=row.outcome,
            reason_kind=row.reason_kind,
            reason=row.reason or "",
            competitor=row.competitor or "",
            owner=row.owner or "",
            seen_at=row.last_at,
            intent=left_of(fades(row.intent, row.last_at, half_life), now, half_life) if row.last_at else 0,
            wishes=tuple(sorted(wishes.get(row.email or "", ()))),
            tags=tags.get(row.id, ()),
        )
        for row in rows
    )
