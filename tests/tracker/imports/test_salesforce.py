"""Salesforce's reports: varying labels, a footer, no ID, a row for each contact; and its IDs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.imports.look import all_deals, people_in, the_deal
from tracker.imports.cells.dates import DateOrder
from tracker.imports.cells.fault import CellError
from tracker.imports.errors import UnconfirmedKeyError
from tracker.imports.formats.salesforce import canonical_id
from tracker.words import DealStatus, LossOutcome

if TYPE_CHECKING:
    from tests.tracker.imports.conftest import Importer
    from tracker.installation import Installation

HEAD = "Opportunity ID,Opportunity Name,Account Name,Stage,Contact: Email\n"


def test_a_report_without_ids_needs_a_word(bring_in: Importer, installation: Installation) -> None:
    with pytest.raises(UnconfirmedKeyError, match="--key fallback"):
        bring_in("salesforce-report.csv")
    assert all_deals(installation) == []


def test_a_report_repeats_a_deal_per_contact_and_it_stays_one(
    bring_in: Importer, installation: Installation
) -> None:
    report = bring_in("salesforce-report.csv", key_fallback=True)

    assert (report.rows, report.rejected, report.deals.new) == (4, 0, 3)  # the footer is no row
    deal = the_deal(installation, "key:brightwell|pro")
    assert people_in(installation, deal) == {"Dana Ortiz", "Jo Nakamura"}
    assert (deal.value_minor, deal.closed_on) == (123_456_700, date(2025, 3, 14))
    assert deal.outcome is LossOutcome.CHOSE_COMPETITOR
    assert report.date_order is DateOrder.MONTH_FIRST


def test_once_confirmed_nobody_is_asked_again(bring_in: Importer) -> None:
    bring_in("salesforce-report.csv", key_fallback=True)

    report = bring_in("salesforce-report.csv")

    assert (report.deals.new, report.deals.updated, report.deals.unchanged) == (0, 0, 3)


def test_an_open_deals_close_date_is_only_hoped_for(bring_in: Importer, installation: Installation) -> None:
    bring_in("salesforce-report.csv", key_fallback=True)

    larkspur = the_deal(installation, "key:larkspur|pro")
    assert (larkspur.status, larkspur.closed_on) == (DealStatus.OPEN, None)


def test_two_deals_of_one_name_are_refused_instead_of_mixed(bring_in: Importer) -> None:
    report = bring_in(
        "Opportunity Name,Account Name,Stage,Close Date,Contact: Email\n"
        "Renewal,Brightwell,Closed Lost,2024-03-14,dana@brightwell.example\n"
        "Renewal,Brightwell,Closed Lost,2025-03-14,dana@brightwell.example\n",
        key_fallback=True,
    )

    assert (report.deals.new, report.rejected) == (1, 1)
    assert "deal of line 2" in report.faults[0].reason


def test_a_report_that_has_ids_later_does_not_double(bring_in: Importer, installation: Installation) -> None:
    bring_in("Opportunity Name,Account Name,Stage\nPro,Brightwell,Closed Lost\n", key_fallback=True)
    report = bring_in(
        "Opportunity ID,Opportunity Name,Account Name,Stage\n006A000000Fz1aB,Pro,Brightwell,Closed Lost\n"
    )
    assert (report.deals.new, report.deals.updated) == (0, 1)

    again = bring_in("Opportunity Name,Account Name,Stage\nPro,Brightwell,Closed Lost\n", key_fallback=True)

    assert (again.deals.new, again.deals.unchanged) == (0, 1)
    assert [deal.import_key for deal in all_deals(installation)] == ["salesforce:006A000000Fz1aBIAR"]


def test_15_and_18_characters_are_one_deal(bring_in: Importer, installation: Installation) -> None:
    bring_in(HEAD + "006A000000Fz1aB,Pro,Brightwell,Closed Lost,dana@brightwell.example\n")

    report = bring_in(HEAD + "006A000000Fz1aBIAR,Pro,Brightwell,Closed Lost,dana@brightwell.example\n")

    assert (report.deals.new, report.deals.unchanged) == (0, 1)
    assert len(all_deals(installation)) == 1


@pytest.mark.parametrize(
    ("short", "long"),
    # The published example of the algorithm, and ends of its alphabet.
    [("00570000001ZwTi", "00570000001ZwTiAAK"), ("0" * 15, "0" * 15 + "AAA"), ("A" * 15, "A" * 15 + "555")],
)
def test_the_three_last_characters_are_worked_out(short: str, long: str) -> None:
    assert canonical_id(short) == long
    assert canonical_id(long) == long


@given(st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=15, max_size=15))
def test_an_id_whose_case_was_lost_is_mended_by_its_end(identifier: str) -> None:
    long = canonical_id(identifier)
    assert long.startswith(identifier)
    assert canonical_id(long.lower()) == canonical_id(long.upper()) == long


@pytest.mark.parametrize("wrong", ["", "123", "006A000000Fz1a!", "0" * 15 + "555", "006A000000Fz1aBIA"])
def test_what_is_no_id_is_refused(wrong: str) -> None:
    with pytest.raises(CellError):
        canonical_id(wrong)


def test_labels_vary_and_filters_stand_above_the_table(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(
        "Lost deals of last year,,,,,\nAs of 2026-03-10,,,,,\n,,,,,\n"
        "Opportunity: Opportunity ID,Opportunity Name,Account: Account Name,StageName,CloseDate,Email\n"
        "006A000000Fz1aB,Pro,Brightwell,Closed Lost,2025-03-14,dana@brightwell.example\n"
        "Grand Total (1 record),,,,,\n",
    )

    deal = the_deal(installation, "salesforce:006A000000Fz1aBIAR")
    assert (deal.title, deal.closed_on) == ("Pro", date(2025, 3, 14))
