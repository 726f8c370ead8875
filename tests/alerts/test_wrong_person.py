"""The browser turns out to be somebody else's: reported, undone, and overtaken by their own link."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from alerts.briefing.seen import seen
from alerts.decide import Decider
from alerts.doors import Door
from alerts.models import Alert, Message
from alerts.outcome import Recorded, record, undo
from alerts.policy import Policy
from alerts.why import explain
from alerts.why.sent import NOBODY_TOLD
from alerts.words import OutcomeKind
from tests.builders import add_prospect
from tests.tracker.ingest.stories import add_dana, engagement, set_up, token_of, view
from tests.tracker.ingest.walk import Walk
from tracker.ingest.front import Reply
from tracker.ingest.hit import DropReason
from tracker.ingest.identity import FORWARDED, NOT_THEIRS, SHARED
from tracker.ingest.intent import Tier
from tracker.ingest.rescreen import remembered_in, rescreen
from tracker.models import Account, Browser, Visit

if TYPE_CHECKING:
    from tests.tracker.ingest.stories import Dana, Setting
    from tracker.db import Database


@pytest.fixture
def setting(database: Database) -> Setting:
    return set_up(database)


@pytest.fixture
def dana(setting: Setting) -> Dana:
    return add_dana(setting)


@pytest.fixture
def walk(setting: Setting, dana: Dana) -> Walk:
    """Somebody read the pricing page by Dana's link, and Sam was told."""
    walk = Walk(setting)
    walk.reads("/pricing", token=dana.token)
    with setting.installation.database.writing() as session:
        session.scalars(select(Alert)).one().sent_at = walk.now
    walk.move(hours=2)
    return walk


def report(
    walk: Walk, dana: Dana, kind: OutcomeKind = OutcomeKind.WRONG_PERSON, alert: Alert | None = None
) -> Recorded:
    alert = alert or walk.rows(Alert)[0]
    installation = walk.setting.installation
    with installation.database.writing() as session:
        door = Door(alert.id, dana.user_id)
        return record(session, installation.signer, door, kind, walk.now)


def take_back(walk: Walk, dana: Dana, recorded: Recorded, alert: Alert | None = None) -> int | None:
    alert = alert or walk.rows(Alert)[0]
    assert recorded.outcome_id is not None
    with walk.setting.installation.database.writing() as session:
        return undo(session, Door(alert.id, dana.user_id), recorded.outcome_id, walk.now)


def derive_anew(walk: Walk, browser_id: int) -> None:
    installation = walk.setting.installation
    with installation.database.writing() as session:
        decide = Decider(installation, Policy())
        rescreen(session, remembered_in(session, browser_id), walk.now, decide)


def test_from_then_on_the_browser_is_nobody_s(walk: Walk, dana: Dana) -> None:
    recorded = report(walk, dana)
    browser = walk.one(Browser)
    assert (recorded.browser_id, browser.unbound_at) == (browser.id, walk.now)
    walk.move(hours=1)
    page = view()
    assert walk.sends(page) == Reply()
    assert walk.sends(engagement(page), token=dana.token) == Reply()
    assert walk.drops() == [DropReason.UNBOUND_BROWSER] * 2
    assert len(walk.rows(Visit)) == 1


def test_dana_herself_goes_on_ringing_from_her_other_browsers(
    setting: Setting, walk: Walk, dana: Dana
) -> None:
    report(walk, dana)
    hers = Walk(setting, now=walk.now + timedelta(days=2))
    hers.reads("/contact", token=dana.token)
    assert hers.rows(Alert)[-1].decision == "call"
    assert hers.rows(Visit)[-1].identity == []


@pytest.mark.parametrize("wrong", [True, False])
def test_a_call_about_somebody_else_keeps_nobody_quiet(
    setting: Setting, walk: Walk, dana: Dana, *, wrong: bool
) -> None:
    with setting.installation.database.writing() as session:
        session.scalars(select(Alert)).one().tier = Tier.BURNING  # no later visit rises above it
    if wrong:
        report(walk, dana)
    hers = Walk(setting, now=walk.now)
    hers.reads("/contact", token=dana.token)
    assert hers.rows(Alert)[-1].decision == ("call" if wrong else "hold")


