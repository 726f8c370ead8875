"""The post-mortem's page: what was said is kept, whoever else writes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from alerts.talks.questions import MOST
from alerts.words import FollowUpKind
from tests.alerts.web.talks.floor import SAID
from tracker.findings import findings_of
from tracker.models import AuditEntry, Deal, LossOutcome, ReasonKind
from tracker.words import FindingKind

if TYPE_CHECKING:
    from tests.alerts.web.talks.floor import Floor, Lost
    from tests.tracker.web.company import Browser


@pytest.fixture
def lost(lost_lately: Lost) -> Lost:
    return lost_lately


def test_what_they_said_is_saved_without_ending_anything(floor: Floor, lost: Lost, browser: Browser) -> None:
    answer = browser.sends(lost.why, seen="0", act="save", **SAID)
    assert (answer.status_code, answer.location) == (303, lost.why)
    row = floor.post_mortem(lost)
    assert row is not None
    assert (row.chose, row.reasons, row.reason_kinds, row.version) == (
        "Acme",
        SAID["reasons"],
        ["price", "feature"],
        1,
    )
    due = floor.due(lost)
    assert due is not None
    assert due.kind is FollowUpKind.POST_MORTEM
    assert "Their IT insisted." in browser.gets(lost.why).text


def test_done_we_talked_saves_reports_and_brings_the_next_step(
    floor: Floor, lost: Lost, browser: Browser
) -> None:
    answer = browser.sends(lost.why, seen="0", act="done", **SAID)
    assert (answer.status_code, answer.location) == (303, lost.talks)
    due = floor.due(lost)
    assert due is not None
    assert (due.kind, due.due_on) == (FollowUpKind.CHECK_IN, floor.today + timedelta(days=28))
    page = browser.gets(lost.talks).text
    assert "you talked" in page
    assert "They chose Acme" in page


def test_who_is_too_late_to_report_saves_all_the_same(floor: Floor, lost: Lost, browser: Browser) -> None:
    browser.sends(lost.why, seen="0", act="done", **SAID)
    answer = browser.sends(lost.why, seen="1", act="done", **SAID | {"project": "Faster now."})
    assert answer.status_code == 303
    row = floor.post_mortem(lost)
    assert row is not None
    assert row.project == "Faster now."


def test_findings_are_learned_beside_what_the_crm_says(floor: Floor, lost: Lost, browser: Browser) -> None:
    browser.sends(lost.why, seen="0", act="save", **SAID | {"chose": "Bolt"})
    browser.sends(lost.why, seen="1", act="save", **SAID | {"reason_kinds": ["feature"]})
    with floor.company.database.reading() as session:
        said = findings_of(session, [lost.deal_id])[lost.deal_id]
    assert {(one.kind, one.reason_kind) for one in said} == {
        (FindingKind.COMPETITOR, None),
        (FindingKind.REASON, ReasonKind.FEATURE),
    }
    assert next(one.text for one in said if one.kind is FindingKind.COMPETITOR) == "Acme"
    deal = floor.deal(lost)
    assert (deal.competitor, deal.reason, deal.reason_kind) == ("Acme", "Price", ReasonKind.PRICE)


@pytest.mark.parametrize("outcome", [LossOutcome.DECIDED_NOTHING, LossOutcome.POSTPONED])
def test_who_chose_nobody_is_not_asked_whom(floor: Floor, browser: Browser, outcome: LossOutcome) -> None:
    lost = floor.lose(days_ago=14, outcome=outcome, competitor="")
    assert "Who did they choose" not in browser.gets(lost.why).text
    browser.sends(lost.why, seen="0", act="save", **SAID)
    row = floor.post_mortem(lost)
    assert row is not None
    assert row.chose == ""


def test_where_nothing_is_known_of_it_they_are_asked(floor: Floor, browser: Browser) -> None:
    lost = floor.lose(days_ago=14, outcome=None, competitor="")
    assert "Who did they choose" in browser.gets(lost.why).text


def test_of_two_who_write_the_second_sees_what_the_first_wrote_and_loses_nothing(
    floor: Floor, lost: Lost, browser: Browser
) -> None:
    browser.sends(lost.why, seen="0", act="save", **SAID)
    late = browser.sends(lost.why, seen="0", act="save", **SAID | {"reasons": "Mine."})
    assert late.status_code == 409
    assert "Somebody changed this meanwhile" in late.text
    assert "Their IT insisted." in late.text
    assert "Mine." in late.text
    assert 'name="seen" value="1"' in late.text
    row = floor.post_mortem(lost)
    assert row is not None
    assert row.reasons == SAID["reasons"]
    assert browser.sends(lost.why, seen="1", act="save", **SAID | {"reasons": "Mine."}).status_code == 303


def test_the_same_sent_twice_is_once(floor: Floor, lost: Lost, browser: Browser) -> None:
    for _ in range(2):
        assert browser.sends(lost.why, seen="0", act="save", **SAID).status_code == 303
    row = floor.post_mortem(lost)
    assert row is not None
    assert row.version == 1


@pytest.mark.parametrize("letter", ["x", "ü", "😀"])
def test_a_book_is_refused_and_none_of_it_is_lost(
    floor: Floor, lost: Lost, browser: Browser, letter: str
) -> None:
    book = letter * 100_000
    answer = browser.sends(lost.why, seen="0", act="save", **SAID | {"project": book, "why_not_us": book})
    assert answer.status_code == 422
    assert "90,000 too many" in answer.text
    assert answer.text.count(book) == 2
    assert "Their IT insisted." in answer.text
    assert floor.post_mortem(lost) is None
    just = letter * MOST
    fitting: dict[str, Any] = dict.fromkeys(("reasons", "why_not_us", "differently", "project"), just)
    assert browser.sends(lost.why, seen="0", act="save", **fitting).status_code == 303


def test_scripts_are_text(lost: Lost, browser: Browser) -> None:
    evil = "</textarea><script>alert(1)</script>"
    browser.sends(lost.why, seen="0", act="save", **dict.fromkeys(("chose", "reasons", "project"), evil))
    for page in (lost.why, lost.talks):
        assert "<script>alert" not in browser.gets(page).text


def test_s18_which_answers_changed_is_on_record_and_not_what_they_say(
    floor: Floor, lost: Lost, browser: Browser
) -> None:
    browser.sends(lost.why, seen="0", act="save", reasons="A secret of Dana's")
    with floor.company.database.reading() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.user_id, entry.thing, entry.thing_id) == (floor.sam.id, "deal", lost.deal_id)
    assert entry.after == {"fields": ["post-mortem: reasons"]}


def test_a_deal_that_is_gone_is_not_there(floor: Floor, lost: Lost, browser: Browser) -> None:
    with floor.company.database.writing() as session:
        session.delete(session.get_one(Deal, lost.deal_id))
    assert browser.sends(lost.why, "/you", seen="0", act="save", **SAID).status_code == 404
