"""In a real browser: a site is added, its tag is pasted, somebody visits, and what blocks it is named."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from demo.ports import HOST, free_port, is_free
from tests.browser import launch_chromium
from tests.builders import add_prospect
from tests.house import House, open_house
from tests.snippet.pages import document
from tests.snippet.servers import Server
from tests.tracker.ingest.stories import PERSON, Setting, token_of
from tests.tracker.web.prospects.test_list_journey import looked_at
from tracker.ingest.endpoint import PATH
from tracker.models import Visit
from tracker.sites import SiteWishes, add_site
from tracker.words import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PRICING = (
    "<h1>Pricing</h1><button id=agree>I agree</button><script>agree.onclick = () => ringback(true)</script>"
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launch_chromium() as browser:
        yield browser


@pytest.fixture
def website() -> Iterator[Server]:
    """Northwind's own web server, which knows nothing of Ringback yet."""
    yield from Server(b"", "localhost").serving()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, free_port()) as opened:
        yield opened


@contextmanager
def nginx(folder: Path, page: str, recipe: str, port: int) -> Iterator[None]:
    """A website of one page, in whose block the recipe stands."""
    conf = folder / "nginx.conf"
    site = f"listen {port}; location /pricing {{ default_type text/html; return 200 '{page}'; }}"
    conf.write_text(
        f"daemon off; pid {folder}/pid; events {{ }} http {{ server {{ {site}\n{recipe}\n}} }}", "utf-8"
    )
    command = [str(shutil.which("nginx")), "-p", str(folder), "-c", str(conf), "-e", "stderr"]
    process = subprocess.Popen(command)  # noqa: S603  (the web server)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def link_to(house: House, page: str) -> str:
    """A prospect's own link to a page."""
    with house.installation.database.writing() as session:
        setting = Setting(house.installation, "")
        token = token_of(setting, session, add_prospect(session), at=datetime.now(UTC))
    return f"{page}#rb={token}"


def visits(chromium: Browser, house: House, address: str, *, told: bool = True) -> Page:
    """Somebody opens a page and agrees, if asked, until Ringback is told or the browser refuses."""
    page = chromium.new_context(user_agent=PERSON).new_page()
    with page.expect_response(f"**{PATH}") if told else page.expect_console_message():
        page.goto(address)
        if page.get_by_role("button", name="I agree").count():
            page.get_by_role("button", name="I agree").click()
    house.front.drain.all()
    house.front.drops.flush(house.installation.database, datetime.now(UTC))
    return page


def findings(page: Page, address: str) -> str:
    """What *Sites* says of a page."""
    page.get_by_label("A page of this site").fill(address)
    page.get_by_role("button", name="Look at it now").click()
    return page.locator(".findings").inner_text()


def test_a_tag_is_pasted_somebody_visits_and_what_blocks_it_elsewhere_is_named(
    chromium: Browser, house: House, website: Server
) -> None:
    kim = house.page(chromium, house.hire("Kim Berg", Role.ADMIN), "/sites")
    _adds(kim, website.url)
    mia = house.page(chromium, house.hire("Mia Marsh", Role.MARKETER), "/sites")
    tag = _copies_the_tag(mia, kim)

    website.publish(document(tag, PRICING), "/pricing")
    visits(chromium, house, link_to(house, f"{website.url}/pricing"))
    mia.reload()
    seen = mia.get_by_role("row").filter(has=mia.get_by_role("link", name="/pricing")).get_by_role("cell")
    assert seen.nth(1).inner_text() == "1"
    assert "today" in seen.nth(2).inner_text()
    assert "today" in mia.get_by_text("A known browser was last seen").inner_text()
    assert "The tag is there, with this site's key." in findings(mia, f"{website.url}/pricing")
    looked_at(mia, "seen")

    for path, policy, words in (
        ("/no-script", "script-src 'self' 'unsafe-inline'", f"add {house.home} to script-src"),
        ("/no-report", "connect-src 'self'", f"add {house.home} to connect-src"),
    ):
        website.publish(document(tag, PRICING), path, Content_Security_Policy=policy)
        visits(chromium, house, link_to(house, website.url + path), told=False)
        assert words in findings(mia, website.url + path)
    website.publish(document(tag, "<h1>Nobody asks</h1>"), "/nobody-asks")
    assert "looks like a call of ringback(true)" in findings(mia, f"{website.url}/nobody-asks")
    elsewhere = website.url.replace("localhost", HOST)
    visits(chromium, house, link_to(house, f"{elsewhere}/pricing"), told=False)
    assert "is none of this site's addresses" in findings(mia, f"{elsewhere}/pricing")
    refused = mia.get_by_role("row").filter(has_text="Foreign").get_by_role("cell")
    assert int(refused.nth(1).inner_text()) > 0
    looked_at(mia, "blocked")
    with house.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Visit)) == 1
    assert [words for words in house.refused if "422" not in words] == []


