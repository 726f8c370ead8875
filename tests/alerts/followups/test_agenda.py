"""Reps' follow-ups, worked out from what is on record: whose, about whom, and on which day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from alerts.followups.agenda import plan_agendas, plan_lately
from alerts.models import FollowUp
from alerts.words import FollowUpKind, FollowUpResult, OutcomeKind
from tests.alerts.scenes import add_alert, add_outcome, add_visit
from tests.builders import NOON, add_account, add_deal, add_owner_name, add_prospect, add_user
from tracker.left_alone import leave_alone
from tracker.listing import relist
from tracker.models import Account, Deal, DealStatus, Prospect, Role, SuppressionKind, User, deal_prospects
from tracker.signing import Signer, new_key
from tracker.suppression import suppress

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database

TODAY = NOON.date()
"""A Tuesday."""
SIGNER = Signer([new_key(32)])


@pytest.fixture
def sam(database: Database) -> User:
    with database.writing() as session:
        return add_user(session)


def lose(
    session: Session,
    owner: User,
    name: str = "Dana Ortiz",
    account: Account | None = None,
    **fields: Any,  # noqa: ANN401  (columns)
) -> tuple[Prospect, Deal]:
    """A deal that was lost today, unless told otherwise, of a company of its own."""
    account = account or add_account(session, f"{name}'s", add_owner_name(session, owner))
    person = add_prospect(session, account, name)
    return person, add_deal(session, person, **{"closed_on": TODAY, **fields})


def plan(database: Database, now: datetime = NOON) -> list[FollowUp]:
    """Have everybody's follow-ups worked out; give what is to be done, by day."""
    with database.writing() as session:
        relist(session, session.scalars(select(Prospect.id)).all(), signer=SIGNER)
    plan_agendas(database, now)
    assert plan_agendas(database, now) == 0, "what is right is not written again"
    with database.reading() as session:
        waiting = select(FollowUp).where(FollowUp.done_at.is_(None))
        return list(session.scalars(waiting.order_by(FollowUp.due_on, FollowUp.id)))


def done(
    database: Database, what: FollowUp, at: datetime, result: FollowUpResult = FollowUpResult.SPOKE
) -> None:
    with database.writing() as session:
        row = session.get_one(FollowUp, what.id)
        row.done_at, row.done_by, row.result = at, row.user_id, result


def test_a_deal_lost_today_asks_for_thanks_today_and_a_talk_in_two_weeks(
    database: Database, sam: User
) -> None:
    with database.writing() as session:
        dana, deal = lose(session, sam)
    (thanks,) = plan(database)
    assert (thanks.kind, thanks.due_on) == (FollowUpKind.THANK_YOU, TODAY)
    assert (thanks.user_id, thanks.prospect_id, thanks.deal_id) == (sam.id, dana.id, deal.id)
    done(database, thanks, NOON)
    (talk,) = plan(database)
    assert (talk.kind, talk.due_on) == (FollowUpKind.POST_MORTEM, TODAY + timedelta(days=14))
    done(database, talk, NOON + timedelta(days=14))
    (check,) = plan(database, NOON + timedelta(days=14))
    assert (check.kind, check.due_on) == (FollowUpKind.CHECK_IN, TODAY + timedelta(days=42))


def test_of_a_company_the_latest_loss_counts_and_who_was_seen_last(database: Database, sam: User) -> None:
    with database.writing() as session:
        owner = add_owner_name(session, sam)
        account = add_account(session, "Brightwell", owner)
        lose(session, sam, "Old Ann", account=account, closed_on=TODAY - timedelta(days=400))
        eve, deal = lose(session, sam, "Eve", account=account, closed_on=TODAY - timedelta(days=60))
        fay = add_prospect(session, account, "Fay")
        session.execute(insert(deal_prospects).values(deal_id=deal.id, prospect_id=fay.id))
        add_visit(session, fay, at=NOON - timedelta(days=50))
    (check,) = plan(database)
    assert (check.deal_id, check.prospect_id) == (deal.id, fay.id)
    with database.writing() as session:
        suppress(session, SIGNER, [str(fay.email)], SuppressionKind.UNSUBSCRIBED, "a mail", NOON)
    (check,) = plan(database)
    assert check.prospect_id == eve.id


