"""In a real browser: something is added, suggested to a rep, copied, put on record, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import launch_chromium
from tests.builders import add_account, add_deal, add_owner_name, add_prospect
from tests.house import open_house
from tests.tracker.web.prospects.test_list_journey import looked_at
from tracker.listing import relist
from tracker.models import Role
from tracker.sites import SiteWishes, add_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.house import House
    from tracker.models import User

pytestmark = pytest.mark.browser
SITE = "https://www.northwind.example"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launch_chromium() as browser:
        yield browser


def adds_a_guide(page: Page) -> None:
    """The marketer finds the library beside the campaigns, and adds what answers a price."""
    page.get_by_role("link", name="Campaigns", exact=True).first.click()
    page.get_by_role("link", name="Content", exact=True).click()
    page.get_by_role("heading", name="Nothing to send yet").wait_for()
    looked_at(page, "content-empty")
    page.get_by_label("Title").fill("What it costs now")
    page.get_by_label("Address").fill(f"{SITE}/pricing")
    page.get_by_role("button", name="Add").click()
    page.get_by_text("Choose 1 to 5 topics").wait_for()
    looked_at(page, "content-refused")
    page.get_by_label("pricing", exact=True).check()
    page.get_by_role("button", name="Add").click()
    page.get_by_text("Added. It may interest 1 person.").wait_for()
    looked_at(page, "content-one")


def sends_it(page: Page) -> None:
    """The rep finds whom it is for, copies the words, and puts on record that they went out."""
    page.get_by_role("link", name="Dana Ortiz").click()
    page.get_by_text("Answers why they said no: price, says the CRM.").wait_for()
    page.get_by_role("button", name="Make their link").click()
    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Hi Dana,")
    assert f"{SITE}/pricing#rb=" in copied
    page.get_by_text("For a handwritten note").click()
    picture = page.get_by_alt_text("QR code of the link to What it costs now")
    assert picture.evaluate("it => it.decode().then(() => it.naturalWidth)") > 100
    looked_at(page, "goals-offer")
    page.get_by_role("button", name="I mailed it").click()
    page.get_by_text("On record: you sent “What it costs now”.").wait_for()
    page.get_by_text("Not seen on the page since.").wait_for()
    page.get_by_text("They were sent something within the last 14 days").wait_for()
    looked_at(page, "goals-sent")
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_text("Undone: it counts as not sent.").wait_for()
    page.get_by_text("Answers why they said no").wait_for()


def notes_a_goal(page: Page) -> None:
    page.get_by_text("Note a goal or an interest").click()
    page.get_by_label("What they want, or care about").fill("Train new people in a week")
    page.get_by_label("Topic").fill("onboarding")
    page.get_by_role("button", name="Note it").click()
    page.get_by_text("Noted.").wait_for()
    page.get_by_role("link", name="Change").click()
    page.get_by_label("What they want, or care about").fill("Train new people in a day")
    looked_at(page, "goals-change")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Reached").click()
    page.get_by_text("Earlier ones (1)").click()
    page.get_by_role("button", name="Take up again").wait_for()
    looked_at(page, "goals-ended")


def lose_dana(house: House) -> User:
    sam = house.hire("Sam Reed", Role.REP)
    with house.installation.database.writing() as session:
        add_site(session, SiteWishes((SITE,)))
        owner = add_owner_name(session, sam)
        dana = add_prospect(session, add_account(session, owner=owner))
        add_deal(session, dana, owner=owner)
        relist(session, [dana.id])
    return sam


def test_what_is_added_is_suggested_sent_by_hand_and_taken_back(chromium: Browser, tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        sam = lose_dana(house)
        adds_a_guide(house.page(chromium, house.hire("Mia Marsh", Role.MARKETER), "/"))
        page = house.page(chromium, sam, "/content")
        page.get_by_role("link", name="What it costs now").click()
        sends_it(page)
        notes_a_goal(page)
        assert [words for words in house.refused if "422" not in words] == []
