"""Derive what follows from the evidence: each touched visit's state, then its intent.

Both are derived again from the rows at every hit, so that later evidence promotes or demotes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from tracker.among import among
from tracker.ingest.clean import CleanVisits, shown_in_another_light
from tracker.ingest.history import PEOPLE, earlier_visits, history_of
from tracker.ingest.identity import Identities
from tracker.ingest.intent import EarlierVisit, Facts, PageRead, score
from tracker.ingest.people import load_people
from tracker.ingest.rows import visits_in_hand
from tracker.ingest.screen import Evidence, PageEvidence, screen
from tracker.models import PageView, Prospect, Visit
from tracker.months import of_visits
from tracker.rules.points import points_of
from tracker.rules.stored import load_rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.ingest.history import Past
    from tracker.ingest.intent import Points
    from tracker.ingest.people import Person, PersonsDeal
    from tracker.ingest.rows import VisitRow
    from tracker.renewal import Terms

COLLEAGUE_WINDOW = timedelta(days=7)

_PAGES = (
    select(
        PageView.visit_id,
        PageView.topic,
        PageView.url,
        PageView.title,
        PageView.visible_ms,
        PageView.first_gesture_ms,
        PageView.last_gesture_ms,
        PageView.bursts,
        PageView.driver,
    )
    .where(among(PageView.visit_id, "ids"))
    .order_by(PageView.at)
)

_ACTIVE = (
    select(Prospect.account_id, Prospect.id)
    .distinct()
    .join(Visit, Visit.prospect_id == Prospect.id)
    .where(
        among(Prospect.account_id, "accounts"),
        Visit.last_at >= bindparam("since", type_=Visit.last_at.type),
        Visit.state.in_(PEOPLE),
        Visit.not_theirs.is_(False),
    )
)


@dataclass(slots=True)
class _Pages:
    """The pages of a visit in the order in which they were opened, for the two who look at them."""

    shown: list[PageEvidence] = field(default_factory=list)
    read: list[PageRead] = field(default_factory=list)


def judge(
    session: Session, visits: Sequence[VisitRow], now: datetime, table: Points | None = None
) -> list[VisitRow]:
    """Set state, identity and intent of these visits, by the stored points or this `table`.

    Gives them, and the earlier ones that they show in another light: those were derived anew as well.
    """
    if table is None:
        table = points_of(load_rules(session))
    _derive(session, visits, now, table)
    others = shown_in_another_light(session, visits)
    everything = [*visits, *others]
    if others:
        _derive(
            session, everything, now, table
        )  # all: what was confirmed earlier makes later visits stronger
    return everything


def _derive(session: Session, visits: Sequence[VisitRow], now: datetime, table: Points) -> None:
    """Derive everything about these visits, in the order in which they began, and store it."""
    rows = visits_in_hand(session)
    rows.store()
    pages = _pages_of(session, visits)
    past = earlier_visits(session, visits)
    history = history_of(past)
    people = load_people(session, {visit.prospect_id for visit in visits})
    colleagues = _active_colleagues(session, visits, people, now)
    identities = Identities.load(session, visits, people.values(), past)
    evidence = {visit.id: _evidence(visit, pages[visit.id], identities.own(visit)) for visit in visits}
    clean = CleanVisits.load(session, visits, but=visits)
    for visit in visits:
        clean.see(visit, screen(evidence[visit.id]))
    for visit in sorted(visits, key=lambda visit: (visit.started_at, visit.id)):
        earlier = history.before(visit)
        before, after = history.was_confirmed_before(visit), clean.outweigh(visit)
        _screen(visit, replace(evidence[visit.id], confirmed_before=before, outweighed=after))
        if (odd := identities.odd(visit)) != visit.identity:
            visit.identity = odd
        facts = _facts(visit, pages[visit.id], earlier, people[visit.prospect_id].latest_loss, table.terms)
        _score(visit, replace(facts, colleague_active=visit.id in colleagues), table)
        history.judged(visit)
    rows.store()


def _evidence(visit: VisitRow, pages: _Pages, own: tuple[str, ...]) -> Evidence:
    """Put together what one visit shows of who was there, by itself."""
    return Evidence(
        user_agent=visit.user_agent,
        pages=tuple(pages.shown),
        signs=(*visit.signs, *own),
        burst=visit.burst,
    )


def _screen(visit: VisitRow, evidence: Evidence) -> None:
    if visit.forgotten_at is not None:
        return  # what its state followed from is not kept: a missing user agent is no machine's
    screening = screen(evidence)
    if (visit.state, visit.state_reasons) != (screening.state, list(screening.reasons)):
        visit.state = screening.state
        visit.state_reasons = list(screening.reasons)
    if visit.demoted != screening.demoted:
        visit.demoted = screening.demoted


def _facts(
    visit: VisitRow, pages: _Pages, earlier: Sequence[Past], deal: PersonsDeal | None, terms: Terms
) -> Facts:
    today = visit.started_at.date()
    renewal = deal.next_renewal(today, terms) if deal else None
    return Facts(
        pages=tuple(pages.read),
        by_link=visit.by_link,
        earlier=tuple(EarlierVisit(past.points, visit.started_at - past.started_at) for past in earlier),
        reason_kind=deal.reason_kind if deal else None,
        reason_text=f"{deal.reason} {deal.notes}" if deal else "",
        renewal_in=renewal.on - today if renewal else None,
        renewal_assumed=renewal is not None and renewal.assumed,
    )


def _score(visit: VisitRow, facts: Facts, table: Points) -> None:
    intent = score(facts, table)
    reasons = [
        {"name": reason.name, "points": reason.points, "sentence": reason.sentence}
        for reason in intent.reasons
    ]
    # What stays as it was is not written again.
    if (visit.points, visit.intent) != (intent.points, intent.score):
        visit.points, visit.intent = intent.points, intent.score
    if visit.intent_reasons != reasons:
        visit.intent_reasons = reasons


def _pages_of(session: Session, visits: Sequence[VisitRow]) -> dict[int, _Pages]:
    pages: dict[int, _Pages] = defaultdict(_Pages)
    for visit_id, topic, url, title, visible, first, last, bursts, driver in session.execute(
        _PAGES.where(of_visits(visits)), {"ids": [visit.id for visit in visits]}
    ):
        found = pages[visit_id]
        found.shown.append(PageEvidence(visible, first, last, bursts, driver))
        found.read.append(PageRead(topic, url, title, visible))
    return pages


def _active_colleagues(
    session: Session, visits: Sequence[VisitRow], people: Mapping[int, Person], now: datetime
) -> set[int]:
    """Tell the visits during whose week somebody else of the same account came too."""
    accounts = {person.account_id for person in people.values() if person.account_id is not None}
    active: dict[int | None, set[int]] = defaultdict(set)
    for account_id, prospect_id in session.execute(
        _ACTIVE, {"accounts": list(accounts), "since": now - COLLEAGUE_WINDOW}
    ):
        active[account_id].add(prospect_id)
    return {
        visit.id for visit in visits if active[people[visit.prospect_id].account_id] - {visit.prospect_id}
    }
