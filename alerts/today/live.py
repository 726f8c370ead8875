"""The live part of today: who is on the site, and whom to call; gathered with a handful of queries."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.briefing.known import Known
from alerts.briefing.seen import PageRead
from alerts.models import Alert
from alerts.today.calls import Call, asked_for_no_calls, calls, look_for_calls
from alerts.today.lead import Facts
from alerts.today.present import Present, look_who, present
from tracker.among import among
from tracker.models import PageView, Prospect, Visit
from tracker.months import of_visits
from tracker.suppression import suppressed_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from alerts.today.look import Look

STAMP_LENGTH = 16
"""Hexadecimal digits: enough to tell one state of a page from the next."""


@dataclass(frozen=True, slots=True)
class Live:
    """What changes while somebody looks at it."""

    present: tuple[Present, ...] = ()
    more_present: int = 0
    calls: tuple[Call, ...] = ()
    more_calls: int = 0

    @property
    def people(self) -> tuple[Present, ...]:
        """Those who are people."""
        return tuple(one for one in self.present if one.is_person)

    @property
    def unconfirmed(self) -> tuple[Present, ...]:
        """Those of whom nothing shows it yet."""
        return tuple(one for one in self.present if not one.is_person)

    @property
    def stamp(self) -> str:
        """Tell one state from another: equal when nothing that is shown has changed."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:STAMP_LENGTH]


def gather(look: Look) -> Live:
    """Look who is there and whom to call."""
    presence, open_calls = look_who(look), look_for_calls(look)
    wanted = {one.alert_id for one in presence.found} | set(open_calls.alert_ids)
    if not wanted:
        return Live()
    known = Known.load(look.session, among(Alert.id, wanted))
    alerts = {alert.id: alert for alert in known.alerts}
    facts = Facts(look, known, alerts, _pages(look, alerts.values()))
    to_call = [alerts[each] for each in open_calls.alert_ids if each in alerts]
    uncallable = _uncallable(look, known, {alert.prospect_id for alert in to_call})
    return Live(
        present(facts, presence.found),
        presence.more,
        calls(facts, open_calls.alert_ids, uncallable),
        open_calls.more,
    )


def _pages(look: Look, alerts: Iterable[Alert]) -> Mapping[int, Sequence[PageRead]]:
    visits = [look.session.get_one(Visit, alert.visit_id) for alert in alerts]
    pages: dict[int, list[PageRead]] = defaultdict(list)
    # Hundreds of pages, of which a line a visit is made: no whole rows.
    columns = (PageView.at, PageView.topic, PageView.title, PageView.url, PageView.visible_ms)
    query = (
        select(PageView.visit_id, *columns)
        .where(among(PageView.visit_id, [visit.id for visit in visits]), of_visits(visits))
        .order_by(PageView.at, PageView.id)
    )
    for visit_id, at, topic, title, url, visible_ms in look.session.execute(query):
        pages[visit_id].append(PageRead(at, topic, title, url, visible_ms))
    return pages


def _uncallable(look: Look, known: Known, people: Iterable[int]) -> set[int]:
    """Give those who asked not to be called."""
    persons = [look.session.get_one(Prospect, each) for each in people]
    emails = [person.email for person in persons if person.email]
    wishes = suppressed_kinds(look.session, look.installation.signer, emails)
    return {
        person.id
        for person in persons
        if asked_for_no_calls(known, person, wishes.get(person.email or "", ()))
    }