@pytest.mark.parametrize("status", [DealStatus.OPEN, DealStatus.WON])
def test_who_buys_or_unsubscribes_is_left_alone(database: Database, sam: User, status: DealStatus) -> None:
    with database.writing() as session:
        dana, _ = lose(session, sam, "Dana")
        gus, _ = lose(session, sam, "Gus")
        lose(session, sam, "Hal", not_qualified=True)
    assert {one.prospect_id for one in plan(database)} == {dana.id, gus.id}
    with database.writing() as session:
        colleague = add_prospect(session, session.get_one(Account, dana.account_id), "Ida")
        add_deal(session, colleague, status=status)
        suppress(session, SIGNER, [str(gus.email)], SuppressionKind.UNSUBSCRIBED, "a mail", NOON)
    assert plan(database) == []


def test_reports_about_visits_move_the_next_one(database: Database, sam: User) -> None:
    with database.writing() as session:
        dana, _ = lose(session, sam, closed_on=TODAY - timedelta(days=100))
        visit = add_visit(session, dana, at=NOON - timedelta(days=1))
        alert = add_alert(session, visit, sam)
        add_outcome(session, alert, sam, OutcomeKind.SPOKE, at=NOON - timedelta(days=20))
    (warm,) = plan(database)
    assert warm.not_before == TODAY + timedelta(days=6)
    with database.writing() as session:
        spoke = add_outcome(session, alert, sam, OutcomeKind.SPOKE, at=NOON)
    (later,) = plan(database)
    assert later.not_before == TODAY + timedelta(days=28)
    with database.writing() as session:
        session.merge(spoke).undone_at = NOON
        back_on = TODAY + timedelta(days=4)
        add_outcome(session, alert, sam, OutcomeKind.CALL_BACK, at=NOON, call_back_on=back_on)
    (agreed,) = plan(database)
    assert (agreed.due_on, agreed.agreed) == (back_on, True)
    with database.writing() as session:
        add_outcome(session, alert, sam, OutcomeKind.WON_BACK, at=NOON + timedelta(hours=1))
    assert plan(database) == []


def test_the_day_of_an_import_buries_nobody(database: Database, sam: User) -> None:
    with database.writing() as session:
        for number in range(7):
            lose(session, sam, f"P{number}", closed_on=date(2024, 5, 6), value_minor=100 * number)
    agenda = plan(database)
    days = [(one.due_on - TODAY).days for one in agenda]
    assert days == [0, 0, 0, 1, 1, 1, 2]
    done(database, agenda[0], NOON)
    assert [(one.due_on - TODAY).days for one in plan(database)][:3] == [0, 0, 1], "two places are left today"


def test_a_rep_who_left_is_stood_in_for(database: Database, sam: User) -> None:
    with database.writing() as session:
        lose(session, sam)
        session.get_one(User, sam.id).left_at = NOON
        mae = add_user(session, "Mae Lund", role=Role.MANAGER)
    (thanks,) = plan(database)
    assert thanks.user_id == mae.id


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_deal_with_people_of_two_companies_is_followed_up_once(
    database: Database, sam: User, *, is_alone: bool
) -> None:
    with database.writing() as session:
        dana, deal = lose(session, sam)
        advisor = add_prospect(session, None if is_alone else add_account(session, "Advisors"), "Eve Hall")
        session.execute(insert(deal_prospects).values(deal_id=deal.id, prospect_id=advisor.id))
    (thanks,) = plan(database)
    assert thanks.prospect_id == dana.id
    for minute in range(1, 4):  # the turns of all whose ids these are
        assert plan_lately(database, NOON + timedelta(minutes=minute)) == 0
    with database.writing() as session:
        leave_alone(session, dana.id, [SuppressionKind.UNSUBSCRIBED], "told a rep", NOON)
    plan_agendas(database, NOON)
    (thanks,) = plan(database)
    assert thanks.prospect_id == advisor.id, "who is left in it"


def test_what_is_done_on_the_morning_of_the_loss_in_auckland_stays_done(database: Database) -> None:
    morning = datetime(2026, 3, 24, 21, tzinfo=UTC)
    """10:00 of the 25th there."""
    with database.writing() as session:
        sam = add_user(session, time_zone="Pacific/Auckland")
        lose(session, sam, closed_on=date(2026, 3, 25))
    (thanks,) = plan(database, morning)
    done(database, thanks, morning, FollowUpResult.SENT)
    (talk,) = plan(database, morning + timedelta(minutes=1))
    assert (thanks.kind, talk.kind) == (FollowUpKind.THANK_YOU, FollowUpKind.POST_MORTEM)