@pytest.mark.parametrize("wrong", [True, False])
def test_what_somebody_else_read_is_no_interest_of_hers(
    setting: Setting, walk: Walk, dana: Dana, *, wrong: bool
) -> None:
    if wrong:
        report(walk, dana)
    hers = Walk(setting, now=walk.now + timedelta(days=2))
    hers.reads("/docs", token=dana.token)
    visit = hers.rows(Visit)[-1]
    assert (visit.intent == visit.points) is wrong


def test_somebody_else_s_link_makes_it_theirs_and_an_undo_comes_too_late(
    setting: Setting, walk: Walk, dana: Dana
) -> None:
    recorded = report(walk, dana)
    eli = add_dana(setting, "Eli Okafor", "Castor")
    walk.move(hours=1)
    walk.reads("/", token=eli.token)
    browser = walk.one(Browser)
    assert (browser.prospect_id, browser.shared, browser.unbound_at) == (eli.prospect_id, True, None)
    assert [(visit.prospect_id, visit.not_theirs) for visit in walk.rows(Visit)] == [
        (dana.prospect_id, True),
        (eli.prospect_id, False),
    ]
    assert take_back(walk, dana, recorded) == browser.id  # her visit is hers again, the browser is not
    assert not any(visit.not_theirs for visit in walk.rows(Visit))
    walk.sends(view())
    assert walk.one(Browser).prospect_id == eli.prospect_id
    assert walk.drops() == []
    walk.reads("/", token=dana.token)
    assert walk.one(Browser).prospect_id == dana.prospect_id


@pytest.fixture
def eli(setting: Setting) -> Dana:
    return add_dana(setting, "Eli Okafor", "Castor")


def test_a_report_outlives_somebody_else_s_link(setting: Setting, walk: Walk, dana: Dana, eli: Dana) -> None:
    report(walk, dana)
    walk.reads("/", token=eli.token)
    hers = Walk(setting, now=walk.now + timedelta(days=2))
    hers.reads("/docs", token=dana.token)
    visit = hers.rows(Visit)[-1]
    assert (visit.intent, visit.identity) == (visit.points, [])
    installation = setting.installation
    with installation.database.reading() as session:
        told = seen(session, session.get_one(Visit, visit.id), hers.now, ZoneInfo("UTC"))
    assert (told.count, told.browser) == ("first visit seen", "Confirmed")
    derive_anew(walk, walk.rows(Browser)[0].id)
    assert [visit.identity for visit in walk.rows(Visit)] == [[SHARED, NOT_THEIRS], [SHARED], []]


def test_her_link_stays_nobody_s_in_a_browser_that_is_another_s_by_now(
    walk: Walk, dana: Dana, eli: Dana
) -> None:
    recorded = report(walk, dana)
    walk.reads("/", token=eli.token)
    assert walk.sends(view(), token=dana.token) == Reply()
    assert walk.drops() == [DropReason.UNBOUND_BROWSER]
    assert walk.one(Browser).prospect_id == eli.prospect_id
    report(walk, eli, alert=walk.rows(Alert)[1])
    for token in (dana.token, eli.token):
        assert walk.sends(view(), token=token) == Reply()
    assert [visit.not_theirs for visit in walk.rows(Visit)] == [True, True]
    take_back(walk, dana, recorded)
    assert [visit.not_theirs for visit in walk.rows(Visit)] == [False, True]
    walk.sends(view(), token=dana.token)
    browser = walk.one(Browser)
    assert (browser.prospect_id, browser.unbound_at) == (dana.prospect_id, None)


def test_it_can_be_reported_after_another_s_link_made_it_theirs(walk: Walk, dana: Dana, eli: Dana) -> None:
    walk.reads("/", token=eli.token)
    recorded = report(walk, dana)
    browser = walk.one(Browser)
    assert (recorded.browser_id, browser.prospect_id) == (browser.id, eli.prospect_id)
    assert browser.unbound_at is None
    assert [visit.not_theirs for visit in walk.rows(Visit)] == [True, False]
    walk.sends(view())
    assert walk.drops() == []
    assert take_back(walk, dana, recorded) == browser.id
    assert not any(visit.not_theirs for visit in walk.rows(Visit))


