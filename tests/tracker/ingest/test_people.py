"""Whom a group of visits is about, and which of their deals counts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.builders import add_account, add_deal, add_owner_name, add_prospect, add_user
from tracker.ingest.people import load_people
from tracker.models import DealStatus

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def test_the_latest_lost_deal_that_was_a_real_chance_counts(session: Session) -> None:
    dana = add_prospect(session, add_account(session))
    add_deal(session, dana, closed_on=date(2024, 5, 1))
    latest = add_deal(session, dana, closed_on=date(2025, 5, 1), reason="Missing SSO")
    add_deal(session, dana, closed_on=date(2025, 8, 1), not_qualified=True)
    add_deal(session, dana, closed_on=date(2025, 9, 1), status=DealStatus.WON)
    add_deal(session, dana, closed_on=None)
    person = load_people(session, [dana.id])[dana.id]
    assert len(person.deals) == 5
    assert person.latest_loss is not None
    assert (person.latest_loss.id, person.latest_loss.reason) == (latest.id, "Missing SSO")


def test_of_two_lost_on_one_day_the_later_row_counts(session: Session) -> None:
    dana = add_prospect(session)
    add_deal(session, dana)
    later = add_deal(session, dana)
    loss = load_people(session, [dana.id])[dana.id].latest_loss
    assert loss is not None
    assert loss.id == later.id


def test_the_owner_is_the_user_whom_the_name_stands_for(session: Session) -> None:
    dana, lee = add_prospect(session), add_prospect(session, name="Lee Wong")
    sam = add_user(session)
    add_deal(session, dana, owner=add_owner_name(session, sam))
    add_deal(session, lee, owner=add_owner_name(session, None, "Somebody Else"))
    people = load_people(session, [dana.id, lee.id])
    assert [deal.owner_id for person in people.values() for deal in person.deals] == [sam.id, None]


def test_who_has_no_deal_is_there_too(session: Session) -> None:
    dana = add_prospect(session)
    person = load_people(session, [dana.id])[dana.id]
    assert (person.email, person.deals, person.latest_loss) == (dana.email, [], None)
    assert load_people(session, []) == {}
