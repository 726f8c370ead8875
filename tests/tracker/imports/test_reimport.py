"""The same file again, and its next version: updated, never doubled, and nothing erased by a blank."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text, update

from tests.builders import NOON
from tests.tracker.imports.look import all_deals, all_people, people_in, the_deal, the_person
from tracker.imports import ImportOptions, import_file
from tracker.imports.errors import NotStoredError
from tracker.models import Deal
from tracker.words import DealStatus, LossOutcome, ReasonKind

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tracker.imports.conftest import Importer
    from tracker.installation import Installation

HEAD = (
    "Deal - ID,Deal - Title,Deal - Organization,Deal - Status,Deal - Value,Deal - Lost reason,"
    "Deal - Lost time,Deal - Notes,"
    "Deal - Competitor,Deal - Contact person,Person - Email - Work,Person - Phone - Work\n"
)
LOST = "1,Pro,Brightwell,lost,48000,Price,2025-03-14,,,Dana Ortiz,dana@brightwell.example,020 7946 0018\n"


@pytest.mark.parametrize("sample", ["pipedrive.csv", "hubspot-deals.csv", "salesforce-report.csv"])
def test_the_same_file_again_changes_nothing(
    bring_in: Importer, installation: Installation, sample: str
) -> None:
    first = bring_in(sample, yes=True)
    again = bring_in(sample, yes=True)

    assert (again.deals.new, again.deals.updated) == (0, 0)
    assert again.deals.unchanged == first.deals.new == len(all_deals(installation))
    assert (again.people.new, again.people.updated) == (0, 0)


def test_what_the_crm_says_now_is_taken_over(bring_in: Importer, installation: Installation) -> None:
    bring_in(HEAD + LOST)
    report = bring_in(HEAD + LOST.replace("48000", "52000").replace("Price", "Missing SSO"))

    assert report.deals.updated == 1
    deal = the_deal(installation, "pipedrive:1")
    assert (deal.value_minor, deal.reason, deal.reason_kind) == (5_200_000, "Missing SSO", ReasonKind.FEATURE)


def test_a_blank_never_erases_what_somebody_typed(bring_in: Importer, installation: Installation) -> None:
    bring_in(HEAD + LOST)
    with installation.database.writing() as session:
        session.execute(update(Deal).values(notes="SSO missing", competitor="Acme"))

    bring_in(HEAD + "1,,,lost,,,,,,,,\n")

    deal = the_deal(installation, "pipedrive:1")
    assert (deal.notes, deal.competitor, deal.title) == ("SSO missing", "Acme", "Pro")
    assert (deal.value_minor, deal.closed_on, deal.reason) == (4_800_000, date(2025, 3, 14), "Price")


def test_a_deal_that_is_open_again_has_no_day_and_no_outcome(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(HEAD + LOST.replace(",,,Dana", ",,Acme,Dana"))
    assert the_deal(installation, "pipedrive:1").outcome is LossOutcome.CHOSE_COMPETITOR

    bring_in(HEAD + "1,Pro,Brightwell,open,48000,,,,,,,\n")

    deal = the_deal(installation, "pipedrive:1")
    assert (deal.status, deal.closed_on, deal.outcome) == (DealStatus.OPEN, None, None)
    assert deal.reason == "Price"


def test_an_outcome_that_a_person_noted_outlives_the_next_import(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(HEAD + LOST)
    with installation.database.writing() as session:
        session.execute(update(Deal).values(outcome=LossOutcome.POSTPONED))

    bring_in(HEAD + LOST.replace(",,,Dana", ",,Acme,Dana"))

    assert the_deal(installation, "pipedrive:1").outcome is LossOutcome.POSTPONED


def test_the_import_that_last_named_a_deal_is_noted_also_when_nothing_changed(
    installation: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(HEAD + LOST)
    for day in range(3):
        import_file(installation, path, ImportOptions(), NOON + timedelta(days=day))

    assert the_deal(installation, "pipedrive:1").imported_at == NOON + timedelta(days=2)


def test_another_person_joins_a_deal_and_nobody_leaves_it(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(HEAD + LOST)
    report = bring_in(
        HEAD + LOST.replace("Dana Ortiz,dana@brightwell.example", "Jo Nakamura,jo@brightwell.example")
    )

    assert report.deals.updated == 1
    assert people_in(installation, the_deal(installation, "pipedrive:1")) == {"Dana Ortiz", "Jo Nakamura"}


def test_one_person_of_two_deals_is_one_person(bring_in: Importer, installation: Installation) -> None:
    bring_in(HEAD + LOST + LOST.replace("1,Pro", "2,Basic").replace("dana@", "Dana@"))

    assert len(all_people(installation)) == 1
    assert len(all_deals(installation)) == 2


def test_names_of_companies_differ_in_more_than_case_and_spaces(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(HEAD + LOST + LOST.replace("1,Pro,Brightwell", "2,Basic,BRIGHTWELL "))

    first, second = all_deals(installation)
    assert first.account_id == second.account_id


def test_a_file_larger_than_a_batch_comes_in_whole(bring_in: Importer, installation: Installation) -> None:
    rows = [
        f"{number},Pro,Company {number % 700},lost,1,,,,,P {number},p{number % 3000}@x.example,\n"
        for number in range(5000)
    ]
    report = bring_in(HEAD + "".join(rows))

    assert (report.rows, report.deals.new, report.people.new) == (5000, 5000, 3000)
    assert len(all_deals(installation)) == 5000
    assert bring_in(HEAD + "".join(rows)).deals.unchanged == 5000


def test_an_import_that_fails_half_way_leaves_nothing(
    bring_in: Importer, installation: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "deals.csv"
    rows = [f"{number},Pro,Brightwell,lost,,,,,,,,\n" for number in range(2500)]
    path.write_text(HEAD + "".join(rows))

    def killed(done: int, total: int) -> None:
        if done > total * 0.8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(installation, path, ImportOptions(), NOON, killed)

    assert all_deals(installation) == []
    assert bring_in(path.read_text()).deals.new == 2500


def test_an_address_that_the_crm_changed_is_the_same_person(
    bring_in: Importer, installation: Installation
) -> None:
    head = "Deal - ID,Deal - Title,Deal - Status,Person - ID,Person - Name,Person - Email\n"
    bring_in(head + "1,Pro,lost,77,Dana Ortiz,dana@brightwell.example\n")
    bring_in(head + "1,Pro,lost,77,Dana Ortiz,dana.ortiz@brightwell.example\n")

    assert [person.email for person in all_people(installation)] == ["dana.ortiz@brightwell.example"]
    assert the_person(installation, "dana.ortiz@brightwell.example").contact_key == "pipedrive:77"


def test_a_database_that_refuses_says_why_and_keeps_what_it_had(
    bring_in: Importer, installation: Installation
) -> None:
    with installation.database.writing() as session:
        session.execute(text("ALTER TABLE deal_prospects RENAME TO away"))
    try:
        with pytest.raises(NotStoredError, match=r"Nothing was imported.*deal_prospects"):
            bring_in(HEAD + LOST)
    finally:
        with installation.database.writing() as session:
            session.execute(text("ALTER TABLE away RENAME TO deal_prospects"))

    assert all_deals(installation) == []
