"""HubSpot's two files: deals that name contacts by ID, and the contacts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.tracker.imports.conftest import FILES
from tests.tracker.imports.look import account_of, all_people, people_in, the_deal, the_person
from tracker.imports.errors import ContactsError
from tracker.words import DealStatus, LossOutcome

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tracker.imports.conftest import Importer
    from tracker.installation import Installation

CONTACTS = FILES / "hubspot-contacts.csv"


def test_deals_are_joined_with_their_contacts(bring_in: Importer, installation: Installation) -> None:
    report = bring_in("hubspot-deals.csv", contacts=CONTACTS)

    assert report.family == "hubspot"
    deal = the_deal(installation, "hubspot:9001")
    assert people_in(installation, deal) == {"Dana Ortiz", "Jo Nakamura"}
    assert (deal.status, deal.closed_on) == (DealStatus.LOST, date(2025, 3, 14))
    assert deal.outcome is LossOutcome.CHOSE_COMPETITOR
    dana = the_person(installation, "dana@brightwell.example")
    assert (dana.first_name, dana.job_title, dana.country) == ("Dana", "Head of Operations", "GB")
    assert (dana.time_zone, dana.phone) == ("Europe/London", "+442079460018")


def test_a_stage_decides_and_an_own_one_is_open(bring_in: Importer, installation: Installation) -> None:
    bring_in("hubspot-deals.csv", contacts=CONTACTS)

    assert the_deal(installation, "hubspot:9002").status is DealStatus.WON
    assert the_deal(installation, "hubspot:9003").status is DealStatus.OPEN


def test_the_first_company_is_the_main_one(bring_in: Importer, installation: Installation) -> None:
    bring_in("hubspot-deals.csv", contacts=CONTACTS)

    assert account_of(installation, the_deal(installation, "hubspot:9002")) == "Fernhill"


def test_contacts_that_are_missing_are_counted(bring_in: Importer) -> None:
    assert bring_in("hubspot-deals.csv", contacts=CONTACTS).unknown_contacts == 1


def test_contacts_may_follow_with_the_next_import(bring_in: Importer, installation: Installation) -> None:
    bring_in("hubspot-deals.csv")
    assert all_people(installation) == []

    report = bring_in("hubspot-deals.csv", contacts=CONTACTS)

    assert (report.deals.new, report.deals.updated, report.people.new) == (0, 2, 3)


def test_a_faulty_address_in_the_contacts_is_reported_and_the_person_kept(
    bring_in: Importer, installation: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text("Record ID,First Name,Last Name,Email\n501,Dana,Ortiz,dana(at)brightwell\n")

    report = bring_in("hubspot-deals.csv", contacts=path)

    assert [fault.column for fault in report.faults] == ["Email in contacts.csv"]
    assert [person.name for person in all_people(installation)] == ["Dana Ortiz"]


def test_contacts_without_ids_cannot_be_joined(bring_in: Importer) -> None:
    with pytest.raises(ContactsError, match="Record ID"):
        bring_in("hubspot-deals.csv", contacts=FILES / "pipedrive.csv")


def test_yes_or_no_columns_outweigh_a_stage_of_ones_own(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(
        "Record ID,Deal Name,Deal Stage,Is Closed Won,Is Deal Closed\n"
        "1,Pro,Handed to success,true,true\n2,Pro,Parked,false,true\n3,Pro,Talking,false,false\n"
        "4,Pro,Closed lost,,\n",
        mapping=(("account", "Deal Name"),),
    )

    stages = [the_deal(installation, f"hubspot:{number}").status for number in range(1, 5)]
    assert stages == [DealStatus.WON, DealStatus.LOST, DealStatus.OPEN, DealStatus.LOST]


def test_people_named_in_the_deals_file_will_do(bring_in: Importer, installation: Installation) -> None:
    bring_in(
        "Record ID,Deal Name,Deal Stage,Associated Company,Associated Contact,Associated Contact IDs\n"
        '1,Pro,closedlost,Brightwell,"Dana Ortiz (dana@brightwell.example); Jo Nakamura",501;502\n'
    )

    dana, jo = all_people(installation)
    assert (dana.name, dana.email, dana.contact_key) == (
        "Dana Ortiz",
        "dana@brightwell.example",
        "hubspot:501",
    )
    assert (jo.name, jo.email, jo.contact_key) == ("Jo Nakamura", None, "hubspot:502")
