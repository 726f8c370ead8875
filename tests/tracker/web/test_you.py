"""*You*: name, zone, hours, deputy, absences, and where one is signed in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.alerts.test_payloads import PAYLOADS
from tests.tracker.web.prospects.desk_of_sam import field
from tracker.models import User
from tracker.people.sessions import live_sessions

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.tracker.web.company import Browser, Company

GIVEN: dict[str, str | list[str]] = {
    "name": "Sam Reed",
    "time_zone": "Europe/London",
    "start": "08:30",
    "end": "17:00",
    "days": ["1", "2", "5"],
    "deputy": "",
    "away_from": "2026-08-03",
    "away_until": "2026-08-14",
}


def saves(browser: Browser, page: str, **fields: str | list[str]) -> TestResponse:
    """Save the form about a person as the page shows it now."""
    return browser.sends(page, seen=field(browser.gets(page).text, "seen"), **fields)


def test_a_rep_says_when_they_work_and_who_stands_in(company: Company) -> None:
    sam, priya = company.hire(), company.hire("Priya Nair")
    browser = company.browser(sam)
    assert saves(browser, "/you", **GIVEN | {"deputy": str(priya.id)}).location == "/you"
    with company.database.reading() as session:
        user = session.get_one(User, sam.id)
        assert (user.time_zone, user.hours_start, user.hours_end) == ("Europe/London", 510, 1020)
        assert (user.work_days, user.deputy_id) == ("125", priya.id)
        assert (user.away_from, user.away_until) == (date(2026, 8, 3), date(2026, 8, 14))
    assert company.noted() == [("Sam Reed", "change")]
    page = browser.gets("/you").text
    assert "Saved." in page
    assert "Times are in Europe/London." in page
    assert "Saved." not in browser.gets("/you").text


def test_what_is_sent_again_unchanged_is_no_change(company: Company) -> None:
    browser = company.browser(company.hire())
    for _ in range(2):
        saves(browser, "/you", **GIVEN)
    assert company.noted() == [("Sam Reed", "change")]


def test_around_the_clock_is_midnight_to_midnight(company: Company) -> None:
    sam = company.hire()
    browser = company.browser(sam)
    saves(browser, "/you", **GIVEN | {"start": "00:00", "end": "00:00", "days": list("1234567")})
    with company.database.reading() as session:
        user = session.get_one(User, sam.id)
        assert (user.hours_start, user.hours_end, user.work_days) == (0, 1440, "1234567")
    assert browser.gets("/you").text.count('value="00:00"') == 2


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": " "}, "Write a name"),
        ({"name": "x" * 201}, "Write a name"),
        ({"time_zone": "Mars/Base"}, "Write a time zone like Europe/London"),
        ({"start": "25:00"}, "Write a time like 09:00"),
        ({"start": "09:60"}, "Write a time like 09:00"),
        ({"start": "", "end": ""}, "Write a time like 09:00"),
        ({"start": "18:00", "end": "09:00"}, "Working hours end after they begin"),
        ({"days": []}, "Choose at least one day"),
        ({"days": ["8", "x"]}, "Choose at least one day"),
        ({"deputy": "9999"}, "Choose somebody of the list"),
        ({"deputy": "x"}, "Choose somebody of the list"),
        ({"away_from": "soon"}, "Write a day like"),
        ({"away_from": ""}, "Write the first day away, too"),
        ({"away_until": "2026-08-02"}, "The last day away is not before the first"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_the_rest_is_kept(
    company: Company, typed: dict[str, str | list[str]], says: str
) -> None:
    sam = company.hire()
    answer = saves(company.browser(sam), "/you", **GIVEN | typed)
    assert answer.status_code == 422
    assert says in answer.text
    assert "Nothing was saved yet" in answer.text
    (name, value), *_ = typed.items()
    if isinstance(value, str) and value.strip():
        assert name == "deputy" or f'value="{value}"' in answer.text
    assert company.noted() == []


def test_nobody_stands_in_for_themselves(company: Company) -> None:
    sam = company.hire()
    assert saves(company.browser(sam), "/you", **GIVEN | {"deputy": str(sam.id)}).status_code == 422


def test_a_rep_cannot_make_themselves_an_admin(company: Company) -> None:
    sam = company.hire()
    saves(company.browser(sam), "/you", **GIVEN | {"role": "admin", "email": "x@y.example", "left_at": ""})
    with company.database.reading() as session:
        user = session.get_one(User, sam.id)
        assert (user.role, user.email) == (sam.role, sam.email)


def test_s7_no_name_becomes_markup(company: Company) -> None:
    browser = company.browser(company.hire())
    for payload in PAYLOADS:
        saves(browser, "/you", **GIVEN | {"name": payload[:150]})
        page = browser.gets("/you").text
        assert "<script>" not in page.casefold()
        assert payload[:150] not in page or "<" not in payload
        assert "<img src=x" not in page


def test_browsers_are_listed_and_signed_out(company: Company) -> None:
    sam, priya = company.hire(), company.hire("Priya Nair")
    here, phone, laptop = (company.browser(sam) for _ in range(3))
    hers = company.browser(priya)
    with company.database.reading() as session:
        ids = [one.id for one in live_sessions(session, sam.id, company.door.now)]
        (other,) = [one.id for one in live_sessions(session, priya.id, company.door.now)]
    assert here.gets("/you").text.count("last seen") == 3
    assert here.sends(f"/you/sessions/{ids[1]}/end", "/you").status_code == 303
    assert (here.is_in(), phone.is_in(), laptop.is_in()) == (True, False, True)
    here.sends("/you/sessions/end-others", "/you")
    assert (here.is_in(), laptop.is_in()) == (True, False)
    assert here.sends(f"/you/sessions/{other}/end", "/you").status_code == 404
    assert hers.is_in()
    assert [verb for _, verb in company.noted()] == ["end session", "end sessions"]
