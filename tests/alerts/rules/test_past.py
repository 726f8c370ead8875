"""Of a busy site a preview looks at whole companies, evenly chosen over all thirty days, and says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update

from alerts.models import Decision
from alerts.policy import Policy, Trigger
from alerts.rules.past import load_past, stand_ins
from alerts.rules.preview import InForce, Preview, Proposal, preview
from alerts.rules.replay import Past, Rules, replay
from alerts.words import Decision as Decided
from tests.alerts.rules.test_replay import HOURS, PRICING, SAM, another
from tests.alerts.scenes import add_alert, add_page, add_visit
from tests.builders import NOON, add_account, add_deal, add_owner_name, add_prospect, add_user
from tracker.audit import COMMAND
from tracker.ingest.intent import Points
from tracker.models import Visit
from tracker.retention import forget_evidence, forget_visits, store_kept
from tracker.rules.hours import DefaultHours
from tracker.rules.kept import VISITS_KEPT_AT_LEAST, KeptFor
from tracker.topics import topic_lines

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.models import User

IN_FORCE = InForce(Points(), Policy(), (), ())
COMPANIES, VISITS = 24, 3


def add_company(session: Session, number: int, rep: User) -> None:
    """Somebody of a company reads about prices three times in a month."""
    person = add_prospect(session, add_account(session, f"No {number}", add_owner_name(session, rep)))
    deal = add_deal(session, person)
    for week in range(VISITS):
        at = NOON - timedelta(days=7 * week, minutes=number)
        visit = add_visit(session, person, at=at, by_link=True, intent_reasons=[{"name": "page: pricing"}])
        add_page(session, visit)
        add_alert(
            session,
            visit,
            rep,
            decision=Decision.CALL,
            why=Trigger.HIGH_INTENT_PAGE,
            account_id=person.account_id,
            deal_id=deal.id,
            decided_at=at,
        )


def add_companies(session: Session) -> None:
    rep = add_user(session)
    for number in range(COMPANIES):
        add_company(session, number, rep)


def test_all_visits_are_looked_at_where_they_are_few(session: Session) -> None:
    add_companies(session)
    past = load_past(session, NOON, weigh=True, most=COMPANIES * VISITS).past
    assert (past.every, len(past.records)) == (1, COMPANIES * VISITS)
    found = preview(session, IN_FORCE, Proposal(policy=Policy(daily_limit=100)), NOON)
    assert (found.every, found.compared.visits) == (1, COMPANIES * VISITS)
    assert found.compared.then.calls == COMPANIES * VISITS


def test_no_preview_changes_with_how_long_evidence_is_kept(database: Database) -> None:
    with database.writing() as session:
        add_companies(session)
        lines = topic_lines(session)
    in_force = replace(IN_FORCE, topics=lines)
    proposals = (
        Proposal(policy=Policy(daily_limit=1)),
        Proposal(points=Points(half_life=timedelta(days=1))),
        Proposal(topics=()),
        Proposal(hours=DefaultHours(0, 60, "1234567")),
    )

    def previews() -> list[Preview]:
        with database.reading() as session:
            return [preview(session, in_force, proposal, NOON) for proposal in proposals]

    before = previews()
    with database.writing() as session:
        store_kept(session, KeptFor(VISITS_KEPT_AT_LEAST, timedelta(days=1)), COMMAND, NOON, seen=0)
    assert (forget_evidence(database, NOON), forget_visits(database, NOON)) == (COMPANIES * (VISITS - 1), 0)
    assert previews() == before
    assert {one.compared.visits for one in before} == {COMPANIES * VISITS}


def test_visits_whose_evidence_is_forgotten_early_are_looked_at_like_the_others(session: Session) -> None:
    add_companies(session)
    forgotten = update(Visit).where(Visit.last_at < NOON - timedelta(days=5)).values(forgotten_at=NOON)
    session.execute(forgotten)
    past = load_past(session, NOON, weigh=True, most=COMPANIES * VISITS).past
    assert (past.every, len(past.records)) == (1, COMPANIES * VISITS)


def test_of_many_whole_companies_are_over_all_thirty_days(session: Session) -> None:
    add_companies(session)
    past = load_past(session, NOON, weigh=True, most=COMPANIES * VISITS // 3).past
    companies = {record.account_id for record in past.records}
    assert past.every == 3
    assert 0 < len(companies) < COMPANIES
    assert len(past.records) == VISITS * len(companies)
    assert past.records == load_past(session, NOON, weigh=False, most=COMPANIES * VISITS // 3).past.records


def test_of_some_companies_visits_of_all_are_counted_by_rep_and_hour(session: Session) -> None:
    add_companies(session)
    assert load_past(session, NOON, weigh=False).past.hourly == {}
    (hours,) = load_past(session, NOON, weigh=False, most=COMPANIES).past.hourly.values()
    weeks = [timedelta(days=7 * week) for week in range(VISITS)]
    assert hours == {
        NOON - week - timedelta(hours=back): (23, 1)[back == 0] for week in weeks for back in (0, 1)
    }


def test_other_hours_let_others_wait_for_the_morning() -> None:
    night = another(PRICING, 2, after=timedelta(hours=10), account_id=2)
    past = Past([PRICING, night], {SAM: HOURS})
    early, late = (Rules(Points(), Policy(), hours=DefaultHours(*hours)) for hours in ((0, 660), (720, 1440)))
    assert [ruling.decision for ruling in replay(past, early, weigh=True)] == [Decided.HOLD, Decided.HOLD]
    assert [ruling.decision for ruling in replay(past, late, weigh=True)] == [Decided.CALL, Decided.CALL]


def test_a_preview_of_hours_tells_who_would_have_waited_and_what_a_deputy_got(session: Session) -> None:
    sam, kim = add_user(session, "Sam Reed"), add_user(session, "Kim Berg")
    person = add_prospect(session, add_account(session, owner=add_owner_name(session, sam)))
    deal = add_deal(session, person)
    for days, rep in ((1, sam), (3, kim)):
        at = NOON - timedelta(days=days)
        visit = add_visit(session, person, at=at, by_link=True, intent_reasons=[{"name": "page: pricing"}])
        about = {"account_id": person.account_id, "deal_id": deal.id, "why": Trigger.HIGH_INTENT_PAGE}
        add_alert(session, visit, rep, decision=Decision.CALL, decided_at=at, **about)
    assert len(stand_ins(session, load_past(session, NOON, weigh=False))) == 1
    never = DefaultHours(0, 60, "1234567")
    compared = preview(session, IN_FORCE, Proposal(hours=never), NOON).compared
    assert (compared.now.stood_in, compared.then.stood_in) == (compared.now.calls - 1, 0)
    assert (compared.then.calls, compared.then.waited) == (0, 2)
