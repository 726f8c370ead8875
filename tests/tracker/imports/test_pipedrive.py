"""Pipedrive's export, taken as it is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.tracker.imports.look import account_of, all_people, owner_of, people_in, the_deal, the_person
from tracker.words import DealStatus, LossOutcome, ReasonKind

if TYPE_CHECKING:
    from tests.tracker.imports.conftest import Importer
    from tracker.installation import Installation


def test_a_lost_deal_is_told_as_the_export_tells_it(bring_in: Importer, installation: Installation) -> None:
    report = bring_in("pipedrive.csv")

    assert report.family == "pipedrive"
    assert (report.deals.lost, report.deals.won, report.deals.open) == (1, 1, 1)
    deal = the_deal(installation, "pipedrive:101")
    assert (deal.title, deal.status) == ("Pro for Brightwell", DealStatus.LOST)
    assert (deal.value_minor, deal.currency) == (4_800_000, "GBP")
    assert deal.closed_on == date(2025, 3, 14)
    assert (deal.reason, deal.reason_kind) == ("Price", ReasonKind.PRICE)
    assert account_of(installation, deal) == "Brightwell"
    assert owner_of(installation, deal) == "Sam Reed"
    assert people_in(installation, deal) == {"Dana Ortiz"}


def test_no_winner_is_invented_from_a_price(bring_in: Importer, installation: Installation) -> None:
    bring_in("pipedrive.csv")

    deal = the_deal(installation, "pipedrive:101")
    assert deal.competitor == ""
    assert deal.outcome is None


def test_open_and_won_deals_come_too_because_they_hold_alerts(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in("pipedrive.csv")

    won = the_deal(installation, "pipedrive:102")
    assert (won.status, won.closed_on, won.value_minor) == (DealStatus.WON, date(2025, 5, 2), 1_250_050)
    still_open = the_deal(installation, "pipedrive:103")
    assert (still_open.status, still_open.closed_on) == (DealStatus.OPEN, None)
    assert (still_open.value_minor, still_open.currency) == (None, "")


def test_phones_are_made_dialable_from_anywhere(bring_in: Importer, installation: Installation) -> None:
    bring_in("pipedrive.csv")

    assert the_person(installation, "dana@brightwell.example").phone == "+442079460018"
    assert the_person(installation, "lee@fernhill.example").phone == "+4930901820"  # the mobile column


def test_a_deal_without_a_person_is_still_a_deal(bring_in: Importer, installation: Installation) -> None:
    report = bring_in("pipedrive.csv")

    assert report.rejected == 0
    assert len(all_people(installation)) == 2


def test_a_winner_that_is_named_is_believed(bring_in: Importer, installation: Installation) -> None:
    bring_in(
        "Deal - ID,Deal - Title,Deal - Organization,Deal - Status,Deal - Competitor\n"
        "1,Pro,Brightwell,lost,Acme\n2,Pro,Fernhill,lost,Unknown\n3,Pro,Larkspur,lost,Acme; Globex\n"
    )

    assert the_deal(installation, "pipedrive:1").outcome is LossOutcome.CHOSE_COMPETITOR
    assert the_deal(installation, "pipedrive:2").competitor == ""
    assert (
        the_deal(installation, "pipedrive:3").outcome is None
    )  # two were in the running: who won is not said
