"""In a real browser: an admin reads who changed what, takes it along, and changes the keys that sign."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.alerts.scenes import add_visit
from tests.browser import launch_chromium
from tests.builders import add_prospect
from tests.house import House, open_house, wall_clock
from tests.tracker.ingest.stories import ORIGIN, PERSON, Setting, token_of, view
from tests.tracker.web.prospects.test_list_journey import looked_at
from tracker.ingest.endpoint import PATH
from tracker.installation import KEYS_FILE
from tracker.models import Drop
from tracker.retention import forget_evidence, forget_visits
from tracker.rules.kept import EVIDENCE_KEPT, VISITS_KEPT
from tracker.sites import SiteWishes, add_site
from tracker.words import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
NEW_KEY = "dM8vYq2LxT5nB7cR1wZ4hS9kJ3fG6pA0"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launch_chromium() as browser:
        yield browser


def records(page: Page) -> list[str]:
    """Who did what, newest first."""
    rows = page.locator("tbody tr").all()
    return [" ".join(" ".join(row.locator("td").all_inner_texts()[1:]).split()) for row in rows]


def test_an_admin_reads_narrows_and_takes_along_what_was_done(chromium: Browser, tmp_path: Path) -> None:
    with open_house(tmp_path / "data") as house:
        kim, ada = (house.hire(name, Role.ADMIN) for name in ("Kim Berg", "Ada Lind"))
        page = house.page(chromium, kim, "/upkeep")
        page.get_by_text("Nothing is on record yet.").wait_for()
        looked_at(page, "nothing")
        adas = house.page(chromium, ada, "/sites")
        adas.get_by_role("textbox", name="Addresses", exact=True).fill(ORIGIN)
        adas.get_by_role("button", name="Add").click()
        adas.get_by_label("Name", exact=True).fill("=Northwind()")
        adas.get_by_role("button", name="Save").click()
        page.goto(f"{house.home}/users")
        page.get_by_label("Name", exact=True).fill("Sam Reed")
        page.get_by_label("Mail address").fill("sam@northwind.example")
        page.get_by_role("button", name="Add").click()

        page.get_by_role("link", name="Upkeep").click()
        told = records(page)
        assert [" ".join(one.split()[:4]) for one in told] == [
            "Kim Berg add user", "Ada Lind change site", "Ada Lind add site",
        ]  # fmt: skip
        assert "“www.northwind.example” “=Northwind()”" in told[1]
        assert "origins: “https://www.northwind.example” query names: none" in told[2]
        looked_at(page, "told")
        page.get_by_label("About").select_option(label="Site")
        page.get_by_label("By", exact=True).select_option(label="Ada Lind")
        page.get_by_role("button", name="Show").click()
        assert len(records(page)) == 2
        with page.expect_download() as download:
            page.get_by_role("button", name="Download as CSV").click()
        download.value.save_as(tmp_path / "audit.csv")
        rows = list(csv.DictReader((tmp_path / "audit.csv").read_text("utf-8").splitlines()))
        assert [(row["who"], row["verb"]) for row in rows] == [("Ada Lind", "change"), ("Ada Lind", "add")]
        page.get_by_label("About").select_option(label="Everything")
        page.get_by_label("By", exact=True).select_option(label="Kim Berg")
        page.get_by_role("button", name="Show").click()
        newest = records(page)[0]
        assert newest.startswith("Kim Berg export audit")
        assert "entries: 2" in newest
        page.get_by_label("Up to the day").fill("2020-01-01")
        page.get_by_role("button", name="Show").click()
        page.get_by_text("Nothing is on record for this.").wait_for()
        assert house.refused == []


def marks(page: Page) -> list[tuple[str, str]]:
    return [
        (row.locator("code").inner_text(), row.locator(".pill").inner_text())
        for row in page.locator(".rows li").all()
    ]


def link(house: House) -> str:
    """What stands in somebody's mail, signed by the key that signs now."""
    with house.installation.database.writing() as session:
        return token_of(Setting(house.installation, ""), session, add_prospect(session), at=datetime.now(UTC))


def opens(chromium: Browser, house: House, site: str, token: str) -> int:
    """What the endpoint answers to who opens a link: 200 with a credential, or nothing."""
    context = chromium.new_context()  # a browser that nobody knows
    answer = context.request.post(
        house.home + PATH,
        data=json.dumps({"site": site, "hits": [view()], "token": token}),
        headers={"Origin": ORIGIN, "User-Agent": PERSON, "Content-Type": "text/plain;charset=UTF-8"},
    )
    context.close()
    house.front.drops.flush(house.installation.database, house.clock())
    return answer.status


