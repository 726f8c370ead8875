"""What is said on a prospect's pages reaches the mail that waits: it is looked at again at its send."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.briefing import Known
from alerts.models import Alert
from alerts.policy import SENTENCES, Hold
from alerts.recheck import rechecker
from tests.alerts.scenes import MORNING, dana_reads_pricing
from tests.tracker.web.company import open_company
from tests.tracker.web.prospects.desk_of_sam import field

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.tracker.web.company import Browser
    from tracker.db import Database

Fields = dict[str, str | list[str]]
DEAL: Fields = {"status": "lost", "currency": "GBP", "closed_on": "2025-03-14", "reason": "Price"}


def objection(database: Database, say: Callable[[Browser, str, int], object]) -> str | None:
    """What speaks against the waiting mail after Sam said something on the pages about Dana."""
    with open_company(database) as company:
        with database.writing() as session:
            scene = dana_reads_pricing(session)
        say(company.browser(scene.sam), f"/prospects/{scene.dana.id}", scene.deal.id)
        with database.reading() as session:
            known = Known.load(session, Alert.id == scene.alert.id)
            look = rechecker(company.door.setting.installation)
            return look(session, known.alerts[0], known, MORNING + timedelta(seconds=20))


def edit(browser: Browser, page: str, deal_id: int, **fields: str) -> None:
    deal = f"{page}/deals/{deal_id}"
    answer = browser.sends(deal, **DEAL | fields | {"seen": field(browser.gets(deal).text, "seen")})
    assert answer.status_code == 303


def test_nothing_speaks_against_it(database: Database) -> None:
    assert objection(database, lambda browser, page, deal: edit(browser, page, deal, notes="Hm.")) is None


def test_p8_a_wish_noted_on_the_page_is_heard(database: Database) -> None:
    def wish(browser: Browser, page: str, _deal: int) -> None:
        browser.sends(
            f"{page}/consent/wish", f"{page}/consent", kind="do_not_call", wish_source="on the phone"
        )

    assert objection(database, wish) == SENTENCES[Hold.DO_NOT_CALL]


def test_a_deal_that_was_never_a_chance_is_heard(database: Database) -> None:
    found = objection(database, lambda browser, page, deal: edit(browser, page, deal, not_qualified="yes"))
    assert found == SENTENCES[Hold.NOT_QUALIFIED]


def test_a_deal_opened_again_is_heard(database: Database) -> None:
    found = objection(database, lambda browser, page, deal: edit(browser, page, deal, status="open"))
    assert found == SENTENCES[Hold.OPEN_DEAL]
