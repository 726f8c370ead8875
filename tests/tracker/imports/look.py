"""Looking at what an import left in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import Account, Deal, OwnerName, Prospect, deal_prospects

if TYPE_CHECKING:
    from tracker.installation import Installation


def the_deal(installation: Installation, key: str) -> Deal:
    """Give the deal with this import key."""
    with installation.database.reading() as session:
        return session.scalars(select(Deal).where(Deal.import_key == key)).one()


def all_deals(installation: Installation) -> list[Deal]:
    """Give all deals in the order they came in."""
    with installation.database.reading() as session:
        return list(session.scalars(select(Deal).order_by(Deal.id)))


def the_person(installation: Installation, email: str) -> Prospect:
    """Give the person with this address."""
    with installation.database.reading() as session:
        return session.scalars(select(Prospect).where(Prospect.email_key == email)).one()


def all_people(installation: Installation) -> list[Prospect]:
    """Give all people in the order they came in."""
    with installation.database.reading() as session:
        return list(session.scalars(select(Prospect).order_by(Prospect.id)))


def people_in(installation: Installation, deal: Deal) -> set[str]:
    """Give the names of the people of a deal."""
    with installation.database.reading() as session:
        return set(
            session.scalars(
                select(Prospect.name)
                .join(deal_prospects, deal_prospects.c.prospect_id == Prospect.id)
                .where(deal_prospects.c.deal_id == deal.id)
            )
        )


def account_of(installation: Installation, deal: Deal) -> str | None:
    """Give the name of a deal's account."""
    with installation.database.reading() as session:
        return session.scalar(select(Account.name).where(Account.id == deal.account_id))


def owner_of(installation: Installation, deal: Deal) -> str | None:
    """Give the name of a deal's owner, as the CRM spells it."""
    with installation.database.reading() as session:
        return session.scalar(select(OwnerName.name).where(OwnerName.id == deal.owner_name_id))