def test_a_new_key_signs_the_old_ones_links_open_and_a_key_taken_away_breaks_its_own(
    chromium: Browser, tmp_path: Path
) -> None:
    file = tmp_path / KEYS_FILE
    with open_house(tmp_path) as house:
        kim = house.hire("Kim Berg", Role.ADMIN)
        with house.installation.database.writing() as session:
            site = add_site(session, SiteWishes((ORIGIN,))).key
        page = house.page(chromium, kim, "/upkeep/keys")
        ((first, does),) = marks(page)
        assert does == "Signs"
        looked_at(page, "one")
        where = page.get_by_role("region", name="A new key").inner_text()
        assert str(file) in where
        old = link(house)
        assert opens(chromium, house, site, old) == 200
    old_key = file.read_text("ascii")
    file.write_text(f"{NEW_KEY}\n{old_key}", "ascii")
    with open_house(tmp_path) as house:
        page = house.page(chromium, kim, "/upkeep/keys")
        (second, signs), opened = marks(page)
        assert (signs, opened) == ("Signs", (first, "Opens"))
        assert second != first
        assert NEW_KEY not in page.content()
        looked_at(page, "two")
        new = link(house)
        assert [opens(chromium, house, site, token) for token in (old, new)] == [200, 200]
    file.write_text(old_key, "ascii")
    with open_house(tmp_path) as house:
        page = house.page(chromium, kim, "/upkeep/keys")
        assert marks(page) == [(first, "Signs")]
        assert [opens(chromium, house, site, token) for token in (old, new)] == [200, 204]
        with house.installation.database.reading() as session:
            assert session.get_one(Drop, "invalid token").count == 1


def test_what_is_kept_is_said_and_goes_when_its_time_is_over(chromium: Browser, tmp_path: Path) -> None:
    now = wall_clock()
    with open_house(tmp_path) as house:
        database = house.installation.database
        page = house.page(chromium, house.hire("Kim Berg", Role.ADMIN), "/upkeep/retention")
        page.get_by_text("No visit is on record yet.").wait_for()
        with database.writing() as session:
            add_visit(session, add_prospect(session), at=now - VISITS_KEPT - timedelta(days=2))
            add_visit(session, add_prospect(session), at=now - timedelta(days=3))
        page.reload()
        page.get_by_text("Something is older than it should be.").wait_for()
        looked_at(page, "overdue")
        assert (forget_evidence(database, now), forget_visits(database, now)) == (1, 1)
        page.reload()
        page.get_by_text("Nothing is overdue.").wait_for()
        assert f"{VISITS_KEPT.days}\N{NO-BREAK SPACE}days" in page.get_by_role("table").inner_text()
        assert f"{EVIDENCE_KEPT.days}\N{NO-BREAK SPACE}days" in page.get_by_role("table").inner_text()
        looked_at(page, "kept")
        assert house.refused == []


def test_an_admin_keeps_less_after_being_told_what_goes(chromium: Browser, tmp_path: Path) -> None:
    now = wall_clock()
    with open_house(tmp_path) as house:
        database = house.installation.database
        kim, ada = (house.hire(name, Role.ADMIN) for name in ("Kim Berg", "Ada Lind"))
        with database.writing() as session:
            person = add_prospect(session)
            for days in (2, 12, 20, 100, 250, 300):
                add_visit(session, person, at=now - timedelta(days=days))
        forget_evidence(database, now)
        page, adas = (house.page(chromium, one, "/upkeep/retention") for one in (kim, ada))
        shown, save = page.get_by_role("table"), page.get_by_role("button", name="Save")
        visits, evidence = page.get_by_label("Visits, in days"), page.get_by_label("Evidence, in days")
        visits.fill("400")
        save.click()
        page.get_by_text("Write a whole number from 30 to 395").wait_for()
        assert (visits.input_value(), evidence.input_value()) == ("400", "30")
        looked_at(page, "refused")

        visits.fill("90")
        evidence.fill("7")
        save.click()
        told = page.get_by_role("alert").inner_text()
        assert "This deletes about 3 visits" in told
        assert "in about 2 other visits" in told
        looked_at(page, "less")
        page.get_by_role("link", name="Leave it as it is").click()
        assert "395\N{NO-BREAK SPACE}days" in shown.inner_text()
        visits.fill("90")
        evidence.fill("7")
        save.click()
        page.get_by_role("button", name="Save and delete").click()
        page.get_by_text("Saved. It holds from the next run").wait_for()
        assert "90\N{NO-BREAK SPACE}days" in shown.inner_text()
        page.get_by_text("Workers delete it in portions").wait_for()
        looked_at(page, "saved")

        adas.get_by_label("Visits, in days").fill("200")
        adas.get_by_role("button", name="Save").click()
        adas.get_by_text("Kim Berg changed how long").wait_for()
        assert adas.get_by_label("Visits, in days").input_value() == "200"
        looked_at(adas, "beaten")
        assert (forget_evidence(database, now), forget_visits(database, now)) == (2, 3)
        adas.get_by_role("button", name="Save").click()
        adas.get_by_text("What is gone already does not come back.").wait_for()
        adas.get_by_text("Nothing is overdue.").wait_for()
        assert forget_visits(database, now) == 0
        adas.get_by_role("link", name="Audit log").click()
        assert "visits days: 90 200" in records(adas)[0]
        assert "change retention visits days: 395 90" in records(adas)[1]
        assert "evidence days: 30 7" in records(adas)[1]
        assert all("409" in one or "422" in one for one in house.refused)
