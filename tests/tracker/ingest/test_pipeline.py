"""From a request to visit, state, intent and alert row."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from alerts.models import Alert, Message
from tests.builders import NOON
from tests.tracker.ingest.stories import (
    ORIGIN,
    Setting,
    add_dana,
    engagement,
    view,
)
from tests.tracker.ingest.walk import Walk
from tracker.ingest.front import Reply
from tracker.ingest.hit import DropReason
from tracker.models import Base, Browser, PageView, State, Visit

if TYPE_CHECKING:
    from collections.abc import Callable


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
    first, second = walk.rows(Visit)
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


@pytest.mark.parametrize(
    "mangle", [str.lower, lambda text: text[:-1], lambda text: text * 2, lambda text: "A" + text[1:]]
)
def test_p4_a_bad_token_leaves_no_row(setting: Setting, mangle: Callable[[str], str]) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    assert walk.sends(view(), token=mangle(dana.token)) == Reply()
    assert walk.drops() == [DropReason.INVALID_TOKEN]
    assert [walk.rows(table) for table in (Browser, Visit, PageView)] == [[], [], []]


def test_p4_ten_thousand_hits_of_strangers_leave_no_row_at_all(setting: Setting) -> None:
    walk = Walk(setting)
    tables = Base.metadata.sorted_tables

    def rows() -> list[int]:
        with setting.installation.database.reading() as session:
            return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]

    before = rows()
    for _ in range(10_000):
        assert walk.sends(view()) == Reply()
    walk.front.drops.flush(setting.installation.database, NOON)
    assert rows() == before
