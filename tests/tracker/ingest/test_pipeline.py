"""From a request to visit, state, intent and alert row."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from alerts.decide import Decider
from alerts.models import Alert, Message
from alerts.policy import Policy
from tests.builders import NOON
from tests.tracker.ingest.stories import (
    ORIGIN,
    PERSON,
    Setting,
    add_dana,
    body,
    engagement,
    set_up,
    view,
)
from tracker.ingest.front import Front, Reply
from tracker.ingest.hit import DropReason, Sender, parse
from tracker.models import Base, Browser, PageView, State, Visit

if TYPE_CHECKING:
    from datetime import datetime

    from tracker.db import Database
    from tracker.ingest.pipeline import Nudge


class Walk:
    """A person's (or a program's) way through the site, request by request, with a moved clock."""

    def __init__(self, setting: Setting, user_agent: str = PERSON) -> None:
        self.setting = setting
        self.now = NOON
        self.nudges: list[Nudge] = []
        self.sender = Sender("203.0.113.7", user_agent, ORIGIN)
        self.credential = ""
        self.front = Front(
            setting.installation,
            Decider(setting.installation, Policy()),
            self.nudges.extend,
            clock=self.clock,
        )

    def clock(self) -> datetime:
        return self.now

    def sends(self, *hits: dict[str, object], **keys: object) -> Reply:
        if self.credential:
            keys.setdefault("credential", self.credential)
        reply = self.front.receive(parse(body(self.setting, *hits, **keys)), self.sender, "")
        self.credential = reply.credential or self.credential
        return reply

    def rows(self, table: type[Base]) -> list[Any]:
        with self.setting.installation.database.reading() as session:
            return list(session.scalars(select(table)).all())

    def drop(self) -> DropReason:
        (reason,) = self.front.drops._counts
        return reason


@pytest.fixture
def setting(database: Database) -> Setting:
    return set_up(database)


def test_dana_clicks_reads_pricing_and_sam_is_to_call(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    pricing = view(f"{ORIGIN}/pricing?utm_source=mail")
    reply = walk.sends(pricing, token=f"{dana.token}~spring-26")
    assert reply.credential
    walk.now += timedelta(seconds=7)
    assert walk.sends(engagement(pricing)) == Reply()

    (visit,) = walk.rows(Visit)
    assert (visit.state, visit.by_link, visit.prospect_id) == (State.CONFIRMED, True, dana.prospect_id)
    (page,) = walk.rows(PageView)
    assert (page.url, page.topic) == (f"{ORIGIN}/pricing", "pricing")
    (alert,) = walk.rows(Alert)
    assert (alert.decision, alert.why) == ("call", "answers the loss reason")
    assert (alert.user_id, alert.due_at) == (dana.user_id, walk.now + timedelta(seconds=20))
    (message,) = walk.rows(Message)
    assert [(nudge.message_id, nudge.due_at) for nudge in walk.nudges] == [(message.id, alert.due_at)]


def test_the_same_hits_again_change_nothing(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    pricing = view(f"{ORIGIN}/pricing")
    for _ in range(3):  # the answer was lost twice, so it is sent with the token again
        walk.credential = ""
        walk.sends(pricing, token=dana.token)
    for _ in range(3):
        walk.sends(engagement(pricing))
    assert len(walk.rows(PageView)) == len(walk.rows(Visit)) == len(walk.rows(Browser)) == 1
    assert len(walk.rows(Alert)) == len(walk.rows(Message)) == 1


def test_evidence_that_overtakes_its_view_is_kept(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    pricing = view(f"{ORIGIN}/pricing")
    walk.sends(engagement(pricing), token=dana.token)
    walk.sends(pricing)
    (visit,) = walk.rows(Visit)
    assert visit.state is State.CONFIRMED


def test_she_is_known_without_a_token_later_and_half_an_hour_ends_a_visit(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view(), token=dana.token)
    walk.now += timedelta(minutes=29)
    walk.sends(view())
    walk.now += timedelta(minutes=31)
    walk.sends(view())
    first, second = sorted(walk.rows(Visit), key=lambda visit: visit.id)
    assert (first.by_link, second.by_link) == (True, False)
    assert first.last_at - first.started_at == timedelta(minutes=29)


def test_an_ordinary_click_goes_into_the_digest(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    home = view()
    walk.sends(home, token=dana.token)
    walk.sends(engagement(home))
    (alert,) = walk.rows(Alert)
    assert (alert.decision, alert.message_id) == ("digest", None)


def test_the_contact_page_does_not_wait(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    contact = view(f"{ORIGIN}/contact")
    walk.sends(contact, token=dana.token)
    walk.sends(engagement(contact))
    (alert,) = walk.rows(Alert)
    assert (alert.decision, alert.due_at) == ("call", walk.now)


def test_a_second_page_within_the_window_does_not_put_the_call_off(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    pricing = view(f"{ORIGIN}/pricing")
    walk.sends(pricing, token=dana.token)
    walk.sends(engagement(pricing))
    walk.now += timedelta(seconds=10)
    walk.sends(view(f"{ORIGIN}/docs"))
    (alert,) = walk.rows(Alert)
    assert alert.due_at == NOON + timedelta(seconds=20)
    (visit,) = walk.rows(Visit)
    assert visit.state is State.STRONG


@pytest.mark.parametrize(
    "agent", ["curl/8.5.0", "", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"]
)
def test_a_machine_is_held_by_name(setting: Setting, agent: str) -> None:
    dana = add_dana(setting)
    walk = Walk(setting, agent)
    pricing = view(f"{ORIGIN}/pricing")
    walk.sends(pricing, token=dana.token)
    walk.sends(engagement(pricing))
    (visit,) = walk.rows(Visit)
    (alert,) = walk.rows(Alert)
    assert (visit.state, alert.decision, alert.why) == (State.MACHINE, "hold", "machine")


def test_a_driven_browser_found_out_late_withdraws_the_call(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    pricing = view(f"{ORIGIN}/pricing")
    walk.sends(pricing, token=dana.token)
    walk.sends(engagement(pricing))
    walk.sends(engagement(pricing, driver=True))
    (alert,) = walk.rows(Alert)
    (message,) = walk.rows(Message)
    assert (alert.why, message.state) == ("machine", "withdrawn")


def test_a_token_of_someone_else_makes_the_browser_theirs_from_now_on(setting: Setting) -> None:
    dana, eli = add_dana(setting), add_dana(setting, "Eli Okafor", "Castor")
    walk = Walk(setting)
    walk.sends(view(), token=dana.token)
    walk.sends(view(), token=eli.token)
    first, second = sorted(walk.rows(Visit), key=lambda visit: visit.id)
    assert (first.prospect_id, second.prospect_id) == (dana.prospect_id, eli.prospect_id)
    (browser,) = walk.rows(Browser)
    assert (browser.prospect_id, browser.shared) == (eli.prospect_id, True)


def test_a_token_on_a_second_browser_is_possibly_forwarded(setting: Setting) -> None:
    dana = add_dana(setting)
    for _ in range(2):
        Walk(setting).sends(view(), token=dana.token)
    browsers = Walk(setting).rows(Browser)
    assert [browser.forwarded for browser in sorted(browsers, key=lambda row: row.id)] == [False, True]


@pytest.mark.parametrize(
    "mangle", [str.lower, lambda text: text[:-1], lambda text: text * 2, lambda text: "A" + text[1:]]
)
def test_p4_a_bad_token_leaves_no_row(setting: Setting, mangle: Any) -> None:  # noqa: ANN401
    dana = add_dana(setting)
    walk = Walk(setting)
    assert walk.sends(view(), token=mangle(dana.token)) == Reply()
    assert walk.drop() is DropReason.INVALID_TOKEN
    assert walk.rows(Visit) == walk.rows(Browser) == walk.rows(PageView) == []


def test_p4_strangers_leave_no_row_at_all(setting: Setting) -> None:
    walk = Walk(setting)
    tables = Base.metadata.sorted_tables

    def rows() -> list[int]:
        with setting.installation.database.reading() as session:
            return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]

    before = rows()
    for _ in range(200):
        assert walk.sends(view()) == Reply()
    walk.front.drops.flush(setting.installation.database, NOON)
    assert rows() == before


def test_one_poisoned_hit_never_takes_its_neighbours_along(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view(), token=dana.token)
    wire = json.loads(body(setting, view(f"{ORIGIN}/a%00b")))
    assert wire["hits"]
    walk.sends(view(f"{ORIGIN}/a%00b"), view(f"{ORIGIN}/docs"))
    assert {page.topic for page in walk.rows(PageView)} >= {"docs"}
