"""Test links: how a browser becomes one of our own people's, and what follows."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.models import Alert, Message
from tests.builders import NOON
from tests.tracker.ingest.stories import KEYS, ORIGIN, Setting, add_dana, engagement, set_up, view
from tests.tracker.ingest.walk import Walk
from tracker.browsers import clear_own
from tracker.ingest.claim import CREDENTIAL_AGE
from tracker.ingest.front import Reply
from tracker.ingest.hit import DropReason
from tracker.ingest.own_link import MOST_MARKED
from tracker.ingest.signs import OWN_BROWSER
from tracker.links import OWN_LINK_AGE, TOKEN_LENGTH, LinkToken, OwnLink, read_token
from tracker.models import Browser, PageView, State, User, Visit
from tracker.signing import InvalidSignatureError, Purpose, Signer

if TYPE_CHECKING:
    from tests.tracker.ingest.stories import Dana
    from tracker.db import Database

SNIPPET_KNOWS = re.compile(r"^[01]\w+[.%]", re.ASCII)
"""What the snippet takes for a token; the test in its source."""
FOREVER = timedelta(days=9_999)


@pytest.fixture
def setting(database: Database) -> Setting:
    return set_up(database)


@pytest.fixture
def dana(setting: Setting) -> Dana:
    return add_dana(setting)


def link_of(dana: Dana, walk: Walk) -> str:
    """A test link for Sam, who owns Dana, as of now."""
    return OwnLink(dana.user_id, walk.now).text(walk.setting.installation.signer) + "~spring-26"


def the_only(walk: Walk) -> tuple[Browser, Visit]:
    return walk.one(Browser), walk.one(Visit)


@given(st.integers(1, 2**31 - 1), st.integers(0, 10**9))
def test_a_test_link_travels_as_a_prospect_s_does(user_id: int, second: int) -> None:
    signer = Signer(KEYS)
    link = OwnLink(user_id, (NOON + timedelta(seconds=second)).replace(microsecond=0))
    text = link.text(signer)
    raw = read_token(f"{text}~spring-26?utm_source=mail")
    assert raw is not None
    assert (raw.token, raw.label, len(text)) == (text, "spring-26", TOKEN_LENGTH)
    assert SNIPPET_KNOWS.match(text)
    assert text[-1].isalnum()
    assert OwnLink.open(signer, text, link.issued_at) == link


def test_s1_a_test_link_opens_nothing_else_and_nothing_else_opens_it() -> None:
    signer = Signer(KEYS)
    text = OwnLink(7, NOON).text(signer)
    with pytest.raises(InvalidSignatureError):
        LinkToken.open(signer, text, NOON, FOREVER)
    for purpose in set(Purpose) - {Purpose.OWN}:
        with pytest.raises(InvalidSignatureError):
            signer.verify(purpose, text, NOON, FOREVER)
        with pytest.raises(InvalidSignatureError):
            OwnLink.open(signer, signer.sign(purpose, "1000000000007", NOON), NOON)
    for value in ("0000000000007", "1abcdefghijkl", "17", "own-7"):
        with pytest.raises(InvalidSignatureError):
            OwnLink.open(signer, signer.sign(Purpose.OWN, value, NOON), NOON)


def test_a_colleague_s_test_stores_nothing_and_their_later_visits_cost_nothing(
    setting: Setting, dana: Dana
) -> None:
    walk = Walk(setting)
    page = view()
    assert walk.sends(page, token=link_of(dana, walk)).credential
    assert walk.sends(engagement(page)) == Reply()
    walk.move(days=200)
    walk.sends(view())
    assert walk.drops() == [DropReason.OWN_BROWSER, DropReason.OWN_BROWSER, DropReason.TEST_LINK]
    assert [walk.rows(table) for table in (Browser, Visit, PageView, Alert)] == [[], [], [], []]
    walk.now = NOON + CREDENTIAL_AGE + timedelta(seconds=1)
    walk.sends(view())
    assert walk.drops().count(DropReason.NO_TOKEN) == 1


def test_s6_a_worthless_text_in_an_own_browser_is_answered_as_everywhere(
    setting: Setting, dana: Dana
) -> None:
    walk = Walk(setting)
    walk.sends(view(), token=link_of(dana, walk))
    assert walk.sends(view(), token=dana.token[:-1] + "~") == Reply()
    assert walk.sends(revoke=True) == Reply(forget=True)


def test_a_prospect_s_link_in_their_browser_is_internal(setting: Setting, dana: Dana) -> None:
    walk = Walk(setting)
    walk.sends(view(), token=link_of(dana, walk))
    walk.reads("/contact", token=dana.token)
    walk.move(days=3)
    walk.reads("/pricing")
    assert walk.one(Browser).own_user_id == dana.user_id
    assert [visit.state for visit in walk.rows(Visit)] == [State.INTERNAL] * 2
    assert walk.rows(Visit)[0].state_reasons == [OWN_BROWSER]
    assert {(alert.decision, alert.why) for alert in walk.rows(Alert)} == {("hold", "internal")}


def test_a_browser_that_tested_with_a_prospect_s_link_before_becomes_ours(
    setting: Setting, dana: Dana
) -> None:
    """What was done in it lately is judged anew: the mail that waits is withdrawn."""
    walk = Walk(setting)
    page = walk.reads("/pricing", token=dana.token)
    assert [message.state for message in walk.rows(Message)] == ["pending"]
    walk.move(seconds=5)
    assert walk.sends(view(f"{ORIGIN}/docs"), token=link_of(dana, walk)) == Reply()
    browser, visit = the_only(walk)
    assert (browser.own_user_id, browser.own_at) == (dana.user_id, walk.now)
    assert (visit.state, visit.state_reasons) == (State.INTERNAL, [OWN_BROWSER])
    assert (walk.one(Alert).why, walk.one(Message).state) == ("internal", "withdrawn")
    assert len(walk.rows(PageView)) == 1
    walk.sends(engagement(page, visible=30_000))
    assert walk.one(Visit).state is State.INTERNAL


def test_a_test_link_ends_after_two_weeks(setting: Setting, dana: Dana) -> None:
    walk = Walk(setting)
    link = link_of(dana, walk)
    walk.now = NOON + OWN_LINK_AGE + timedelta(seconds=1)
    assert walk.sends(view(), token=link) == Reply()
    assert walk.drops() == [DropReason.EXPIRED_TOKEN]


def test_the_link_of_who_left_is_dead(setting: Setting, dana: Dana) -> None:
    walk = Walk(setting)
    with setting.installation.database.writing() as session:
        session.get_one(User, dana.user_id).left_at = NOON
    assert walk.sends(view(), token=link_of(dana, walk)) == Reply()
    assert walk.drops() == [DropReason.REVOKED_TOKEN]


@pytest.mark.parametrize("origin", ["https://evil.example", ""])
def test_a_foreign_page_learns_nothing_from_a_test_link(setting: Setting, dana: Dana, origin: str) -> None:
    walk = Walk(setting)
    walk.sender = type(walk.sender)("203.0.113.7", walk.sender.user_agent, origin)
    assert walk.sends(view(), token=link_of(dana, walk)) == Reply()
    assert walk.drops() == [DropReason.FOREIGN_ORIGIN]


def test_once_cleared_neither_old_links_nor_old_credentials_mark_anything(
    setting: Setting, dana: Dana
) -> None:
    prospects, colleague = Walk(setting), Walk(setting)
    prospects.reads("/pricing", token=dana.token)
    link = link_of(dana, prospects)
    prospects.sends(view(), token=link)
    colleague.sends(view(), token=link)
    for walk in (prospects, colleague):
        walk.move(hours=1)
    with setting.installation.database.writing() as session:
        clear_own(session, session.get_one(User, dana.user_id), prospects.now)
    prospects.reads("/pricing", token=link)
    assert prospects.rows(Visit)[-1].state is not State.INTERNAL
    colleague.reads("/pricing", token=dana.token)
    assert [browser.own_user_id for browser in colleague.rows(Browser)] == [None, None]
    assert prospects.drops() == [DropReason.REVOKED_TOKEN, DropReason.TEST_LINK]


def test_a_test_link_in_the_real_mailing_makes_us_deaf_to_few(setting: Setting) -> None:
    """The eleventh prospect who opens it is one, as is everybody after."""
    people = [add_dana(setting, f"Reader{number}") for number in range(MOST_MARKED + 2)]
    walks = [Walk(setting) for _ in people]
    link = link_of(people[0], walks[0])
    for walk, person in zip(walks, people, strict=True):
        walk.reads("/", token=person.token)
        walk.move(hours=1)
        walk.sends(view(f"{ORIGIN}/pricing"), token=link)
    ours = [browser.own_user_id is not None for browser in walks[0].rows(Browser)]
    assert ours == [True] * MOST_MARKED + [False] * 2
    assert walks[-1].drops() == [DropReason.SPREAD_TEST_LINK]
    last = walks[-1].rows(Visit)[-1]
    assert (last.prospect_id, last.by_link) == (people[-1].prospect_id, True)
    again = walks[0]
    again.sends(view(), token=link)
    assert again.drops() == [DropReason.TEST_LINK] * 2
