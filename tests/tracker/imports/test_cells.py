"""What else a cell may say: people, wishes, blanks, and formulas that must not run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.imports.cells.fault import CellError
from tracker.imports.cells.guard import guard, unguard
from tracker.imports.cells.person import (
    parse_country,
    parse_email,
    parse_phone,
    parse_time_zone,
    split_named,
)
from tracker.imports.cells.status import parse_outcome, parse_status, status_from_flags
from tracker.imports.cells.text import clean, parse_reason, parse_yes, told
from tracker.words import DealStatus, LossOutcome


@pytest.mark.parametrize("blank", ["", "  ", "-", "\u2014", "n/a", "N/A", "None", "null", "\u200b", "\ufeff"])
def test_what_programs_write_for_nothing_is_nothing(blank: str) -> None:
    assert clean(blank) == ""


def test_invisible_and_direction_turning_letters_go() -> None:
    assert clean(" Dana\u202e Ortiz\x07 ") == "Dana Ortiz"


def test_unknown_is_no_winner_and_no_reason_but_other_is_a_reason() -> None:
    assert told("Unknown") == told("No competitor") == told("Other") == ""
    assert told("Acme") == "Acme"
    assert parse_reason("unknown") == ""
    assert parse_reason("Other") == "Other"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("dana@brightwell.example", "dana@brightwell.example"),
        ("Dana Ortiz <dana@brightwell.example>", "dana@brightwell.example"),
        ("mailto:dana@brightwell.example", "dana@brightwell.example"),
        ("dana@brightwell.example, d.ortiz@home.example", "dana@brightwell.example"),
        ("d\u00e4na@br\u00efghtwell.example", "d\u00e4na@br\u00efghtwell.example"),
    ],
)
def test_an_address_is_found(text: str, address: str) -> None:
    assert parse_email(text) == address


@pytest.mark.parametrize(
    "text", ["dana", "dana@", "@x.example", "a b@x.example", "dana@brightwell", "a" * 400]
)
def test_no_address_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        parse_email(text)


def test_name_and_address_come_apart() -> None:
    assert split_named("Sam Reed (sam@northwind.example)") == ("Sam Reed", "sam@northwind.example")
    assert split_named("Sam Reed") == ("Sam Reed", "")
    assert split_named("sam@northwind.example") == ("", "sam@northwind.example")


@pytest.mark.parametrize(
    ("text", "region", "phone"),
    [
        ("020 7946 0018", "GB", "+442079460018"),
        ("+44 (0)20 7946 0018", "US", "+442079460018"),
        ("(415) 555-0132", "US", "+14155550132"),
        ("020 7946 0018 ext. 12", "GB", "+442079460018;ext=12"),
        ("ask reception", "GB", "ask reception"),
        ("12", "GB", "12"),
    ],
)
def test_a_phone_becomes_e164_or_stays_as_written(text: str, region: str, phone: str) -> None:
    assert parse_phone(text, region) == phone


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("United Kingdom", "GB"),
        ("uk", "GB"),
        ("Deutschland", "DE"),
        ("us", "US"),
        ("USA", "US"),
        ("Narnia", ""),
    ],
)
def test_countries_are_known_by_name_and_code(text: str, code: str) -> None:
    assert parse_country(text) == code


def test_time_zones_are_iana_names_also_as_hubspot_spells_them() -> None:
    assert parse_time_zone("europe_slash_london") == "Europe/London"
    assert parse_time_zone("America/New York") == "America/New_York"
    assert parse_time_zone("teatime") == ""


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("lost", DealStatus.LOST),
        ("closedlost", DealStatus.LOST),
        ("Closed Lost", DealStatus.LOST),
        ("Closed - Lost (2025)", DealStatus.LOST),
        ("won", DealStatus.WON),
        ("closedwon", DealStatus.WON),
        ("Closed/Won", DealStatus.WON),
        ("Won't happen soon", DealStatus.OPEN),
        ("Negotiation", DealStatus.OPEN),
        ("Almost there", DealStatus.OPEN),
    ],
)
def test_a_stage_says_how_a_deal_stands(text: str, status: DealStatus) -> None:
    assert parse_status(text) is status


def test_a_deleted_deal_is_left_out() -> None:
    with pytest.raises(CellError, match="deleted"):
        parse_status("deleted")


def test_flags_settle_it_or_do_not() -> None:
    assert status_from_flags("1", "", "1") is DealStatus.WON
    assert status_from_flags("", "yes", "") is DealStatus.LOST
    assert status_from_flags("false", "", "true") is DealStatus.LOST
    assert status_from_flags("", "", "true") is None
    assert status_from_flags("", "", "0") is DealStatus.OPEN
    assert status_from_flags("", "", "") is None
    with pytest.raises(CellError):
        parse_yes("perhaps")


def test_outcomes_are_our_three() -> None:
    assert parse_outcome("chose_competitor") is LossOutcome.CHOSE_COMPETITOR
    assert parse_outcome("No decision") is LossOutcome.DECIDED_NOTHING
    with pytest.raises(CellError):
        parse_outcome("meh")


@pytest.mark.parametrize("evil", ["=cmd()", "+1", "-1", "@x", "\t=x", "\rx", "\0x", "'=x"])
def test_a_spreadsheet_runs_no_cell_of_ours(evil: str) -> None:
    assert guard(evil).startswith("'")


@given(st.text("'=+-@\t\r\0ab", max_size=8) | st.text())
def test_what_is_guarded_comes_back_as_it_was(text: str) -> None:
    assert unguard(guard(text)) == text
