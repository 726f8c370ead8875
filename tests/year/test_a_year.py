"""A year in the life of ten prospects who said no: in a real browser, by a clock that is moved.

Sam's export comes in on a Monday. From then on he opens Ringback every Monday morning and does what it asks
of him: thanks, asks why, checks in. Dana answers an interview, comes back to the website and is won; Ida
unsubscribes, Gus asks to be left alone, and the others are turned to for as long as nothing happens.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar
from sqlalchemy import select

from alerts.models import Alert
from alerts.web.gesture import QUICKEST
from tests.browser import launch_chromium
from tests.year.scene import BEGIN, LOST, WEEK, opened
from tracker.models import Deal
from tracker.preferences import PATH as PREFERENCES
from tracker.preferences import sign_address
from tracker.suppression import email_hash

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from tests.year.scene import Year


pytestmark = pytest.mark.browser

A_GLANCE_MS = round(QUICKEST / timedelta(milliseconds=1)) + 200


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launch_chromium() as browser:
        yield browser


@pytest.fixture
def year(tmp_path: Path, chromium: Browser) -> Iterator[Year]:
    with opened(tmp_path, chromium) as found:
        yield found


def test_a_year_of_ten_prospects_who_said_no(year: Year) -> None:
    the_first_morning(year)
    for week in range(1, 53):
        page = year.monday(week)
        if week == 2:
            sam_and_dana_talk(year, page)
            dana_is_interviewed(year)
        if week == 6:
            ida_unsubscribes(year)
        if week == 40:
            dana_comes_back_and_is_won(year)
        if year.is_anything_due():
            do_what_is_due(year, page, week)
        page.context.close()
    nobody_was_forgotten_and_who_asked_was_left_alone(year)
    lea_reviews_the_month_in_which_dana_was_won(year)
    assert year.house.refused == []


def the_first_morning(year: Year) -> None:
    """A year of losses came in at once: three check-ins, the dearest first; thanks for what is fresh."""
    page = year.monday(0)
    page.goto(f"{year.house.home}/today")
    (mail,) = year.mails()
    assert mail["To"] == "Sam Reed <sam@northwind.example>"
    assert [part.get_content_type() for part in mail.iter_attachments()] == ["text/calendar"]
    due = [(kind, name) for name, kind in cards(page)]
    assert sorted(due) == [
        ("Check-in", "Eve Hall"),
        ("Check-in", "Hal Berg"),
        ("Check-in", "Lou Reed"),
        ("Post-mortem", "Gus Stone"),
        ("Thank-you", "Dana Ortiz"),
        ("Thank-you", "Ida Sund"),
        ("Thank-you", "Ola Nord"),
    ]
    card(page, "Dana Ortiz").get_by_role("link", name="Write it").click()
    assert "We respect your decision" in page.get_by_label("Text").input_value()
    page.get_by_role("button", name="I sent it").click()
    page.get_by_text("Noted: thank-you sent.").wait_for()
    year.did["Dana Ortiz"].append((0, "Thank-you", "Sent"))
    agree_on_a_call(year, page)
    do_what_is_due(year, page, 0)
    page.context.close()


def agree_on_a_call(year: Year, page: Page) -> None:
    """Two weeks on, at ten; Dana is invited, too."""
    with year.house.installation.database.reading() as session:
        deal = session.scalars(select(Deal).where(Deal.title == "Pro for Brightwell")).one()
    page.goto(f"{year.house.home}/deals/{deal.id}/post-mortem")
    page.get_by_label("Agreed for").select_option(label="In two weeks (Mon 16 Mar)")
    page.get_by_label("At", exact=True).fill("10:00")
    page.get_by_label("Also invite dana@brightwell.example").check()
    page.get_by_role("button", name="Save the time").click()
    page.get_by_text("The invitation to Dana Ortiz on its way").wait_for()
    year.by_the_clock()
    invited = {str(mail["To"]): mail for mail in year.mails()}
    assert len(invited) == 2
    (event,) = Calendar.from_ical(calendar_of(invited["Dana Ortiz <dana@brightwell.example>"])).walk("VEVENT")
    assert event.decoded("dtstart") == datetime(2026, 3, 16, 10, 0, tzinfo=UTC)


def calendar_of(mail: EmailMessage) -> bytes:
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def sam_and_dana_talk(year: Year, page: Page) -> None:
    """They talk as agreed, he writes down why, and looks back by himself."""
    page.goto(f"{year.house.home}/today")
    assert "Agreed for" in card(page, "Dana Ortiz").inner_text()
    card(page, "Dana Ortiz").get_by_role("link", name="Questions").click()
    page.get_by_label("What were the major reasons?").fill("The board wanted under £40k.")
    page.get_by_label("Price").check()
    page.get_by_role("button", name="Done: we talked").click()
    page.get_by_text("Saved, and noted: you talked.").wait_for()
    year.did["Dana Ortiz"].append((2, "Post-mortem", "Spoke"))
    page.get_by_role("link", name="Debrief").click()
    page.get_by_role("group", name="Did I ask, rather than pitch?").get_by_label("Partly").check()
    page.get_by_role("button", name="Save").click()


def dana_is_interviewed(year: Year) -> None:
    """She answers on her phone; a yes to the last question puts her among those who hear of offers."""
    sams = year.house.page(year.chromium, year.sam, f"/prospects/{year.id_of('Dana Ortiz')}/interviews")
    sams.get_by_role("button", name="Make the interview").click()
    link = sams.get_by_label("For the prospect").input_value()
    dana = year.phone()
    dana.goto(year.house.home + re.sub(r"^https?://[^/]+", "", link))
    dana.get_by_role("link", name="Begin").tap()
    for number in range(1, 9):
        dana.get_by_text(f"{number} of 9").wait_for()
        dana.wait_for_timeout(A_GLANCE_MS)
        dana.get_by_role("textbox").press_sequentially(f"My answer {number}")
        dana.get_by_role("button", name="Save and go on").tap()
    dana.get_by_text("9 of 9").wait_for()
    dana.wait_for_timeout(A_GLANCE_MS)
    dana.get_by_label("Yes").tap()
    dana.get_by_role("button", name="Save and finish").tap()
    dana.get_by_role("heading", name="Thank you").wait_for()
    dana.context.close()
    sams.goto(f"{year.house.home}/prospects?offers=yes")
    assert sams.get_by_role("link", name="Dana Ortiz").count() == 1
    assert sams.get_by_role("link", name="Ola Nord").count() == 0
    sams.context.close()


def ida_unsubscribes(year: Year) -> None:
    installation = year.house.installation
    digest = email_hash(installation.signer, "ida@sundry.example")
    ida = year.phone()
    ida.goto(f"{year.house.home}{PREFERENCES}/{sign_address(installation.signer, digest, year.clock())}")
    ida.wait_for_timeout(A_GLANCE_MS)
    ida.get_by_role("button", name="Unsubscribe from mailings").tap()
    ida.get_by_role("heading", name="You are unsubscribed").wait_for()
    ida.context.close()
    year.by_the_clock()


def dana_comes_back_and_is_won(year: Year) -> None:
    """She reads the prices; the mail to call her is there within the minute, and Sam taps what came of it."""
    year.mails()
    year.visits("Dana Ortiz")
    year.by_the_clock()
    (mail,) = [one for one in year.mails() if "Call Dana" in str(one["Subject"])]
    assert "dana@" not in str(mail["To"])
    with year.house.installation.database.reading() as session:
        assert session.scalars(select(Alert.sent_at)).one() is not None
    page = year.house.page(year.chromium, year.sam, "/today")
    call = page.locator("[id^=call-]").filter(has_text="Dana Ortiz")
    call.get_by_role("button", name=re.compile("calling")).click()
    call = page.locator("[id^=call-]").filter(has_text="Dana Ortiz")
    call.get_by_role("link", name="More…").click()
    page.get_by_role("button", name="Won back").click()
    page.get_by_text("Saved: Won back.").wait_for()
    year.did["Dana Ortiz"].append((40, "Call", "Won back"))
    page.context.close()


def cards(page: Page) -> list[tuple[str, str]]:
    """Who is due, and for what."""
    found = page.locator("section[aria-labelledby=due] article")
    return [
        (one.locator("h3 a").first.inner_text(), one.locator(".pill").first.inner_text())
        for one in found.all()
    ]


def card(page: Page, name: str) -> Locator:
    return page.locator("section[aria-labelledby=due] article").filter(has_text=name)


def do_what_is_due(year: Year, page: Page, week: int) -> None:
    """Tap each: letters are sent, Gus asks to be left alone, Ola never answers about why, all others talk."""
    page.goto(f"{year.house.home}/today")
    while there := cards(page):
        name, kind = there[0]
        one = card(page, name)
        if name == "Gus Stone" and kind == "Check-in":
            one.get_by_role("link", name="More…").click()
            page.get_by_role("button", name="Stop, as ticked").click()
            result = "Asked us to stop"
        else:
            result = "Sent" if kind == "Thank-you" else "Spoke"
            if (name, kind) == ("Ola Nord", "Post-mortem"):
                result = "No answer"
            one.get_by_role("button", name=result).click()
        page.get_by_text(f"Saved. {kind}: {result}.").wait_for()
        year.did[name].append((week, kind, result))


def nobody_was_forgotten_and_who_asked_was_left_alone(year: Year) -> None:
    done = year.did
    assert [what for what in done["Dana Ortiz"] if what[0] <= 2] == [
        (0, "Thank-you", "Sent"),
        (2, "Post-mortem", "Spoke"),
    ]
    assert done["Dana Ortiz"][-1] == (40, "Call", "Won back"), "and nothing after it"
    assert max(week for week, _, _ in done["Ida Sund"]) < 6 + 1
    assert done["Gus Stone"][-1][2] == "Asked us to stop"
    assert [result for _, kind, result in done["Ola Nord"] if kind == "Post-mortem"] == ["No answer"] * 3
    for name, (_, _, ago, _, _) in LOST.items():
        if name in {"Dana Ortiz", "Ida Sund", "Gus Stone"}:
            continue
        weeks = [week for week, kind, _ in done[name] if kind == "Check-in"]
        assert len(weeks) >= 4, f"{name}, lost {ago} days before, was turned to in {weeks}"
        assert max(later - earlier for earlier, later in pairwise([*weeks, 52])) <= 13, (name, weeks)


def lea_reviews_the_month_in_which_dana_was_won(year: Year) -> None:
    month = (BEGIN + 40 * WEEK).date()
    page = year.house.page(year.chromium, year.lea, f"/review/{month:%Y-%m}")
    assert date(2026, 12, 7) == month
    assert "48,000" in page.locator("main").inner_text()
    page.context.close()
