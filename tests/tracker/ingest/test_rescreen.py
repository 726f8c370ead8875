"""Visits judged anew: by changed rules, by what somebody learnt later; their alerts with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from alerts.decide import Decider
from alerts.models import Alert, Message
from alerts.policy import Policy
from alerts.words import Decision, MessageState
from tests.builders import NOON
from tests.tracker.ingest.stories import ORIGIN, add_dana, engagement, view
from tests.tracker.ingest.walk import Walk
from tracker.ingest.bursts import SEVERAL_LINKS
from tracker.ingest.rescreen import Change, Rescreened, Resign, remembered_in, remembered_since, rescreen
from tracker.ingest.senders import Rule, SenderTable
from tracker.ingest.signs import HOSTING, OFFICE
from tracker.models import PageView, State, Visit
from tracker.resign import Resigner
from tracker.words import SenderKind

if TYPE_CHECKING:
    from datetime import datetime

    from tests.tracker.ingest.stories import Setting

ADDRESSES = ("2001:db8:7::5", "203.0.113.7")
"""A telephone's, outside and in the office."""


def judged_anew(setting: Setting, now: datetime, resign: Resign | None = None) -> Rescreened:
    installation = setting.installation
    with installation.database.writing() as session:
        ids = remembered_since(session, NOON)
        return rescreen(session, ids, now, Decider(installation, Policy()), resign)


def test_nothing_changes_when_nothing_changed(setting: Setting) -> None:
    walk = Walk(setting)
    walk.reads("/contact", token=add_dana(setting).token)
    before = walk.one(Alert), walk.one(Message), walk.one(Visit)
    done = judged_anew(setting, walk.now)
    assert (done.visits, done.changes) == (1, ())
    after = walk.one(Alert), walk.one(Message), walk.one(Visit)
    for old, new in zip(before, after, strict=True):
        assert {c.key: getattr(old, c.key) for c in old.__table__.columns} == {
            c.key: getattr(new, c.key) for c in new.__table__.columns
        }


def test_a_new_rule_demotes_and_withdraws(setting: Setting) -> None:
    walk = Walk(setting)
    walk.reads("/pricing", token=add_dana(setting).token)
    assert walk.one(Alert).decision is Decision.CALL
    done = judged_anew(setting, walk.now, lambda _visit: [HOSTING])
    visit = walk.one(Visit)
    assert done.changes == (Change(visit.id, State.CONFIRMED, State.UNCONFIRMED),)
    assert (visit.signs, visit.state_reasons) == ([HOSTING], [HOSTING])
    assert walk.one(Message).state is MessageState.WITHDRAWN


def test_a_colleague_who_came_to_the_office_within_the_visit_stays_ours(setting: Setting) -> None:
    """Only the first request's address is kept, as a hash, and that one was the telephone's own."""
    rules = [Rule(SenderKind.OFFICE, "203.0.113.0/24")]
    walk = Walk(setting)
    outside, office = (type(walk.sender)(address, walk.sender.user_agent, ORIGIN) for address in ADDRESSES)
    page = view(f"{ORIGIN}/pricing")
    walk.sender = outside
    walk.sends(page, token=add_dana(setting).token)
    walk.move(seconds=7)
    walk.sender = replace(office, signs=SenderTable(rules).signs(office.address, office.user_agent))
    walk.sends(engagement(page))
    signer = setting.installation.signer
    assert judged_anew(setting, walk.now, Resigner(rules, signer).resign).changes == ()
    assert (walk.one(Visit).state, walk.one(Visit).signs) == (State.INTERNAL, [OFFICE])
    done = judged_anew(setting, walk.now, Resigner([], signer).resign)
    assert [change.after for change in done.changes] == [State.CONFIRMED]


def test_a_rule_that_is_gone_promotes(setting: Setting) -> None:
    walk = Walk(setting)
    walk.sender = type(walk.sender)("203.0.113.7", walk.sender.user_agent, ORIGIN, (HOSTING,))
    walk.reads("/pricing", token=add_dana(setting).token)
    assert (walk.one(Visit).state, walk.rows(Message)) == (State.UNCONFIRMED, [])
    done = judged_anew(setting, walk.now, lambda _visit: [])
    assert [change.after for change in done.changes] == [State.CONFIRMED]
    assert walk.one(Message).state is MessageState.PENDING


@pytest.mark.parametrize("first", [True, False])
def test_a_burst_that_a_rule_found_since_reaches_further_back(setting: Setting, *, first: bool) -> None:
    """Also the visits from before the day that was asked for are part of it."""
    dana = add_dana(setting)
    walk = Walk(setting)
    for path in ("/pricing", "/docs", "/contact"):
        other = Walk(setting, now=walk.now)
        page = view(f"{ORIGIN}{path}")
        other.sends(page, token=dana.token)
        other.move(seconds=30)
        other.sends(engagement(page))
        walk.move(seconds=1)
    with setting.installation.database.writing() as session:
        session.execute(update(Visit).values(burst=""))
        ids = [visit.id for visit in walk.rows(Visit)]
        rescreen(
            session,
            ids[:1] if first else ids[2:],
            walk.now + timedelta(minutes=1),
            Decider(setting.installation, Policy()),
        )
    assert [visit.burst for visit in walk.rows(Visit)] == [SEVERAL_LINKS] * 3


def test_a_burst_that_is_none_any_more_is_lifted(setting: Setting) -> None:
    walk = Walk(setting)
    walk.reads("/pricing", token=add_dana(setting).token)
    with setting.installation.database.writing() as session:
        session.execute(update(Visit).values(burst=SEVERAL_LINKS))
    judged_anew(setting, walk.now)
    assert (walk.one(Visit).burst, walk.one(Visit).state) == ("", State.CONFIRMED)


def test_what_was_forgotten_keeps_its_state(setting: Setting) -> None:
    walk = Walk(setting)
    walk.reads("/pricing", token=add_dana(setting).token)
    visit = walk.one(Visit)
    with setting.installation.database.writing() as session:
        session.execute(update(Visit).values(forgotten_at=NOON, user_agent=""))
    with setting.installation.database.reading() as session:
        assert remembered_in(session, visit.browser_id) == []
    assert judged_anew(setting, walk.now).visits == 0
    assert walk.one(Visit).state is State.CONFIRMED
    assert walk.one(PageView).visit_id == visit.id
