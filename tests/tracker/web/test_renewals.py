"""Renewals by month: who comes up when, what is assumed, and the terms by which."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.builders import add_account, add_deal, add_owner_name, add_prospect
from tests.tracker.web.company import Company, open_company
from tracker.calendar_month import Month
from tracker.listing import relist
from tracker.models import Listing, Prospect, User
from tracker.renewal import next_renewal
from tracker.renewals import months_from
from tracker.segments.filter import Renews
from tracker.segments.renewing import renewing
from tracker.words import LossOutcome, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database

CHOSE = LossOutcome.CHOSE_COMPETITOR


@pytest.fixture
def company(database: Database) -> Iterator[Company]:
    with open_company(database) as opened:
        yield opened


def lost(company: Company, name: str, owner: User | None = None, **deal: Any) -> int:  # noqa: ANN401  (columns)
    with company.database.writing() as session:
        account = add_account(session, f"{name}'s", add_owner_name(session, owner) if owner else None)
        person = add_prospect(session, account, name)
        add_deal(session, person, **{"outcome": CHOSE, "competitor": "Acme", **deal})
        relist(session, [person.id])
        return person.id


def test_a_month_shows_who_renews_in_it_known_and_assumed(company: Company) -> None:
    today = company.door.now.date()  # 10 March 2026
    lost(company, "Dana Ortiz", renewal_on=date(2026, 3, 20))
    lost(company, "Ola Nord", closed_on=date(2024, 3, 28))
    lost(company, "Ida Sund", closed_on=date(2025, 6, 1))
    lost(company, "Una Later", renewal_on=date(2027, 3, 20))
    lost(company, "Ned Nobody", outcome=LossOutcome.POSTPONED, closed_on=date(2025, 3, 14))
    assert today == date(2026, 3, 10)
    browser = company.browser(company.hire("Kim Berg", Role.ADMIN))
    page = browser.gets("/renewals").text
    assert re.findall(r"(Dana Ortiz|Ola Nord|Ida Sund|Una Later|Ned Nobody)<", page) == [
        "Dana Ortiz",
        "Ola Nord",
    ]
    assert page.count('<span class="muted">assumed</span>') == 1
    assert "Ida Sund" in browser.gets("/renewals?month=2026-06").text
    assert "No contract renews in" in browser.gets("/renewals?month=2026-07").text


def test_a_leap_day_renews_on_the_28th(company: Company) -> None:
    lost(company, "Dana Ortiz", closed_on=date(2024, 2, 29))
    page = company.browser(company.hire("Kim Berg", Role.ADMIN)).gets("/renewals?month=2027-02").text
    assert 'datetime="2027-02-28"' in page


def test_the_term_of_a_product_moves_what_was_assumed_and_nothing_else(company: Company) -> None:
    lost(company, "Dana Ortiz", product="Pro", closed_on=date(2025, 6, 1))
    lost(company, "Ola Nord", product="Pro", renewal_on=date(2026, 6, 5))
    lost(company, "Ida Sund", product="Lite", closed_on=date(2025, 6, 1))
    browser = company.browser(company.hire("Lea Roth", Role.ADMIN))
    browser.sends("/renewals/terms", "/renewals", product="PRO", months="36", seen="0")
    june = browser.gets("/renewals?month=2026-06").text
    assert "Dana Ortiz" not in june
    assert "Ola Nord" in june
    assert "Ida Sund" in june
    assert "36 months" in june
    browser.sends("/renewals/terms", "/renewals", product="Pro", months="", seen="1")
    assert "Dana Ortiz" in browser.gets("/renewals?month=2026-06").text
    assert ("Lea Roth", "change terms") in company.noted()


def test_a_wrong_term_and_a_second_editor_are_told(company: Company) -> None:
    browser = company.browser(company.hire("Lea Roth", Role.ADMIN))
    for typed in ("", "never", "0", "1000", "9" * 600):
        answer = browser.sends("/renewals/terms", "/renewals", product="", months=typed)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
    browser.sends("/renewals/terms", "/renewals", product="Pro", months="24", seen="0")
    late = browser.sends("/renewals/terms", "/renewals", product="Pro", months="6", seen="0")
    assert late.status_code == 409
    assert "Somebody else changed the terms meanwhile" in late.text
    assert "24 months" in browser.gets("/renewals").text


def test_a_rep_sees_their_own_and_changes_no_terms(company: Company) -> None:
    sam, bo = company.hire("Sam Reed"), company.hire("Bo Fox")
    lost(company, "Dana Ortiz", sam, renewal_on=date(2026, 3, 20))
    lost(company, "Fay Ito", bo, renewal_on=date(2026, 3, 20))
    with company.database.writing() as session:
        relist(session, session.scalars(select(Prospect.id)).all())
    browser = company.browser(sam)
    page = browser.gets("/renewals").text
    assert "Dana Ortiz" in page
    assert "Fay Ito" not in page
    assert 'name="months"' not in page
    assert browser.sends("/renewals/terms", "/renewals", product="", months="24").status_code == 403


@pytest.mark.parametrize("month", ["2020-01", "2026-13", "soon", "2026-3"])
def test_what_is_no_month_of_the_page_is_not_there(company: Company, month: str) -> None:
    assert (
        company.browser(company.hire("Kim Berg", Role.ADMIN)).gets(f"/renewals?month={month}").status_code
        == 404
    )


def test_a_long_month_goes_on_where_its_page_ended(company: Company) -> None:
    for number in range(55):
        lost(company, f"Dana {number:02}", renewal_on=date(2026, 3, 20) + timedelta(days=number % 3))
    browser = company.browser(company.hire("Kim Berg", Role.ADMIN))
    first = browser.gets("/renewals").text
    following = re.search(r'href="(/renewals\?month=2026-03&amp;after=[^"]+)"', first)
    assert following
    second = browser.gets(following[1].replace("&amp;", "&")).text
    names = re.findall(r">(Dana \d\d)</a>", first + second)
    assert len(names) == len(set(names)) == 55


def test_twelve_months_cover_each_day_of_a_year_once() -> None:
    for today in (date(2026, 3, 10), date(2027, 12, 31), date(2028, 2, 29)):
        months = months_from(today)
        assert sorted(month.number for month in months) == list(range(1, 13))
        assert months[0] == Month.of(today)


def test_a_segment_finds_who_renews_soon_each_year_anew(company: Company) -> None:
    lost(company, "Dana Ortiz", renewal_on=date(2026, 4, 1))
    lost(company, "Ola Nord", closed_on=date(2023, 5, 20))
    lost(company, "Ida Sund", renewal_on=date(2027, 4, 1))
    lost(company, "Una Late", renewal_on=date(2026, 9, 20))
    lost(company, "Ned Nobody", outcome=LossOutcome.POSTPONED, closed_on=date(2025, 3, 14))
    browser = company.browser(company.hire("Kim Berg", Role.ADMIN))

    def found(within: str) -> list[str]:
        return sorted(
            re.findall(r'prospects/\d+">([^<]+)</a>', browser.gets(f"/prospects?renews={within}").text)
        )

    assert found("1") == ["Dana Ortiz"]
    assert found("3") == ["Dana Ortiz", "Ola Nord"]
    assert found("6") == ["Dana Ortiz", "Ola Nord"]
    assert "Contract renews within 3 months" in browser.gets("/prospects?renews=3").text


@example(date(2024, 2, 29), date(2026, 1, 31), Renews.MONTH)
@example(date(2024, 2, 29), date(2028, 1, 28), Renews.MONTH)
@given(
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    st.dates(date(2026, 1, 1), date(2029, 12, 31)),
    st.sampled_from(Renews),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_who_renews_soon_is_who_renews_next_by_then(
    database: Database, first: date, today: date, within: Renews
) -> None:
    place = Listing(
        prospect_id=1, name="", renews=first.month * 100 + first.day, renews_from=first.toordinal()
    )
    following = next_renewal(None, None, first, today)
    assert following is not None
    with database.writing() as session:
        person = add_prospect(session)
        place.prospect_id = person.id
        session.add(place)
        session.flush()
        is_found = session.scalar(select(Listing.prospect_id).where(renewing(within, today))) == person.id
        session.rollback()
    last = today + relativedelta(months=int(within))
    expected = following.on <= last
    assert is_found == expected