def test_what_was_closed_untold_opens_again_also_when_the_browser_is_another_s(
    walk: Walk, dana: Dana, eli: Dana
) -> None:
    walk.reads("/contact")
    first = report(walk, dana)
    walk.move(minutes=5)
    second = report(walk, dana)
    assert second.browser_id is None
    walk.reads("/", token=eli.token)
    assert take_back(walk, dana, first) is None
    assert [alert.closed_at is None for alert in walk.rows(Alert)] == [False, False, True]
    assert take_back(walk, dana, second) is not None
    assert [alert.closed_at for alert in walk.rows(Alert)] == [None] * 3


def test_that_it_looked_forwarded_stays_on_record(setting: Setting, walk: Walk, dana: Dana) -> None:
    other = Walk(setting, now=walk.now + timedelta(days=1))
    other.reads("/pricing", token=dana.token)
    other.move(hours=2)
    other.reads("/docs")
    recorded = report(other, dana, alert=other.rows(Alert)[1])
    assert recorded.browser_id is not None
    derive_anew(other, recorded.browser_id)
    assert [visit.identity for visit in other.rows(Visit)] == [[], *[[FORWARDED, NOT_THEIRS]] * 2]


@pytest.mark.parametrize("wrong", [True, False])
def test_somebody_else_in_her_name_is_no_active_colleague(
    setting: Setting, walk: Walk, dana: Dana, *, wrong: bool
) -> None:
    if wrong:
        report(walk, dana)
    with setting.installation.database.writing() as session:
        eve = add_prospect(session, session.get_one(Account, dana.account_id), "Eve Li")
        token = token_of(setting, session, eve)
    hers = Walk(setting, now=walk.now + timedelta(hours=1))
    hers.reads("/docs", token=token)
    reasons = {reason["name"] for reason in hers.rows(Visit)[-1].intent_reasons}
    assert ("colleague active" in reasons) is not wrong


def test_undone_it_is_hers_again(walk: Walk, dana: Dana) -> None:
    recorded = report(walk, dana)
    assert take_back(walk, dana, recorded) == walk.one(Browser).id
    assert take_back(walk, dana, recorded) is None
    walk.reads("/")
    assert walk.one(Browser).unbound_at is None
    assert walk.drops() == []


def test_of_two_reports_one_that_stands_is_enough(walk: Walk, dana: Dana) -> None:
    walk.reads("/pricing")
    first, second = walk.rows(Alert)
    one = report(walk, dana, alert=first)
    walk.move(minutes=5)
    other = report(walk, dana, alert=second)
    assert other.browser_id is None
    assert take_back(walk, dana, one, first) is None
    assert walk.one(Browser).unbound_at is not None
    assert take_back(walk, dana, other, second) == walk.one(Browser).id
    assert walk.one(Browser).unbound_at is None


def test_what_nobody_was_told_of_yet_stays_untold_until_it_is_undone(
    setting: Setting, walk: Walk, dana: Dana
) -> None:
    walk.reads("/contact")
    told, waiting = walk.rows(Alert)
    recorded = report(walk, dana)
    browser_id = recorded.browser_id
    assert browser_id is not None
    derive_anew(walk, browser_id)
    assert walk.rows(Alert)[1].closed_at == walk.now
    assert [visit.identity for visit in walk.rows(Visit)] == [[NOT_THEIRS]] * 2
    installation = setting.installation
    with installation.database.reading() as session:
        why = explain(session, installation, dana.prospect_id, walk.now)
    assert why.answer == (f"No alert: {NOBODY_TOLD}",)
    assert ("Somebody else's browser: a rep reported that it is not theirs.",) in why.visits[0].seen
    take_back(walk, dana, recorded)
    derive_anew(walk, browser_id)
    assert [(one.id, one.closed_at) for one in walk.rows(Alert)] == [(told.id, None), (waiting.id, None)]
    assert [visit.identity for visit in walk.rows(Visit)] == [[], []]
    assert {message.state for message in walk.rows(Message)} == {"pending"}


def test_not_them_is_a_false_alert_and_binds_nothing_anew(walk: Walk, dana: Dana) -> None:
    assert report(walk, dana, OutcomeKind.NOT_THEM).browser_id is None
    assert walk.one(Browser).unbound_at is None
    assert walk.one(Alert).closed_at == walk.now
    walk.reads("/")
    assert walk.drops() == []
