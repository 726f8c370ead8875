"""The debrief is a rep's own: they and their manager read it, and nobody else, anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tracker.models import AuditEntry
from tracker.words import Role

if TYPE_CHECKING:
    from tests.alerts.web.talks.floor import Floor, Lost
    from tests.tracker.web.company import Browser
    from tracker.models import User

CANARY = "I talked too much of Xylophone"
LOOK = {
    "explored": "no",
    "asked": "partly",
    "matched": "yes",
    "their_interest": "yes",
    "door_open": "yes",
    "note": CANARY,
}


@pytest.fixture
def boss(floor: Floor) -> User:
    boss = floor.company.hire("Mia Boss", role=Role.MANAGER)
    floor.manages(boss, floor.sam)
    return boss


def test_sam_looks_back_and_reads_it_again(floor: Floor, lost: Lost, browser: Browser) -> None:
    answer = browser.sends(lost.debrief, seen="0", **LOOK)
    assert (answer.status_code, answer.location) == (303, lost.talks)
    (row,) = floor.debriefs()
    assert (row.user_id, row.answers["explored"], row.note, row.version) == (floor.sam.id, "no", CANARY, 1)
    page = browser.gets(lost.debrief).text
    assert CANARY in page
    assert page.count(" checked") == 5


def test_questions_may_stay_open(floor: Floor, lost: Lost, browser: Browser) -> None:
    browser.sends(lost.debrief, seen="0", explored="yes", asked="perhaps", note="")
    (row,) = floor.debriefs()
    assert row.answers == {"explored": "yes"}


def test_sams_manager_reads_it_and_cannot_change_it(
    floor: Floor, lost: Lost, browser: Browser, boss: User
) -> None:
    browser.sends(lost.debrief, seen="0", **LOOK)
    theirs = floor.browser(boss)
    page = theirs.gets(lost.debrief).text
    assert CANARY in page
    assert "Sam Reed" in page
    assert "textarea" not in page
    assert theirs.sends(lost.debrief, "/you", seen="1", note="Not theirs").status_code == 404
    (row,) = floor.debriefs()
    assert (row.user_id, row.note) == (floor.sam.id, CANARY)


def test_a_manager_looks_back_on_deals_of_their_own(floor: Floor, boss: User) -> None:
    own = floor.lose(owner=boss, person={"email": "fay@foxglove.example"})
    assert floor.browser(boss).sends(own.debrief, seen="0", **LOOK).status_code == 303
    assert floor.browser().gets(own.debrief).status_code == 404


def test_s13_nobody_else_reads_it_on_any_page(floor: Floor, lost: Lost, browser: Browser, boss: User) -> None:
    browser.sends(lost.debrief, seen="0", **LOOK)
    colleague, other = floor.company.hire("Eve Hall"), floor.company.hire("Ann Other", role=Role.MANAGER)
    admin, marketer = (
        floor.company.hire("Ada Min", role=Role.ADMIN),
        floor.company.hire("Max Market", role=Role.MARKETER),
    )
    floor.manages(other, colleague)
    statuses = {
        who.name: floor.browser(who).gets(lost.debrief).status_code
        for who in (colleague, other, admin, marketer)
    }
    assert statuses == {"Eve Hall": 404, "Ann Other": 404, "Ada Min": 403, "Max Market": 403}
    pages = [lost.talks, lost.why, lost.thanks, f"/prospects/{lost.dana_id}", "/today", "/upkeep", "/numbers"]
    for who in (floor.sam, boss, colleague, other, admin, marketer):
        for page in pages:
            assert "Xylophone" not in floor.browser(who).gets(page).text, (who.name, page)


def test_of_a_deal_that_two_worked_neither_reads_the_others(
    floor: Floor, lost: Lost, browser: Browser
) -> None:
    """Also not a colleague who may see the deal itself."""
    browser.sends(lost.debrief, seen="0", **LOOK)
    eve = floor.company.hire("Eve Hall")
    with floor.company.database.writing() as session:
        from alerts.models import FollowUp  # noqa: PLC0415

        session.scalars(select(FollowUp).where(FollowUp.deal_id == lost.deal_id)).one().user_id = eve.id
    page = floor.browser(eve).gets(lost.debrief)
    assert page.status_code == 200
    assert "Xylophone" not in page.text


def test_s18_the_log_says_that_it_was_written_and_nothing_of_it(
    floor: Floor, lost: Lost, browser: Browser
) -> None:
    browser.sends(lost.debrief, seen="0", **LOOK)
    with floor.company.database.reading() as session:
        entries = session.scalars(select(AuditEntry)).all()
    (entry,) = [one for one in entries if one.thing == "debrief"]
    assert (entry.verb, entry.user_id, entry.before, entry.after) == ("change", floor.sam.id, {}, {})


def test_on_two_devices_the_second_is_told_of_the_first(floor: Floor, lost: Lost, browser: Browser) -> None:
    browser.sends(lost.debrief, seen="0", **LOOK)
    late = browser.sends(lost.debrief, seen="0", **LOOK | {"note": "From the phone"})
    assert late.status_code == 409
    assert CANARY in late.text
    assert "From the phone" in late.text
    assert browser.sends(lost.debrief, seen="1", **LOOK | {"note": "From the phone"}).status_code == 303
    (row,) = floor.debriefs()
    assert (row.note, row.version) == ("From the phone", 2)


def test_a_book_is_refused_and_none_of_it_is_lost(floor: Floor, lost: Lost, browser: Browser) -> None:
    book = "ü" * 100_000
    answer = browser.sends(lost.debrief, seen="0", **LOOK | {"note": book})
    assert answer.status_code == 422
    assert book in answer.text
    assert answer.text.count(" checked") == 5
    assert floor.debriefs() == []
