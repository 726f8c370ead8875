"""Follow-ups that are due: what lost deals ask for by themselves, without a visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import String, cast, func, or_, select

from alerts.briefing.known import KnownDeal
from alerts.briefing.local_time import local_time, read_phone
from alerts.briefing.lost import lost
from alerts.briefing.since import renewal
from alerts.followups.cadence import RENEWAL_AHEAD
from alerts.models import FollowUp
from alerts.plain import plain, sentence
from alerts.today.lead import NAMELESS, in_a_line
from alerts.today.look import NAME_LENGTH
from tracker.models import Account, Deal, LeftAlone, OwnerName, Prospect, User
from tracker.renewal import next_renewal
from tracker.segments.asked import has_asked
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement

    from alerts.briefing.facts import Phone
    from alerts.today.look import Look
    from alerts.words import FollowUpKind

MOST_DUE = 20
"""Shown, the oldest promise first; a rep gets three check-ins a day. The others are counted."""

_ORDER = (FollowUp.agreed.desc(), FollowUp.due_on, FollowUp.id)


@dataclass(frozen=True, slots=True)
class Due:
    """A follow-up for today, or one that has waited."""

    follow_up_id: int
    deal_id: int
    kind: FollowUpKind
    prospect_id: int
    account_id: int | None
    name: str
    company: str
    job_title: str
    deal: str
    renewal: str
    """When the winner's contract renews, where that is near."""
    phone: Phone | None
    clock: str
    on: date
    agreed: bool
    whose: str
    """The rep's name; empty: nobody's."""
    no_calls: bool
    """They asked not to be called; one may write."""


class _Row(NamedTuple):
    follow_up: FollowUp
    person: Prospect
    deal: Deal
    owner: OwnerName | None
    company: str | None
    whose: str | None
    no_calls: bool


def due(look: Look) -> tuple[tuple[Due, ...], int]:
    """Give what these users are to do today, and how many more there are. One query."""
    today = look.now.astimezone(look.zone).date()
    first = (
        select(FollowUp.id, func.count().over().label("number"))
        .where(
            FollowUp.done_at.is_(None),
            FollowUp.due_on <= today,
            FollowUp.user_id.in_(look.scope.users()),
        )
        .order_by(*_ORDER)
        .limit(MOST_DUE)
        .subquery()
    )
    rows = look.session.execute(
        select(
            FollowUp,
            Prospect,
            Deal,
            OwnerName,
            Account.name,
            User.name,
            or_(has_asked((SuppressionKind.DO_NOT_CALL,)), _told_a_rep()),
            first.c.number,
        )
        .join(first, first.c.id == FollowUp.id)
        .join(Prospect, Prospect.id == FollowUp.prospect_id)
        .join(Deal, Deal.id == FollowUp.deal_id)
        .outerjoin(OwnerName, OwnerName.id == Deal.owner_name_id)
        .outerjoin(Account, Account.id == Prospect.account_id)
        .outerjoin(User, User.id == FollowUp.user_id)
        .order_by(*_ORDER)
    ).all()
    found = tuple(_due(look, _Row(*row[:-1])) for row in rows)
    return found, (rows[0][-1] if rows else 0) - len(rows)


def _told_a_rep() -> ColumnElement[bool]:
    """Say that they asked a rep for no calls: who has no address is known by that mark alone."""
    named = cast(LeftAlone.kinds, String).contains(f'"{SuppressionKind.DO_NOT_CALL}"', autoescape=True)
    return select(LeftAlone.id).where(LeftAlone.prospect_id == Prospect.id, named).exists()


def _renewal(look: Look, deal: Deal) -> str:
    """Say when it renews, where that is why to turn to them now."""
    today = look.now.astimezone(look.zone).date()
    terms = look.installation.rules.points(look.session).terms
    coming = next_renewal(deal.outcome, deal.closed_on, deal.renewal_on, today, terms.of(deal.product))
    return sentence(renewal(deal, today, terms)) if coming and coming.on - today <= RENEWAL_AHEAD else ""


def _due(look: Look, row: _Row) -> Due:
    one, person = row.follow_up, row.person
    phone = read_phone(person.phone, person.country, look.installation.settings.phone_region)
    clock = local_time(person.time_zone, phone, person.country, look.now)
    deals = [KnownDeal(row.deal, row.owner, theirs=True)]
    return Due(
        follow_up_id=one.id,
        deal_id=one.deal_id,
        kind=one.kind,
        prospect_id=person.id,
        account_id=person.account_id,
        name=plain(person.name or person.email or "", NAME_LENGTH) or NAMELESS,
        company=plain(row.company or "", NAME_LENGTH),
        job_title=plain(person.job_title, NAME_LENGTH),
        deal=in_a_line(lost(deals, look.user_id, look.now, look.zone)),
        renewal=_renewal(look, row.deal),
        phone=phone,
        clock=clock.for_whom(plain(person.first_name, NAME_LENGTH) or "them") if clock else "",
        on=one.due_on,
        agreed=one.agreed,
        whose=plain(row.whose or "", NAME_LENGTH),
        no_calls=row.no_calls,
    )
