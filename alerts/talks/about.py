"""Which lost deal a talk is about, and with whom: what is out of reach is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from alerts.given import GIVEN_FOR
from alerts.models import FollowUp, Invitation, PostMortem
from alerts.plain import plain
from alerts.words import FollowUpKind
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
    """Find whom to talk with about a deal: who is invited, whom follow-up or post-mortem name, or the first.

    None: there is no such deal, or nobody in it is within reach. `lock` before anything of it is changed.
    """
    people = session.execute(
        select(Prospect, Account.name)
        .join(deal_prospects, deal_prospects.c.prospect_id == Prospect.id)
        .outerjoin(Account, Account.id == Prospect.account_id)
        .where(deal_prospects.c.deal_id == deal_id, within)
        .order_by(Prospect.id)
    ).all()
    if not people:
        return None
    wanted = (
        select(Deal, FollowUp, PostMortem.prospect_id, Invitation.prospect_id)
        .outerjoin(FollowUp, and_(FollowUp.deal_id == Deal.id, FollowUp.done_at.is_(None)))
        .outerjoin(PostMortem, PostMortem.deal_id == Deal.id)
        .outerjoin(Invitation, and_(Invitation.deal_id == Deal.id, _waits_for_them()))
        .where(Deal.id == deal_id)
    )
    if lock:
        # People before deals, as everybody locks them.
        ids = [person.id for person, _ in people]
        held = select(Prospect.id).where(Prospect.id.in_(ids)).order_by(Prospect.id)
        session.execute(held.with_for_update(key_share=True)).all()
        # Who plans follow-ups meanwhile refers to the deal, and must not wait for who waits for their turn.
        wanted = wanted.with_for_update(of=Deal, key_share=True).execution_options(populate_existing=True)
    found = session.execute(wanted).one_or_none()
    if found is None:  # it was taken away just now
        return None
    deal, with_whom, invited = found[0], found[2], found[3]
    follow_up: FollowUp | None = found[1]
    by_id = {person.id: (person, company) for person, company in people}
    named = (invited, follow_up.prospect_id if follow_up else None, with_whom)
    person, company = next((by_id[one] for one in named if one in by_id), by_id[people[0][0].id])
    return Talk(deal, person, plain(company or "", NAME_LENGTH), follow_up)


def _waits_for_them() -> ColumnElement[bool]:
    """Say of an appointment that a prospect has it, too: whoever is seen later, theirs it is."""
    stands = Invitation.cancelled_at.is_(None)
    return and_(Invitation.kind == FollowUpKind.POST_MORTEM, stands, Invitation.to_prospect)


def is_within(session: Session, deal_id: int, within: ColumnElement[bool]) -> bool:
    """Tell whether somebody in a deal is within reach."""
    wanted = (
        select(Prospect.id)
        .join(deal_prospects, deal_prospects.c.prospect_id == Prospect.id)
        .where(deal_prospects.c.deal_id == deal_id, within)
        .limit(1)
    )
    return session.scalar(wanted) is not None


def lost_deals_of(session: Session, prospect_id: int) -> Sequence[Deal]:
    """List the deals that somebody is in, as far as they were lost: the latest first."""
    return session.scalars(
        select(Deal)
        .join(deal_prospects, deal_prospects.c.deal_id == Deal.id)
        .where(deal_prospects.c.prospect_id == prospect_id, Deal.status == DealStatus.LOST)
        .order_by(Deal.closed_on.is_(None), Deal.closed_on.desc(), Deal.id.desc())
    ).all()
