"""*Retention*: an admin says how long visits and evidence are kept, and hears first what goes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.alerts.scenes import add_visit
from tests.builders import add_prospect
from tracker.audit import entries
from tracker.retention import forget_evidence, forget_visits, going, kept_now
from tracker.rules.kept import EVIDENCE_KEPT, VISITS_KEPT, KeptFor
from tracker.words import Role, Thing

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.tracker.web.company import Browser, Company
    from tracker.models import User

PAGE = "/upkeep/retention"
SHORT = KeptFor(timedelta(days=90), timedelta(days=7))


@pytest.fixture
def kim(company: Company) -> User:
    return company.hire("Kim Berg", role=Role.ADMIN)


@pytest.fixture
def browser(company: Company, kim: User) -> Browser:
    return company.browser(kim)


def visits(company: Company, *days: int) -> None:
    """Visits that ended so many days ago."""
    with company.database.writing() as session:
        person = add_prospect(session)
        for ago in days:
            add_visit(session, person, at=company.door.now - timedelta(days=ago, hours=1))


def sends(browser: Browser, kept: KeptFor, seen: int = 0, confirmed: KeptFor | None = None) -> TestResponse:
    yes = {"confirmed": f"{confirmed.visits.days}/{confirmed.evidence.days}"} if confirmed else {}
    fields = {name: str(value) for name, value in kept.values.items()}
    return browser.sends(PAGE, PAGE, seen=str(seen), **fields, **yes)


def kept(company: Company) -> KeptFor:
    with company.database.reading() as session:
        return kept_now(session)


def forget(company: Company) -> tuple[int, int]:
    """Do what the schedule does."""
    return forget_evidence(company.database, company.door.now), forget_visits(
        company.database, company.door.now
    )


def test_nothing_is_saved_before_a_yes_and_then_the_next_run_deletes_just_that(
    company: Company, browser: Browser
) -> None:
    visits(company, 1, 10, 20, 100, 200, 300)
    asked = sends(browser, SHORT)
    assert asked.status_code == 200
    said = re.sub(r"<[^>]+>", "", asked.text)
    assert "This deletes about 3 visits that ended before" in said
    assert "blanks the evidence of who was there in about 2 other visits" in said
    assert "cannot be undone" in said
    assert "brings nothing back" in said
    assert kept(company) == KeptFor()
    assert sends(browser, SHORT, confirmed=SHORT).status_code == 303
    assert kept(company) == SHORT
    assert forget(company) == (5, 3)
    with company.database.reading() as session:
        assert going(session, SHORT, company.door.now).visits == 0


def test_a_yes_is_to_what_was_told_and_to_nothing_else(company: Company, browser: Browser) -> None:
    other = KeptFor(timedelta(days=30), timedelta(days=7))
    assert sends(browser, other, confirmed=SHORT).status_code == 200
    assert kept(company) == KeptFor()


def test_more_is_saved_at_once_and_brings_nothing_back(company: Company, browser: Browser) -> None:
    sends(browser, SHORT, confirmed=SHORT)
    assert sends(browser, KeptFor(), seen=1).status_code == 303
    assert "does not come back" in browser.gets(PAGE).text
    assert kept(company) == KeptFor()


def test_s18_what_held_before_and_after_is_on_record(company: Company, kim: User, browser: Browser) -> None:
    sends(browser, SHORT, confirmed=SHORT)
    sends(browser, SHORT, seen=1)
    with company.database.reading() as session:
        (told,) = entries(session, 10)
    assert (told.who, told.entry.verb, told.entry.thing) == (kim.name, "change", Thing.RETENTION)
    assert told.entry.before == {"visits_days": 395, "evidence_days": 30}
    assert told.entry.after == {"visits_days": 90, "evidence_days": 7}


def test_of_two_at_once_the_second_is_told_and_their_words_are_kept(
    company: Company, browser: Browser
) -> None:
    ada = company.browser(company.hire("Ada Lind", role=Role.ADMIN))
    sends(ada, SHORT, confirmed=SHORT)
    mine = KeptFor(timedelta(days=200), timedelta(days=14))
    for yes in (None, mine):
        answer = sends(browser, mine, confirmed=yes)
        assert answer.status_code == 409
        assert "Ada Lind changed" in answer.text
        assert 'value="200"' in answer.text
        assert "Now: 90 days" in answer.text
    assert kept(company) == SHORT


@pytest.mark.parametrize(
    ("days", "evidence", "says"),
    [
        ("29", "7", "from 30 to 395"),
        ("396", "7", "from 30 to 395"),
        ("x", "7", "from 30 to 395"),
        ("90", "0", "from 1 to 30"),
        ("90", "31", "from 1 to 30"),
        ("90", "", "from 1 to 30"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    company: Company, browser: Browser, days: str, evidence: str, says: str
) -> None:
    answer = browser.sends(PAGE, PAGE, seen="0", visits_days=days, evidence_days=evidence)
    assert answer.status_code == 422
    assert says in answer.text
    assert f'name="visits_days" value="{days}"' in answer.text
    assert kept(company) == KeptFor()


def test_after_a_shorter_time_nothing_is_called_overdue_for_a_day(company: Company, browser: Browser) -> None:
    visits(company, 100)
    forget_evidence(company.database, company.door.now)
    assert "Nothing is overdue" in browser.gets(PAGE).text
    sends(browser, SHORT, confirmed=SHORT)
    assert "Workers delete it in portions" in browser.gets(PAGE).text
    company.door.now += timedelta(days=1)
    assert "older than it should be" in browser.gets(PAGE).text
    forget(company)
    assert "No visit is on record yet" in browser.gets(PAGE).text


def test_where_nothing_is_that_old_that_is_said(browser: Browser) -> None:
    answer = sends(browser, SHORT)
    assert "none goes at once" in answer.text
    assert "This deletes" not in answer.text


@pytest.mark.parametrize("role", [Role.REP, Role.MARKETER, Role.MANAGER])
def test_only_admins_say_how_long(company: Company, role: Role) -> None:
    browser = company.browser(company.hire(role=role))
    fields = {name: str(value) for name, value in SHORT.values.items()}
    answer = browser.sends(PAGE, "/you", seen="0", confirmed="90/7", **fields)
    assert answer.status_code == 403
    assert kept(company) == KeptFor()


def test_a_form_of_somebody_else_s_page_changes_nothing(company: Company, browser: Browser) -> None:
    fields = {name: str(value) for name, value in SHORT.values.items()}
    answer = browser.client.post(PAGE, data={"seen": "0", "confirmed": "90/7", **fields})
    assert answer.status_code >= 400
    assert kept(company) == KeptFor()


def test_nobody_can_have_visits_kept_longer_than_the_law_s_thirteen_months() -> None:
    assert KeptFor() == KeptFor(VISITS_KEPT, EVIDENCE_KEPT)
    assert timedelta(days=395) == VISITS_KEPT