def _adds(kim: Page, origin: str) -> None:
    """An admin adds the site, and chooses the wrong source of consent."""
    looked_at(kim, "none")
    addresses = kim.get_by_role("textbox", name="Addresses", exact=True)
    addresses.fill(origin.removeprefix("http://"))
    kim.get_by_role("button", name="Add").click()
    kim.get_by_text("write it with its scheme").first.wait_for()
    addresses.fill(origin)
    kim.get_by_label("Name", exact=True).fill("Northwind")
    kim.get_by_label("Who says that a visitor agreed").select_option(label="A banner with IAB TCF")
    kim.get_by_role("button", name="Add").click()
    kim.get_by_text("Added Northwind. Now paste its tag.").wait_for()


def _copies_the_tag(mia: Page, kim: Page) -> str:
    """A marketer finds the other source of consent, the admin saves it; gives the tag."""
    right = "The page: ringback(true)"
    mia.get_by_role("link", name="Northwind").click()
    mia.get_by_text("Nobody was seen there yet.").wait_for()
    mia.get_by_label("Consent source").select_option(label=right)
    mia.get_by_role("button", name="Write the tag").click()
    mia.get_by_text("an admin has to save the other one").wait_for()
    looked_at(mia, "unlike")
    kim.get_by_label("Who says that a visitor agreed").select_option(label=right)
    kim.get_by_role("button", name="Save").click()
    kim.get_by_text("paste the tag anew").wait_for()
    mia.reload()
    expect(mia.get_by_text("an admin has to save")).to_have_count(0)
    mia.locator("[data-copy=tag-text]").click()
    mia.get_by_role("button", name="Copied").wait_for()
    return str(mia.evaluate("navigator.clipboard.readText()"))


def test_the_sites_own_server_passes_it_on_by_the_recipe_and_a_cookie_is_kept(
    chromium: Browser, tmp_path: Path
) -> None:
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed: its recipe was not tried (apt-get install nginx)")
    port = free_port()
    origin = f"http://localhost:{port}"
    with open_house(tmp_path, free_port(), proxy_hops=1) as house:
        with house.installation.database.writing() as session:
            site = add_site(session, SiteWishes((origin,)))
        mia = house.page(chromium, house.hire("Mia Marsh", Role.MARKETER), f"/sites/{site.id}")
        mia.get_by_label("Served by").select_option(label="The site's own server (recommended)")
        mia.get_by_role("button", name="Write the tag").click()
        page = document(mia.get_by_role("textbox", name="The tag").input_value(), PRICING)
        mia.get_by_text("nginx", exact=True).click()
        mia.locator("[data-copy=recipe-nginx]").click()
        mia.get_by_role("button", name="Copied").wait_for()
        recipe = mia.evaluate("navigator.clipboard.readText()")
        looked_at(mia, "recipe")
        recipe = recipe.replace("127.0.0.1:8080", house.home.removeprefix("http://"))
        with nginx(tmp_path, page, recipe, port):
            while is_free(port):
                mia.wait_for_timeout(10)
            (cookie,) = visits(chromium, house, link_to(house, f"{origin}/pricing")).context.cookies()
            assert (cookie["domain"], cookie["httpOnly"]) == ("localhost", True)
            assert "another host" not in findings(mia, f"{origin}/pricing")
        assert mia.get_by_role("link", name="/pricing").is_visible()
        assert house.refused == []
