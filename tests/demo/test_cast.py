"""Who plays in the journey: the first lost deal about which an alert may go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from demo.cast import choose, hire, mailbox_of
from tests.builders import add_account, add_deal, add_owner_name, add_prospect, add_user
from tracker.models import DealStatus, OwnerName

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.models import Account, Prospect


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Sam Reed", "sam.reed@reps.example"),
        ("  O'Neil,  Zoë ", "o.neil.zoe@reps.example"),
        ("李雷", "rep@reps.example"),
        ("Sam@Northwind.example", "sam@northwind.example"),
    ],
)
def test_an_owner_known_by_name_gets_an_invented_address(name: str, address: str) -> None:
    assert mailbox_of(name) == address


def test_two_names_never_share_an_address() -> None:
    assert mailbox_of("Sam Reed", {"sam.reed@reps.example"}) == "sam.reed2@reps.example"


def test_every_owner_is_hired_and_works_around_the_clock(database: Database) -> None:
    with database.writing() as session:
        known = add_user(session, "Priya Nair")
        add_owner_name(session, known)
        add_owner_name(session, None, "Sam Reed")
        (sam,) = hire(session)
        mapped = set(session.scalars(select(OwnerName.user_id)))
    assert (sam.name, sam.email, sam.hours_start, sam.hours_end) == (
        "Sam Reed",
        "sam.reed@reps.example",
        0,
        1440,
    )
    assert sam.work_days == "1234567"
    assert mapped == {known.id, sam.id}


def lose(
    session: Session,
    owner: OwnerName,
    company: str,
    **fields: Any,  # noqa: ANN401  (as the builder takes them)
) -> tuple[Account, Prospect]:
    account = add_account(session, company)
    prospect = add_prospect(session, account, f"Dana of {company}")
    add_deal(session, prospect, owner=owner, **fields)
    return account, prospect


def test_the_first_lost_deal_that_nothing_speaks_against_is_chosen(database: Database) -> None:
    with database.writing() as session:
        sam = add_user(session)
        owner = add_owner_name(session, sam)
        lose(session, owner, "Won", status=DealStatus.WON)
        lose(session, owner, "Unqualified", not_qualified=True)
        account, busy = lose(session, owner, "Busy")
        add_deal(session, account=account, status=DealStatus.OPEN)
        _, unmailed = lose(session, owner, "Unsubscribed")
        _, dana = lose(session, owner, "Brightwell")
        _, later = lose(session, owner, "Later")
        part = choose(session, {str(each.email) for each in (busy, dana, later)})
        assert choose(session, {str(unmailed.email)}) is not None
        assert choose(session, {str(busy.email)}) is None
    assert part is not None
    assert (part.prospect_id, part.account, part.competitor) == (dana.id, "Brightwell", "Acme")
    assert (part.rep_name, part.rep_email) == (sam.name, sam.email)


def test_a_deal_whose_account_is_somebody_elses_is_passed_over(database: Database) -> None:
    with database.writing() as session:
        owner = add_owner_name(session, add_user(session))
        account, dana = lose(session, owner, "Brightwell")
        account.owner_name_id = add_owner_name(session, add_user(session, "Priya Nair")).id
        session.flush()
        assert choose(session, {str(dana.email)}) is None
