"""In a real browser: somebody opens the link in a mailing, on a phone, with and without JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from demo.ports import free_port
from tests.axe import violations
from tests.browser import launch_chromium
from tests.builders import add_prospect
from tests.house import open_house
from tracker.listing import relist
from tracker.models import OfferConsent, Suppression
from tracker.preferences import PATH, sign_address
from tracker.suppression import email_hash

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.house import House

pytestmark = pytest.mark.browser
TARGET_PX = 44


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launch_chromium() as browser:
        yield browser


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, free_port()) as opened:
        yield opened


def address(house: House) -> str:
    installation = house.installation
    with installation.database.writing() as session:
        dana = add_prospect(session)
        relist(session, [dana.id], signer=installation.signer)
        digest = email_hash(installation.signer, dana.email or "")
    return f"{house.home}{PATH}/{sign_address(installation.signer, digest, datetime.now(UTC))}"


def is_sound(page: Page, *, scripts: bool) -> None:
    """It fits, every target can be met with a thumb, and axe finds nothing; asked where scripts run."""
    if not scripts:
        return
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= TARGET_PX
    assert not violations(page)


@pytest.mark.parametrize(("scripts", "scheme"), [(True, "light"), (True, "dark"), (False, "light")])
def test_a_person_chooses_and_unsubscribes_on_a_phone(
    chromium: Browser, house: House, *, scripts: bool, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": 390, "height": 844},
        java_script_enabled=scripts,
        color_scheme=scheme,  # type: ignore[arg-type]  # one of two words
    )
    page = context.new_page()
    page.goto(address(house))
    is_sound(page, scripts=scripts)
    page.get_by_label("You may tell me of offers.").check()
    page.get_by_label("You may call me.").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("listitem")).to_have_text(
        ["You want to hear of offers.", "You want no calls."], use_inner_text=True
    )
    is_sound(page, scripts=scripts)
    page.get_by_label("Yes, that is what I want").check()
    page.wait_for_timeout(3_000)  # so long a person reads
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved. It holds from now on.")
    expect(page.get_by_label("You may call me.")).not_to_be_checked()
    page.get_by_role("button", name="Unsubscribe from mailings").click()
    expect(page.get_by_role("heading")).to_have_text("You are unsubscribed")
    is_sound(page, scripts=scripts)
    assert not context.cookies()
    context.close()
    with house.installation.database.reading() as session:
        assert sorted(session.scalars(select(Suppression.kind))) == ["do_not_call", "unsubscribed"]
        assert len(session.scalars(select(OfferConsent.id)).all()) == 1
