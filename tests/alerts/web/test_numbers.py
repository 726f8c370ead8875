"""*Numbers*: who sees whose, and what is asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts import known_weeks
from alerts.known_weeks import KEPT
from alerts.numbers import told
from alerts.words import OutcomeKind
from tests.alerts.scenes import add_alert, add_outcome, add_visit
from tests.builders import add_deal, add_prospect
from tests.counting import all_counted
from tests.tracker.web.company import open_company
from tracker.models import Team
from tracker.words import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from alerts.numbers import Told
    from tests.tracker.web.company import Company
    from tracker.db import Database
    from tracker.models import User


@pytest.fixture
def company(database: Database) -> Iterator[Company]:
    with open_company(database) as opened:
        yield opened


def tell(company: Company, rep: User, kind: OutcomeKind | None = None) -> None:
    at = company.door.now - timedelta(hours=1)
    with company.database.writing() as session:
        person = add_prospect(session)
        deal = add_deal(session, person)
        alert = add_alert(session, add_visit(session, person, at=at), rep, sent_at=at, deal_id=deal.id)
        if kind is not None:
            add_outcome(session, alert, rep, kind, at=at + timedelta(minutes=4))


def lead(company: Company, manager: User, *reps: User) -> None:
    with company.database.writing() as session:
        team = Team(name="North", manager_id=manager.id)
        session.add(team)
        session.flush()
        for rep in reps:
            session.merge(rep).team_id = team.id


def test_figures_of_the_team(company: Company) -> None:
    kim, sam, bo = company.hire("Kim Berg", role=Role.MANAGER), company.hire(), company.hire("Bo Fox")
    lead(company, kim, sam)
    tell(company, sam, OutcomeKind.WON_BACK)
    tell(company, sam)
    tell(company, bo)
    page = company.browser(kim).gets("/numbers").text
    assert "<dd>2</dd>" in page
    assert "£48,000" in page
    assert "50%" in page
    assert "7 min" in page
    assert "Sam Reed" in page
    assert "Bo Fox" not in page
    admin = company.browser(company.hire("Ada Lind", role=Role.ADMIN))
    assert "Bo Fox" in admin.gets("/numbers").text


def test_one_rep_one_reason_a_longer_time(company: Company) -> None:
    ada, sam = company.hire("Ada Lind", role=Role.ADMIN), company.hire()
    tell(company, sam)
    browser = company.browser(ada)
    assert "No alert was told in this time" in browser.gets(f"/numbers?rep={ada.id}").text
    assert "Try everybody" in browser.gets("/numbers?reason=feature").text
    assert browser.gets(f"/numbers?rep={sam.id}&reason=price&weeks=52").text.count("Week of ") == 52


@pytest.mark.parametrize("query", ["weeks=-1", "weeks=9999999", "rep=x", "rep=²", "reason=%00", "weeks=%F0"])
def test_nonsense_in_the_address_is_the_usual_page(company: Company, query: str) -> None:
    browser = company.browser(company.hire("Ada Lind", role=Role.ADMIN))
    assert browser.gets(f"/numbers?{query}").status_code == 200


def test_the_beginning_says_what_will_be_here(company: Company) -> None:
    page = company.browser(company.hire("Ada Lind", role=Role.ADMIN)).gets("/numbers").text
    assert "Once a prospect comes back" in page


def test_reps_have_no_such_page(company: Company) -> None:
    assert company.browser(company.hire()).gets("/numbers").status_code == 403


def test_figures_that_cannot_be_counted_are_said_to_be_so(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(session: Session, bounds: Sequence[datetime], first: int = 0) -> list[Told]:
        if len(bounds) > 2:  # weeks that are over
            raise TimeoutError
        return told(session, bounds, first)

    kim, sam = company.hire("Kim Berg", role=Role.MANAGER), company.hire()
    lead(company, kim, sam)
    tell(company, sam)
    browser = company.browser(kim)
    shown = browser.gets("/numbers").text
    assert "Alerts a week" in shown
    assert "counted anew" not in shown
    company.door.now += KEPT * 2
    with monkeypatch.context() as slow:
        slow.setattr(known_weeks, "told", fail)
        browser.gets("/numbers")
        all_counted()
        shown = browser.gets("/numbers").text
        assert "These figures could not be counted anew" in shown
        assert "Alerts a week" in shown
        assert "None are shown" in browser.gets("/numbers?weeks=4").text
