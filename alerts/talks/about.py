"""Which lost deal a talk is about, and with whom: what is out of reach is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from alerts.given import GIVEN_FOR
from alerts.models import FollowUp, PostMortem
from alerts.plain import plain
from tracker.models import Account, Deal, DealStatus, Prospect, deal_prospects
from tracker.people.rights import Reach

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.people.scope import Scope

NAME_LENGTH = 80
NAMELESS = "Somebody"


class Talk(NamedTuple):
    """A deal, the one of its people to talk with, and what is to be done about it."""

    deal: Deal
    person: Prospect
    company: str
    """Empty: none is known."""
    follow_up: FollowUp | None
    """What is to be done next; None: nothing."""

    @property
    def name(self) -> str:
        """What the person is called, in one line."""
        return plain(self.person.name or self.person.email or "", NAME_LENGTH) or NAMELESS

    @property
    def first_name(self) -> str:
        """As the CRM gives it apart; empty when it does not."""
        return plain(self.person.first_name, NAME_LENGTH)

    @property
    def what(self) -> str:
        """What the deal is called, in one line."""
        return plain(self.deal.title or self.deal.product, NAME_LENGTH) or "A deal without a name"

    @property
    def is_lost(self) -> bool:
        """It was not won or opened again meanwhile."""
        return self.deal.status is DealStatus.LOST


def people_within(scope: Scope, now: datetime) -> ColumnElement[bool]:
    """Say whom somebody may talk with: their own people, and those whom they stand in for lately."""
    if scope.is_all or scope.reach is Reach.NONE:
        return scope.each()
    for_them = and_(FollowUp.done_at.is_(None), FollowUp.user_id.in_(scope.users()))
    done_lately = and_(FollowUp.done_at > now - GIVEN_FOR, FollowUp.done_by.in_(scope.users()))
    theirs = select(FollowUp.id).where(FollowUp.prospect_id == Prospect.id, or_(for_them, done_lately))
    return or_(scope.each(), theirs.exists())


def find_talk(
    session: Session, deal_id: int, within: ColumnElement[bool], *, lock: bool = False
) -> Talk | None:
    """Find whom to talk with about a deal: whom the follow-up or the post-mortem names, else the first.

    None: there is no such deal, or nobody in it is within reach. `lock` before anything of it is changed.
    """
    people = session.scalars(
        select(Prospect)
        .join(deal_prospects, deal_prospects.c.prospect_id == Prospect.id)
        .where(deal_prospects.c.deal_id == deal_id, within)
        .order_by(Prospect.id)
    ).all()
    if not people:
        return None
    to_do = select(FollowUp).where(FollowUp.deal_id == deal_id, FollowUp.done_at.is_(None))
    follow_up = session.scalar(to_do)
    with_whom = session.scalar(select(PostMortem.prospect_id).where(PostMortem.deal_id == deal_id))
    person = _chosen(people, follow_up.prospect_id if follow_up else None, with_whom)
    wanted = select(Deal).where(Deal.id == deal_id)
    if lock:
        # People before deals, as everybody locks them.
        session.execute(select(Prospect.id).where(Prospect.id == person.id).with_for_update(key_share=True))
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    deal = session.scalar(wanted)
    if deal is None:  # it was taken away just now
        return None
    account = session.get(Account, person.account_id) if person.account_id else None
    return Talk(deal, person, plain(account.name, NAME_LENGTH) if account else "", follow_up)


def lost_deals_of(session: Session, prospect_id: int) -> Sequence[Deal]:
    """List the deals that somebody is in, as far as they were lost: the latest first."""
    return session.scalars(
        select(Deal)
        .join(deal_prospects, deal_prospects.c.deal_id == Deal.id)
        .where(deal_prospects.c.prospect_id == prospect_id, Deal.status == DealStatus.LOST)
        .order_by(Deal.closed_on.is_(None), Deal.closed_on.desc(), Deal.id.desc())
    ).all()


def _chosen(people: Sequence[Prospect], *wanted: int | None) -> Prospect:
    by_id = {person.id: person for person in people}
    return next((by_id[one] for one in wanted if one in by_id), people[0])
