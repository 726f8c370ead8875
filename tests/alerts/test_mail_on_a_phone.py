"""All mails in a real browser at a phone's width: nothing runs, nothing overflows, thumbs hit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from alerts.briefing.facts import DigestBriefing, DigestEntry, DigestName
from alerts.correction_message import TakenBack, correction_content
from alerts.digest_message import digest_content
from alerts.message import alert_content
from tests.alerts.test_payloads import PAYLOADS, filled_with
from tests.alerts.written import DANA, LINKS, SEEN, WHO
from tests.browser import launch_chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Dialog, Page

    from alerts.briefing.facts import Briefing

pytestmark = pytest.mark.browser

PHONE_WIDTH = 390
THUMB = 44
"""CSS pixels that a finger hits for sure."""
UNBROKEN = replace(
    DANA,
    who=replace(WHO, name="x" * 80, first_name="y" * 40, account="z" * 80),
    seen=replace(SEEN, read="w" * 90),
    say="q" * 90,
)


@pytest.fixture(scope="module")
def phone() -> Iterator[Page]:
    with launch_chromium() as browser:
        yield browser.new_page(viewport={"width": PHONE_WIDTH, "height": 844}, color_scheme="dark")


def all_mails(it: Briefing) -> list[str]:
    digest = DigestBriefing(
        (DigestEntry(it, 2, LINKS.prospect),), (DigestName(it.who.label, LINKS.prospect),) * 3
    )
    taken_back = TakenBack(it.who, "today 09:42", in_digest=False, found=it.say, links=LINKS)
    corrections = [correction_content((taken_back,) * count).html for count in (1, 2)]
    return [alert_content(it, LINKS).html, digest_content(digest).html, *corrections]


@pytest.mark.parametrize("it", [DANA, UNBROKEN], ids=["usual", "unbroken"])
def test_nothing_is_wider_than_a_phone(phone: Page, it: Briefing) -> None:
    for html in all_mails(it):
        phone.set_content(html)
        assert phone.evaluate("document.documentElement.scrollWidth") == PHONE_WIDTH


def test_the_number_comes_first_and_every_button_is_big_enough(phone: Page) -> None:
    phone.set_content(alert_content(DANA, LINKS).html)
    links = phone.locator("a").all()
    boxes = [box for link in links if (box := link.bounding_box())]
    assert links[0].get_attribute("href") == "tel:+442079460018"
    assert boxes[0]["y"] < THUMB
    assert [box["height"] for box in boxes if box["height"] < THUMB] == []
    assert len(boxes) == 5


def test_a_correction_s_links_are_big_enough_and_none_rings(phone: Page) -> None:
    for html in all_mails(DANA)[2:]:
        phone.set_content(html)
        links = phone.locator("a").all()
        assert len(links) == 2
        for link in links:
            box = link.bounding_box()
            assert box is not None
            assert box["height"] >= THUMB
            assert (link.get_attribute("href") or "").startswith("https:")


def test_dark_is_dark(phone: Page) -> None:
    phone.set_content(alert_content(DANA, LINKS).html)
    ground = phone.evaluate("getComputedStyle(document.body).backgroundColor")
    ink = phone.evaluate("getComputedStyle(document.querySelector('.ink')).color")
    assert (ground, ink) == ("rgb(20, 23, 26)", "rgb(230, 233, 236)")


def test_s7_no_payload_runs(phone: Page) -> None:
    ran: list[str] = []

    def note(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    phone.on("dialog", note)
    phone.on("request", lambda request: ran.append(request.url))
    for payload in PAYLOADS:
        for html in all_mails(filled_with(DANA, payload)):
            phone.set_content(html)
    assert ran == []
