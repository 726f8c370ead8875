"""One prospect within reach: what is out of reach is not there."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort
from sqlalchemy import select

from tracker.models import Account, Deal, Prospect, deal_prospects
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.web.me import Desk, Me


def person_in_reach(  # noqa: PLR0913  (who may do what to whom)
    session: Session, desk: Desk, me: Me, verb: Verb, thing: Thing, prospect_id: int, *, lock: bool = False
) -> Prospect:
    """Give the person, or answer 404; `lock` before anything of them is changed."""
    wanted = select(Prospect).where(Prospect.id == prospect_id, desk.scope(me, verb, thing).prospects())
    if lock:
        wanted = wanted.with_for_update(key_share=True, of=Prospect)
    person = session.scalar(wanted)
    if person is None:
        abort(HTTPStatus.NOT_FOUND)
    return person


def reaches(session: Session, desk: Desk, me: Me, prospect_id: int, verb: Verb = Verb.SEE) -> bool:
    """Whether this user may see that person, or do something else to them."""
    allowed = desk.scope(me, verb, Thing.PROSPECT).prospects()
    return session.scalar(select(Prospect.id).where(Prospect.id == prospect_id, allowed)) is not None


def deal_of(session: Session, person: Prospect, deal_id: int, *, lock: bool = False) -> Deal:
    """Give a deal of this person's, or answer 404."""
    wanted = (
        select(Deal)
        .join(deal_prospects, deal_prospects.c.deal_id == Deal.id)
        .where(deal_prospects.c.prospect_id == person.id, Deal.id == deal_id)
    )
    deal = session.scalar(wanted.with_for_update(of=Deal) if lock else wanted)
    if deal is None:
        abort(HTTPStatus.NOT_FOUND)
    return deal


def company_of(session: Session, person: Prospect) -> str:
    """Give the company's name; empty without one."""
    account = session.get(Account, person.account_id) if person.account_id else None
    return account.name if account else ""
