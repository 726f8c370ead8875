"""*Review*: who sees which month, what is written down about it, and what it changes of the rules."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.words import OutcomeKind
from tests.alerts.review.lost import lose
from tests.alerts.scenes import add_alert, add_outcome, add_visit
from tests.builders import add_prospect
from tests.tracker.web.company import open_company
from tracker.audit import COMMAND
from tracker.models import Team
from tracker.rules.stored import change_rules, load_rules
from tracker.rules.words import RuleName
from tracker.words import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tracker.web.company import Browser, Company
    from tracker.db import Database
    from tracker.models import User

MARCH = datetime(2026, 3, 10, 12, tzinfo=UTC)
FEBRUARY = date(2026, 2, 14)
POINTS = "page.pricing"


@pytest.fixture
def company(database: Database) -> Iterator[Company]:
    with open_company(database) as opened:
        opened.door.now = MARCH
        yield opened


@pytest.fixture
def ada(company: Company) -> Browser:
    return company.browser(company.hire("Ada Lind", role=Role.ADMIN))


def lead(company: Company, *reps: User) -> Browser:
    kim = company.hire("Kim Berg", role=Role.MANAGER)
    with company.database.writing() as session:
        team = Team(name="North", manager_id=kim.id)
        session.add(team)
        session.flush()
        for rep in reps:
            session.merge(rep).team_id = team.id
    return company.browser(kim)


def lost(company: Company, owner: User | None = None, number: int = 1, **fields: object) -> None:
    with company.database.writing() as session:
        for _ in range(number):
            lose(session, session.merge(owner) if owner else None, FEBRUARY, **fields)


def talked(company: Company, rep: User, reason: str, number: int, kind: OutcomeKind) -> None:
    """So many calls about visits with a reason came to this."""
    at = MARCH - timedelta(days=20)
    with company.database.writing() as session:
        rep = session.merge(rep)
        deal = lose(session, rep, FEBRUARY)
        for _ in range(number):
            reasons = [{"name": reason, "points": 1, "sentence": ""}]
            visit = add_visit(session, add_prospect(session), at=at, intent_reasons=reasons)
            alert = add_alert(session, visit, rep, sent_at=at, deal_id=deal.id, closed_at=at)
            add_outcome(session, alert, rep, kind, at=at)


def test_the_last_month_that_is_over_comes_first(company: Company, ada: Browser) -> None:
    lost(company, number=4)
    page = ada.gets("/review").text
    assert "Review of February 2026" in page
    assert "£192,000" in page
    assert "Review of March 2026, so far" in ada.gets("/review/2026-03").text
    assert "/review/2026-01" in page
    assert "Price" in page.partition("Single voices, and")[0]  # four companies: a pattern


NO_MONTHS = ["2026-04", "9999-12", "2026-13", "2026", "1789-07", "2026-02-03", "²026-02", "%00", "x" * 300]


def test_what_has_not_begun_or_is_no_month_is_not_there(ada: Browser) -> None:
    for month in NO_MONTHS:
        assert ada.gets(f"/review/{month}").status_code == 404
    assert ada.sends("/review/2026-04/notes", "/review", kind="note", text="x").status_code == 404


def test_an_empty_month_says_what_to_do(company: Company, ada: Browser) -> None:
    page = ada.gets("/review/2024-02").text
    assert "Nothing was lost in February 2024" in page
    assert "Import the deals that were lost then" in page
    lost(company)
    assert "What the twelve months" in ada.gets("/review/2026-03").text


def test_reps_have_no_reviews_marketers_only_read_them(company: Company) -> None:
    assert company.browser(company.hire()).gets("/review").status_code == 403
    mia = company.browser(company.hire("Mia Stone", role=Role.MARKETER))
    page = mia.gets("/review").text
    assert "Write down" not in page
    assert mia.sends("/review/2026-02/notes", "/you", kind="note", text="x").status_code == 403
    assert mia.sends("/review/2026-02/reps", "/you", by_rep="on").status_code == 403


def test_a_manager_sees_the_team_s(company: Company) -> None:
    sam, bo = company.hire(), company.hire("Bo Fox")
    kim = lead(company, sam)
    lost(company, sam)
    lost(company, bo, 2)
    assert "<dt>Lost</dt><dd>1<" in kim.gets("/review").text
    ada = company.browser(company.hire("Ada Lind", role=Role.ADMIN))
    assert "<dt>Lost</dt><dd>3<" in ada.gets("/review").text


def test_words_of_others_are_text(company: Company, ada: Browser) -> None:
    lost(
        company, number=3, reason="<script>alert(1)</script> SSO", reason_kind="feature", competitor="<b>Acme"
    )
    ada.sends("/review/2026-02/notes", "/review", kind="note", text="<img src=x>")
    page = ada.gets("/review").text
    assert "<script>alert" not in page
    assert "&lt;b&gt;Acme" in page
    assert "&lt;img src=x&gt;" in page


def test_a_decision_stands_at_the_top_of_the_next_review(company: Company) -> None:
    sam = company.hire()
    kim = lead(company, sam)
    answer = kim.sends(
        "/review/2026-01/notes",
        "/review/2026-01",
        kind="decision",
        text="Ask for SSO",
        doer=str(sam.id),
        until="2026-02-28",
    )
    assert answer.location == "/review/2026-01#session"
    page = kim.gets("/review/2026-02").text
    top = page.partition("Twelve months")[0]
    assert "Decided last time" in top
    assert "Ask for SSO" in top
    assert "Late" in top
    note = re.search(r"/review/notes/(\d+)/done", page)
    assert note is not None
    kim.sends(f"/review/notes/{note[1]}/done", "/review", seen="1", shown="2026-02")
    assert "Open again" in kim.gets("/review/2026-02").text
    assert company.noted()[-2:] == [("Kim Berg", "add review note"), ("Kim Berg", "mark decision as done")]


WRONG = [
    {"text": ""},
    {"kind": "x"},
    {"doer": "999999"},
    {"doer": "²"},
    {"until": "2026-02-30"},
    {"until": "soon"},
    {"text": "x" * 501},
]


def test_what_cannot_be_is_said_beside_its_field(ada: Browser) -> None:
    for wrong in WRONG:
        form = {"kind": "decision", "text": "Ask for SSO", "doer": "", "until": ""} | wrong
        answer = ada.sends("/review/2026-02/notes", "/review", **form)
        assert answer.status_code == 422
        assert 'class="problem"' in answer.text
    assert "Nothing was written down" in ada.gets("/review").text


def test_the_second_of_two_who_change_a_note_is_told(ada: Browser) -> None:
    ada.sends("/review/2026-02/notes", "/review", kind="note", text="Price came up")
    note = re.search(r"/review/notes/\d+", ada.gets("/review").text)
    assert note is not None
    path = note[0]
    form = {"kind": "note", "seen": "1"}
    assert ada.sends(path, **form, text="Price came up twice").status_code == 303
    late = ada.sends(path, **form, text="Nothing came up")
    assert late.status_code == 409
    assert "Price came up twice" in late.text
    assert "Nothing came up" in late.text
    assert ada.sends(f"{path}/end", path, seen="1").status_code == 409
    assert ada.sends(f"{path}/end", path, seen="2").status_code == 303
    assert ada.gets(path).status_code == 404


def test_points_are_taken_over_on_the_spot_unless_somebody_was_faster(company: Company, ada: Browser) -> None:
    sam = company.hire()
    talked(company, sam, "page: pricing", 30, OutcomeKind.SPOKE)
    talked(company, sam, "page: docs", 30, OutcomeKind.NO_ANSWER)
    page = ada.gets("/review").text
    assert "Page about pricing: 36 instead of 30" in page
    assert "Page about docs: 8 instead of 10" in page
    answer = ada.sends("/review/2026-02/points", "/review", points=[f"{POINTS}=36"], seen="0")
    assert answer.status_code == 303
    with company.database.reading() as session:
        assert load_rules(session).of(RuleName.POINTS) == {POINTS: 36}
    assert company.noted()[-1] == ("Ada Lind", "change points")
    with company.database.writing() as session:
        change_rules(session, RuleName.POINTS, {POINTS: 20}, COMMAND, MARCH)
    late = ada.sends("/review/2026-02/points", "/review", points=[f"{POINTS}=43"], seen="1")
    assert late.status_code == 409
    assert "Somebody else changed the points" in late.text
    assert "Page about pricing: 24 instead of 20" in late.text


NO_POINTS = ("", POINTS, f"{POINTS}=x", f"{POINTS}=999", "retention=1", "page.=5=6", f"{POINTS}=-1")


def test_what_was_not_suggested_changes_nothing(company: Company, ada: Browser) -> None:
    for typed in NO_POINTS:
        ada.sends("/review/2026-02/points", "/review", points=[typed], seen="0")
    with company.database.reading() as session:
        assert load_rules(session).of(RuleName.POINTS) == {}


def test_rates_by_rep_are_off_until_somebody_switches_them_on(company: Company, ada: Browser) -> None:
    sam = company.hire(left_at=MARCH)
    lost(company, sam)
    page = ada.gets("/review").text
    assert "Sam Reed" not in page.partition("Notes and decisions")[0]
    assert "figures about people at work" in page
    assert ada.sends("/review/2026-02/reps", "/review", by_rep="on", seen="0").status_code == 303
    assert "Sam Reed (left)" in ada.gets("/review").text
    assert ada.sends("/review/2026-02/reps", "/review", by_rep="off", seen="0").status_code == 409
    assert ada.sends("/review/2026-02/reps", "/review", by_rep="off", seen="1").status_code == 303
    assert company.noted()[-1] == ("Ada Lind", "change review")
