"""Appointments keep to what is agreed elsewhere, whoever leaves, and to who was invited."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, text, true

from alerts.followups.agenda import plan, staff_of
from alerts.models import FollowUp
from alerts.talks.about import find_talk
from alerts.talks.invitations import keep_invitations
from alerts.words import FollowUpKind
from tests.alerts.followups.test_agenda import SIGNER
from tests.alerts.talks.office import MAIL_FROM, SLOT, Office, invited, to
from tests.builders import add_prospect, add_user
from tracker.listing import relist
from tracker.models import Account, Deal, DealStatus, Prospect, User, deal_prospects
from tracker.words import Role

if TYPE_CHECKING:
    from tests.smtp_sink import SmtpSink
    from tracker.db import Database

SAM, DANA = "sam@northwind.example", "dana@brightwell.example"


def test_a_deal_that_is_open_again_calls_it_off(office: Office) -> None:
    office.agree(SLOT, invite=True)
    office.deliver()
    office.change(Deal, status=DealStatus.OPEN)
    assert keep_invitations(office.database, office.now, MAIL_FROM) == 1
    assert [invited(mail)[0] for mail in office.deliver()] == ["CANCEL", "CANCEL"]
    assert keep_invitations(office.database, office.now, MAIL_FROM) == 0


def test_a_call_that_was_noted_with_the_loss_comes_to_sam_by_the_next_look(office: Office) -> None:
    office.change(Deal, post_mortem_at=SLOT)
    assert keep_invitations(office.database, office.now, MAIL_FROM) == 1
    assert keep_invitations(office.database, office.now, MAIL_FROM) == 0
    (mail,) = office.deliver()
    assert invited(mail)[1].start == SLOT


def test_who_takes_over_from_somebody_who_left_calls_then(office: Office) -> None:
    office.agree(SLOT)
    office.deliver()
    with office.database.writing() as session:
        add_user(session, "Mia Boss", role=Role.MANAGER, email="mia@northwind.example")
    office.change(User, left_at=office.now)
    assert keep_invitations(office.database, office.now, MAIL_FROM) == 1
    (mail,) = office.deliver()
    assert "mia@northwind.example" in mail["To"]
    _, event = invited(mail)
    assert (event["ORGANIZER"], event["SEQUENCE"]) == ("mailto:mia@northwind.example", 1)


@pytest.mark.parametrize(
    ("sam", "told", "reasons"),
    [
        ({"left_at": SLOT}, [f"Dana Ortiz <{DANA}>"], ["Sam Reed has left the company."]),
        ({"email": "sam"}, [], ["Sam Reed has no mail address that works."] * 2),
    ],
)
def test_who_left_is_not_told_that_it_is_called_off_and_dana_is(
    office: Office, sam: dict[str, object], told: list[str], reasons: list[str]
) -> None:
    office.agree(SLOT, invite=True)
    office.deliver()
    office.change(User, **sam)
    office.agree(None)
    assert [mail["To"] for mail in office.deliver(minutes=1)] == told
    assert office.reasons() == reasons


def test_who_is_away_gets_it_all_the_same(office: Office) -> None:
    office.change(User, away_from=office.now.date(), away_until=office.now.date())
    office.agree(SLOT)
    assert len(office.deliver()) == 1


def test_who_was_invited_is_told_of_the_new_time_and_nobody_else(office: Office) -> None:
    office.agree(SLOT, invite=True)
    office.deliver()
    with office.database.writing() as session:
        kim = add_prospect(session, session.scalars(select(Account)).one(), "Kim Berg")
        session.execute(insert(deal_prospects).values(deal_id=office.deal_id, prospect_id=kim.id))
        # She looked in last, so the rep is to turn to her from now on.
        session.add(
            FollowUp(
                deal_id=office.deal_id,
                prospect_id=kim.id,
                user_id=office.sam_id,
                kind=FollowUpKind.POST_MORTEM,
                not_before=SLOT.date(),
                due_on=SLOT.date(),
            )
        )
    office.agree(SLOT + timedelta(days=1))
    mails = office.deliver(minutes=1)
    assert {mail["To"] for mail in mails} == {f"Sam Reed <{SAM}>", f"Dana Ortiz <{DANA}>"}


def test_the_subject_has_the_day_that_it_is_for_its_reader(database: Database, sink: SmtpSink) -> None:
    office = Office.open(database, sink, {"time_zone": "Asia/Tokyo"})
    office.agree(SLOT.replace(hour=20), invite=True)
    mails = office.deliver()
    assert to(mails, DANA)["Subject"] == "Call with Sam Reed, 25 Feb"
    assert to(mails, SAM)["Subject"].endswith("24 Feb")


def test_who_plans_does_not_wait_for_who_notes_a_call(office: Office) -> None:
    """A follow-up refers to its deal: were the deal held for itself, each would wait for the other."""
    with office.database.writing() as session:
        relist(session, [office.dana_id], signer=SIGNER)
    if office.database.write_engine.dialect.name != "postgresql":
        return  # there is one writer at a time
    with office.database.writing() as noting, office.database.writing() as planning:
        find_talk(noting, office.deal_id, true(), lock=True)
        planning.execute(text("SET LOCAL lock_timeout = 2000"))
        everybody = Prospect.id == office.dana_id
        assert plan(planning, everybody, staff_of(planning, office.now)) == 1


def test_a_deal_that_was_removed_takes_its_mails_along(office: Office) -> None:
    office.agree(SLOT, invite=True)
    with office.database.writing() as session:
        session.delete(session.get_one(Deal, office.deal_id))
    assert office.deliver() == []
    assert set(office.reasons()) == {"The appointment is no longer there."}


def test_an_erased_prospect_takes_the_appointment_along(office: Office) -> None:
    office.agree(SLOT)
    with office.database.writing() as session:
        session.delete(session.get_one(Prospect, office.dana_id))
    assert office.deliver() == []


def test_a_mail_that_waited_until_the_call_is_over_is_not_sent(office: Office) -> None:
    office.agree(office.now + timedelta(hours=1))
    assert office.deliver(hours=2) == []
    assert office.reasons() == ["The time of the call is past."]


def test_no_call_is_made_of_a_moment_that_is_past(office: Office) -> None:
    office.agree(datetime(2025, 1, 1, tzinfo=UTC))
    assert keep_invitations(office.database, office.now, MAIL_FROM) == 0
    assert office.deliver() == []
