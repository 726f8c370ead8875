"""Northwind's year is believable, the same each time, and goes in by the ways that real data takes."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from alerts.models import Alert, Message, Outcome
from alerts.policy import Policy
from alerts.words import Decision, MessageState
from demo.company import DANA, SAM, email_of, people, pipedrive_csv
from demo.history import QUIET_DAYS, YEAR_DAYS, visits
from demo.seeding import Seeded, seed
from tests.builders import NOON
from tracker.installation import Installation
from tracker.models import Deal, OwnerName, Prospect, User, Visit, deal_prospects
from tracker.seeding import seed_defaults
from tracker.settings import Settings
from tracker.signing import Signer
from tracker.words import DealStatus, LossOutcome, ReasonKind, State

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.db import Database

SITE = "http://127.0.0.1:8081"


@pytest.fixture
def installation(database: Database, tmp_path: Path) -> Installation:
    settings = Settings(data_dir=tmp_path, company="Northwind", currency="GBP", phone_region="GB")
    seed_defaults(database)
    return Installation(settings, database, Signer(["Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu"]))


on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is about the company, not about where it is stored; that it goes in is told of both."""


@pytest.fixture
def seeded(installation: Installation) -> Seeded:
    return seed(installation, SITE, Policy(), NOON)


def test_forty_people_of_thirty_accounts() -> None:
    everybody = people()
    assert len(everybody) == 40
    assert len({person.account for person in everybody}) == 30
    assert len({person.email for person in everybody}) == 40


def test_the_export_says_the_same_whenever_it_is_written_on_one_day() -> None:
    assert pipedrive_csv(NOON.date()) == pipedrive_csv(NOON.date())
    assert pipedrive_csv(NOON.date()) != pipedrive_csv(NOON.date() + timedelta(days=1))


def test_the_year_is_the_same_each_time_and_ends_before_now() -> None:
    past = visits(NOON)
    assert past == visits(NOON)
    assert past == sorted(past, key=lambda visit: visit.at)
    assert all(NOON - timedelta(days=YEAR_DAYS + 2) < visit.at for visit in past)
    assert all(visit.at < NOON - timedelta(days=QUIET_DAYS) for visit in past)
    ids = [page.hit_id for visit in past for page in visit.pages]
    assert len(ids) == len(set(ids))


def test_the_whole_export_goes_in(seeded: Seeded) -> None:
    report = seeded.report
    assert (report.rejected, report.unmapped_owners, report.unsorted_reasons) == (0, (), ())
    assert report.people.new == 40
    assert report.deals.lost > 3 * (report.deals.open + report.deals.won) > 0


@on_one_database
def test_dana_lost_to_acme_on_price_and_sam_lost_her(installation: Installation, seeded: Seeded) -> None:
    del seeded
    with installation.database.reading() as session:
        dana = session.scalars(select(Prospect).where(Prospect.name == DANA)).one()
        deal = session.scalars(
            select(Deal).join(deal_prospects).where(deal_prospects.c.prospect_id == dana.id)
        ).one()
        owner = session.scalars(
            select(User)
            .join(OwnerName, OwnerName.user_id == User.id)
            .where(OwnerName.id == deal.owner_name_id)
        ).one()
        came = session.scalar(select(func.count()).where(Visit.prospect_id == dana.id))
    assert (dana.phone, dana.time_zone, dana.first_name) == ("+442079460018", "Europe/London", "Dana")
    assert (deal.value_minor, deal.currency, deal.status) == (4_800_000, "GBP", DealStatus.LOST)
    assert (deal.outcome, deal.reason_kind, deal.competitor) == (
        LossOutcome.CHOSE_COMPETITOR,
        ReasonKind.PRICE,
        "Acme",
    )
    assert deal.notes == "Board wanted under £40k; SSO missing."
    assert (owner.name, owner.email) == (SAM, email_of(SAM))
    assert came == 0


@on_one_database
def test_the_year_has_people_and_machines_calls_and_holds(installation: Installation, seeded: Seeded) -> None:
    with installation.database.reading() as session:
        states = Counter(session.scalars(select(Visit.state)))
        decisions = Counter(session.scalars(select(Alert.decision)))
        outcomes = session.scalar(select(func.count(Outcome.id)))
    assert sum(states.values()) == seeded.visits > 100
    assert states[State.MACHINE]
    assert states[State.UNCONFIRMED]
    assert states[State.STRONG] > states[State.MACHINE]
    assert min(decisions[Decision.CALL], decisions[Decision.DIGEST], decisions[Decision.HOLD]) > 5
    assert outcomes is not None
    assert outcomes > 20


@on_one_database
def test_nothing_of_the_past_is_mailed_today(installation: Installation, seeded: Seeded) -> None:
    del seeded
    with installation.database.reading() as session:
        assert session.scalars(select(Message).where(Message.state == MessageState.PENDING)).all() == []
        assert session.scalars(select(Alert).where(Alert.closed_at.is_(None))).all() == []
