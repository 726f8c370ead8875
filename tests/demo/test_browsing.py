"""Site and mailbox in a real browser: the banner's choice counts, and mails arrive while one looks."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from demo.mailbox import Mailbox, smtp_server
from demo.mailpages import Owner, create_mail_pages
from demo.ports import HOST, free_port
from demo.serving import web
from demo.site import create_site
from tests.browser import launch_chromium
from tests.builders import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
SAM = Owner("Sam Reed", "sam@northwind.example", "the rep", "Nothing yet.")
STAND_IN = "window.told = []; window.ringback = (choice) => window.told.push(choice);"
"""Takes the snippet's place, and notes what the banner says."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launch_chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails the test when its policy stops anything, or a script throws."""
    context = browser.new_context()
    found = context.new_page()
    wrong: list[str] = []
    found.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    found.on("pageerror", lambda error: wrong.append(str(error)))
    yield found
    context.close()
    assert wrong == []


@pytest.fixture
def site(page: Page) -> Iterator[str]:
    ringback = f"http://{HOST}:{free_port()}"
    page.route(f"{ringback}/**", lambda route: route.fulfill(body=STAND_IN, content_type="text/javascript"))
    with web(create_site(ringback, "SITEKEY"), 0) as origin:
        yield origin
        # Before the server goes: what a page still loads would fail.
        page.close()


@pytest.mark.parametrize(("button", "told"), [("Yes, that's fine", True), ("No, thanks", False)])
def test_the_banner_asks_once_and_says_the_choice_on_every_page(
    page: Page,
    site: str,
    button: str,
    told: bool,  # noqa: FBT001  (what the page is told)
) -> None:
    banner = page.get_by_role("region", name="May we remember you?")
    page.goto(site)
    assert page.evaluate("window.told") == []
    assert page.evaluate("Object.keys(localStorage)") == []
    banner.get_by_role("button", name=button).click()
    banner.wait_for(state="hidden")
    assert page.evaluate("window.told") == [told]
    page.goto(f"{site}/pricing")
    assert banner.is_hidden()
    assert page.evaluate("window.told") == [told]


def test_the_choice_can_be_changed(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("button", name="Yes, that's fine").click()
    page.get_by_role("button", name="Cookie choice").click()
    page.get_by_role("button", name="No, thanks").click()
    assert page.evaluate("window.told") == [True, False]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/", "/pricing", "/compare/acme", "/docs", "/demo"])
def test_no_page_is_wider_than_the_screen(page: Page, site: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_menu_opens_on_a_phone(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(site)
    page.get_by_role("button", name="No, thanks").click()
    pricing = page.get_by_role("navigation", name="Main").get_by_role("link", name="Pricing")
    assert pricing.is_hidden()
    page.locator("#menu summary").click()
    pricing.click()
    page.wait_for_url("**/pricing")


@pytest.fixture
def post(page: Page) -> Iterator[tuple[str, int]]:
    """A mailbox: its pages' origin, and the port that takes mails."""
    mailbox = Mailbox(lambda: NOON)
    with smtp_server(mailbox, 0) as port, web(create_mail_pages(mailbox, (SAM,)), 0) as origin:
        yield origin, port
        page.close()


def send(port: int, subject: str, html: str = "<p>Hello</p>") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@northwind.example", SAM.address, subject
    message.set_content("Hello\n")
    message.add_alternative(html, subtype="html")
    with smtplib.SMTP(HOST, port, timeout=10) as server:
        server.send_message(message)


def test_a_mail_arrives_while_one_looks(page: Page, post: tuple[str, int]) -> None:
    origin, port = post
    with page.expect_response("**/messages.json"):
        page.goto(origin)
    assert page.get_by_text("Nothing yet.").is_visible()
    send(port, "Call Dana Ortiz, Brightwell")
    page.locator(".arrived", has_text="Call Dana Ortiz").wait_for()
    assert page.title() == "(1) Mailbox"
    page.locator(".arrived a").click()
    page.get_by_role("heading", name="Call Dana Ortiz").wait_for()
    with page.expect_response("**/messages.json"):
        page.reload()
    send(port, "Call Beth Adeyemi")
    page.get_by_role("link", name="New mail to sam@northwind.example: Call Beth Adeyemi").click()
    page.get_by_role("heading", name="Call Beth Adeyemi").wait_for()


def test_a_mail_is_shown_whole_and_its_links_open_beside_it(page: Page, post: tuple[str, int]) -> None:
    origin, port = post
    send(port, "Tall", "<p>top</p><div style='height:1500px'></div><a href='https://e.example/'>end</a>")
    page.goto(f"{origin}/mail/1")
    frame = page.locator("#html")
    page.frame_locator("#html").get_by_text("end").wait_for()
    page.wait_for_load_state("load")
    assert frame.evaluate("(frame) => frame.clientHeight") > 1500
    link = page.frame_locator("#html").get_by_text("end")
    assert link.evaluate("(link) => link.ownerDocument.querySelector('base').target") == "_blank"
