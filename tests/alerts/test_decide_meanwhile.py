"""A decision that had to wait for somebody else's change is made by what holds then."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.models import Alert, Message
from alerts.words import Decision
from tests.alerts.office import ALWAYS
from tests.builders import add_owner_name, add_user
from tracker.models import Account, Deal, Role
from tracker.retention import forget_evidence, forget_visits

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tests.alerts.post import Post

MOMENT_S = 0.3


def owns_the_account(session: Session, name_id: int) -> None:
    session.scalars(select(Account)).one().owner_name_id = name_id


def owns_the_deal(session: Session, name_id: int) -> None:
    account, deal = session.scalars(select(Account)).one(), session.scalars(select(Deal)).one()
    account.owner_name_id, account.name = None, "Brightwell Ltd"
    deal.owner_name_id = name_id


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
@pytest.mark.parametrize("change", [owns_the_account, owns_the_deal])
def test_who_owns_it_by_then_is_told(post: Post, change: Callable[[Session, int], None]) -> None:
    visit_id = post.visit("Dana Ortiz", topic="contact")
    with post.desk.database.writing() as session:
        eve = add_user(session, "Eve Stone", role=Role.REP, **ALWAYS)
        eve_id, name_id = eve.id, add_owner_name(session, eve).id
    with ThreadPoolExecutor(1) as pool:
        with post.desk.database.writing() as session:
            change(session, name_id)
            session.flush()
            told = pool.submit(post.decide, visit_id)
            time.sleep(MOMENT_S)
        told.result()
    assert post.alert(visit_id).user_id == eve_id


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_deal_that_is_a_real_chance_again_by_then_is_called_about(post: Post) -> None:
    visit_id = post.visit("Dana Ortiz", topic="contact")
    with post.desk.database.writing() as session:
        session.scalars(select(Deal)).one().not_qualified = True
    with ThreadPoolExecutor(1) as pool:
        with post.desk.database.writing() as session:
            session.scalars(select(Account)).one().name = "Brightwell Ltd"
            session.scalars(select(Deal)).one().not_qualified = False
            session.flush()
            told = pool.submit(post.decide, visit_id)
            time.sleep(MOMENT_S)
        told.result()
    assert post.alert(visit_id).decision is Decision.CALL


def test_after_a_year_of_silence_new_calls_are_mails_of_their_own(post: Post) -> None:
    """On SQLite their alerts have the numbers of those that are gone with their visits."""
    post.told("Ann Lee", "Ben Cole", "Cy Dorn")
    later = post.now + timedelta(days=400)
    forget_evidence(post.desk.database, later)
    assert forget_visits(post.desk.database, later) == 3
    with post.desk.database.reading() as session:
        old = set(session.scalars(select(Message.mail_id)))
        assert session.scalars(select(Alert)).all() == []
    post.desk.clock.now = later
    for name in ("Dana Ortiz", "Lee Wong"):
        post.decide(post.visit(name, topic="contact"))
    with post.desk.database.reading() as session:
        calls = session.scalars(select(Alert).order_by(Alert.id)).all()
        mails = [session.get_one(Message, alert.message_id) for alert in calls]
    assert [alert.decision for alert in calls] == [Decision.CALL] * 2
    assert not old & {mail.mail_id for mail in mails}
    assert [mail.sent_at for mail in mails] == [None, None]
