"""Files of one's own making: confirmed once, mapped by name, remembered by their headings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.tracker.imports.look import all_deals, the_deal, the_person
from tracker.imports.cells.dates import DateOrder
from tracker.imports.errors import (
    AmbiguousDatesError,
    EmptyFileError,
    MissingColumnsError,
    UnconfirmedKeyError,
    UnconfirmedMappingError,
    UnknownMappingError,
)
from tracker.imports.fields import Field
from tracker.imports.layout import field_named
from tracker.words import DealStatus, LossOutcome, ReasonKind

if TYPE_CHECKING:
    from tests.tracker.imports.conftest import Importer
    from tracker.installation import Installation

MINE = "id,company,deal,mail at work,lost on\n1,Brightwell,Pro,dana@brightwell.example,03/04/2025\n"
MAPPED = ((Field.EMAIL, "Mail at work"),)


def test_a_guess_wants_to_be_confirmed(bring_in: Importer, installation: Installation) -> None:
    with pytest.raises(UnconfirmedMappingError, match="--yes") as asked:
        bring_in(MINE)

    assert (Field.ACCOUNT, "company") in asked.value.guess
    assert asked.value.unused == ("mail at work",)
    assert all_deals(installation) == []


def test_a_mapping_is_remembered_by_the_headings_whatever_their_order(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(MINE, mapping=MAPPED, date_order=DateOrder.DAY_FIRST)

    report = bring_in(
        "lost on,mail at work,id,company,deal\n05/06/2025,lee@fernhill.example,2,Fernhill,Basic\n",
        name="b.csv",
    )

    assert report.rejected == 0
    assert the_deal(installation, "own:2").closed_on == date(2025, 6, 5)
    assert the_person(installation, "lee@fernhill.example").account_id is not None


def test_a_dry_run_remembers_and_stores_nothing(bring_in: Importer, installation: Installation) -> None:
    report = bring_in(MINE, mapping=MAPPED, date_order=DateOrder.DAY_FIRST, dry_run=True)

    assert (report.is_dry_run, report.deals.new, report.people.new) == (True, 1, 1)
    assert all_deals(installation) == []
    with pytest.raises(UnconfirmedMappingError):
        bring_in(MINE)


def test_a_file_of_lost_deals_needs_no_status(bring_in: Importer, installation: Installation) -> None:
    bring_in(MINE, yes=True, date_order=DateOrder.DAY_FIRST)
    assert the_deal(installation, "own:1").status is DealStatus.LOST


def test_without_any_other_sign_the_order_of_dates_is_asked(bring_in: Importer) -> None:
    with pytest.raises(AmbiguousDatesError, match="--date-order") as asked:
        bring_in(MINE, yes=True)
    assert (asked.value.column, asked.value.example) == ("lost on", "03/04/2025")


def test_one_clear_date_speaks_for_the_whole_file(bring_in: Importer, installation: Installation) -> None:
    report = bring_in("id,company,lost on,renewal\n1,A,03/04/2025,\n2,B,,25/12/2026\n", yes=True)

    assert report.date_order is DateOrder.DAY_FIRST
    assert the_deal(installation, "own:1").closed_on == date(2025, 4, 3)


def test_dates_of_both_orders_are_asked_about_too(bring_in: Importer) -> None:
    with pytest.raises(AmbiguousDatesError):
        bring_in("id,company,lost on\n1,A,03/04/2025\n2,B,25/03/2025\n3,C,03/25/2025\n", yes=True)


def test_a_german_file_with_decimal_commas_in_cp1252(bring_in: Importer, installation: Installation) -> None:
    text = (
        "Firma;Contact;Work mail;Deal;Value;Lost on;Reason;Lost to;Rep;id\n"
        "\u00d6ttinger;J\u00f6rg;j@o.example;Pro;1.234.567,89 \u20ac;14.03.2025;Zu teuer;Acme;Sam;1\n"
        ";;;Basic;12.500 \u20ac;02.05.2025;;;;2\n"
    )
    report = bring_in(text, encoding="cp1252", mapping=((Field.ACCOUNT, "Firma"),))

    deal = the_deal(installation, "own:1")
    assert (deal.value_minor, deal.currency) == (123_456_789, "EUR")
    assert deal.outcome is LossOutcome.CHOSE_COMPETITOR
    assert (deal.reason, deal.reason_kind) == ("Zu teuer", ReasonKind.OTHER)
    assert report.unsorted_reasons == ("Zu teuer",)
    assert the_deal(installation, "own:2").value_minor == 1_250_000


def test_every_field_has_a_column_of_its_name(bring_in: Importer, installation: Installation) -> None:
    bring_in(
        "deal_id,title,account,product,status,value,currency,closed_on,outcome,reason,competitor,notes,"
        "renewal_on,not_qualified,first_name,last_name,email,job_title,country,time_zone,phone\n"
        "7,Pro for Brightwell,Brightwell,Pro,lost,48000,GBP,2025-03-14,postponed,Budget freeze,Acme,"
        '"Board wanted\nunder 40k",2026-03-01,no,Dana,Ortiz,dana@brightwell.example,COO,GB,Europe/London,'
        "020 7946 0018\n",
        yes=True,
    )

    deal = the_deal(installation, "own:7")
    assert (deal.product, deal.notes) == ("Pro", "Board wanted\nunder 40k")
    assert (deal.renewal_on, deal.not_qualified) == (date(2026, 3, 1), False)
    assert deal.outcome is LossOutcome.POSTPONED  # as the file says, whatever reason and competitor suggest
    dana = the_person(installation, "dana@brightwell.example")
    assert (dana.name, dana.first_name, dana.time_zone) == ("Dana Ortiz", "Dana", "Europe/London")


def test_a_file_without_ids_needs_a_word(bring_in: Importer, installation: Installation) -> None:
    text = "company,deal,lost on\nBrightwell,Pro,2025-03-14\n"
    with pytest.raises(UnconfirmedKeyError):
        bring_in(text, confirmed=True)
    bring_in(text, confirmed=True, key_fallback=True)
    assert the_deal(installation, "key:brightwell|pro").status is DealStatus.LOST


def test_a_file_that_says_not_what_was_lost_names_what_is_missing(bring_in: Importer) -> None:
    with pytest.raises(MissingColumnsError, match=r"the deal \(.*whose it is \(.*'Colour', 'Size'.*--map"):
        bring_in("Colour,Size\nred,4\n", yes=True)


def test_headings_without_rows_are_an_empty_file(bring_in: Importer) -> None:
    with pytest.raises(EmptyFileError, match="no rows"):
        bring_in("id,company,deal\n,,\n", yes=True)


def test_map_names_what_is_there(bring_in: Importer) -> None:
    with pytest.raises(UnknownMappingError, match=r"no column 'Nope'.*'id', 'company'"):
        bring_in("id,company\n1,A\n", mapping=((Field.EMAIL, "Nope"),))
    with pytest.raises(UnknownMappingError, match=r"no field 'fax'.*deal_id"):
        field_named("fax")
    assert field_named("Deal ID") is Field.DEAL_ID


def test_headings_of_nobodys_words_are_found_by_the_mapping(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(
        "Umsatzliste,\nNr.;Kunde;Projekt\n1;Hellbrunn;Pro\n",
        mapping=((Field.DEAL_ID, "Nr."), (Field.ACCOUNT, "Kunde"), (Field.TITLE, "Projekt")),
    )
    assert the_deal(installation, "own:1").title == "Pro"


def test_a_format_can_be_told(bring_in: Importer, installation: Installation) -> None:
    text = "Id,Name,Account Name,Won,Closed\n006A000000Fz1aB,Pro,Brightwell,0,1\n"
    bring_in(text, format="salesforce")
    bring_in(text)  # remembered

    assert the_deal(installation, "salesforce:006A000000Fz1aBIAR").status is DealStatus.LOST
