"""Whose browser, which site: identity as tokens, credentials and repeated hits tell it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from alerts.models import Alert
from tests.builders import NOON
from tests.tracker.ingest.stories import ORIGIN, Setting, add_dana, body, engagement, token_of, view
from tests.tracker.ingest.walk import Walk
from tracker.ingest.claim import CREDENTIAL_AGE
from tracker.ingest.front import Reply
from tracker.ingest.hit import MAX_AGE, DropReason, parse
from tracker.ingest.identify import BROWSERS_TIME, MOST_BROWSERS
from tracker.models import Browser, PageView, Prospect, Site, State, Token, Visit


def test_an_unknown_site_is_none_of_ours(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(replace(setting, site="elsewhere"))
    assert walk.sends(view(), token=dana.token) == Reply()
    assert walk.drops() == [DropReason.UNKNOWN_SITE]


@pytest.mark.parametrize(
    "origin",
    ["", "null", "https://evil.example", "http://www.northwind.example", ORIGIN + ":8443", ORIGIN + "/"],
)
def test_a_foreign_page_reports_nothing(setting: Setting, origin: str) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sender = replace(walk.sender, origin=origin)
    assert walk.sends(view(), token=dana.token) == Reply()
    assert walk.drops() == [DropReason.FOREIGN_ORIGIN]
    assert walk.rows(Browser) == []


@pytest.mark.parametrize(
    "page",
    [
        "http://evil.example/pricing",
        "http://www.northwind.example/pricing",
        f"{ORIGIN}:8443/pricing",
        f"{ORIGIN}.evil.example/pricing",
        f"{ORIGIN}@evil.example/pricing",
        f"{ORIGIN}\\@evil.example/pricing",
        "https://\uff57\uff57\uff57.northwind.example/pricing",
        "https://evil.example/#https://www.northwind.example/",
    ],
)
def test_a_page_of_another_site_is_not_stored_though_token_and_origin_are_genuine(
    setting: Setting, page: str
) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    assert walk.sends(view(page), token=dana.token) == Reply()
    assert walk.drops() == [DropReason.FOREIGN_PAGE]
    assert [walk.rows(table) for table in (Browser, Visit, PageView)] == [[], [], []]


def test_what_is_too_old_to_be_stored_makes_no_browser_known(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    too_old = int(MAX_AGE.total_seconds() * 1000) + 1
    assert walk.sends(view(age=too_old), token=dana.token) == Reply()
    assert walk.drops() == [DropReason.TOO_OLD]
    assert walk.rows(Browser) == []


@pytest.mark.parametrize(
    "page",
    [
        f"{ORIGIN}:443/pricing",
        "HTTPS://WWW.Northwind.Example/pricing",
        f"{ORIGIN.replace('://', '://sam:secret@')}/pricing",
        "https://evil.example\\@www.northwind.example/pricing",
    ],
)
def test_what_is_stored_is_the_address_that_was_compared(setting: Setting, page: str) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view(page), token=dana.token)
    assert walk.one(PageView).url == f"{ORIGIN}/pricing"


def test_a_foreign_page_never_takes_its_neighbours_along(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    foreign = [view("https://evil.example/") for _ in range(2)]
    assert walk.sends(*foreign, view(f"{ORIGIN}/docs"), token=dana.token).credential
    assert walk.drops() == [DropReason.FOREIGN_PAGE] * 2
    assert walk.one(PageView).url == f"{ORIGIN}/docs"


def test_the_site_remembers_its_last_sign_of_life(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view())
    assert walk.one(Site).seen_at is None
    walk.sends(view(), token=dana.token)
    walk.move(seconds=59)
    walk.sends(view())
    assert walk.one(Site).seen_at == NOON
    walk.move(seconds=2)
    walk.sends(view())
    assert walk.one(Site).seen_at == walk.now


def test_a_token_of_someone_else_makes_the_browser_theirs_from_now_on(setting: Setting) -> None:
    dana, eli = add_dana(setting), add_dana(setting, "Eli Okafor", "Castor")
    walk = Walk(setting)
    page = walk.reads("/", token=dana.token)
    walk.sends(view(), token=f"{eli.token}~spring-26")
    walk.sends(view())
    first, second = walk.rows(Visit)
    assert (first.prospect_id, second.prospect_id) == (dana.prospect_id, eli.prospect_id)
    browser = walk.one(Browser)
    assert (browser.prospect_id, browser.shared) == (eli.prospect_id, True)
    walk.sends(engagement(page, visible=50_000), token=f"{eli.token}~spring-26")
    first, second = walk.rows(Visit)
    assert (first.prospect_id, first.campaign_id, second.campaign_id is None) == (
        dana.prospect_id,
        None,
        False,
    )


def test_one_token_makes_no_more_than_so_many_browsers_a_day(setting: Setting) -> None:
    dana = add_dana(setting)
    with setting.installation.database.writing() as session:
        session.add_all(
            Browser(key=f"b{number}", prospect_id=dana.prospect_id, created_at=NOON)
            for number in range(MOST_BROWSERS - 1)
        )
    last, one_more = Walk(setting), Walk(setting)
    assert last.sends(view(), token=dana.token).credential
    assert one_more.sends(view(), token=dana.token) == Reply()
    assert one_more.drops() == [DropReason.TOO_MANY_BROWSERS]
    last.sends(view())
    assert len(last.rows(PageView)) == 2
    tomorrow = Walk(setting, now=NOON + BROWSERS_TIME)
    assert tomorrow.sends(view(), token=dana.token).credential


def test_r1_an_answer_that_was_lost_makes_no_second_browser(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    page = view()
    first = walk.sends(page, token=dana.token)
    walk.credential = ""
    again = walk.sends(page, view(), token=dana.token)
    assert again.credential == first.credential != ""
    assert len(walk.rows(PageView)) == 2
    assert len(walk.rows(Browser)) == len(walk.rows(Visit)) == 1


def test_a_hit_of_another_browser_is_not_yours_to_change(setting: Setting) -> None:
    dana, eli = add_dana(setting), add_dana(setting, "Eli Okafor", "Castor")
    page = Walk(setting).reads("/", token=dana.token)
    thief = Walk(setting)
    thief.sends(view(), token=eli.token)
    thief.sends(engagement(page, visible=900_000, driver=True))
    assert thief.drops() == [DropReason.NOT_YOURS]
    seen = thief.rows(PageView)[0]
    assert (seen.visible_ms, seen.driver) == (7_000, False)


def test_two_links_that_a_new_browser_opens_at_once_make_it_known_twice_and_lose_nothing(
    setting: Setting,
) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    pages = [view(f"{ORIGIN}/docs"), view(f"{ORIGIN}/pricing")]
    for page in pages:
        walk.credential = ""  # the answer to the other has not come yet
        walk.sends(page, token=dana.token)
    walk.move(seconds=7)
    walk.sends(*map(engagement, pages))
    assert walk.drops() == []
    assert [visit.state for visit in walk.rows(Visit)] == [State.CONFIRMED, State.CONFIRMED]


def test_a_link_that_expired_is_still_a_link(setting: Setting) -> None:
    """What a known browser opens by an old mail is no visit of their own accord."""
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view(), token=dana.token)
    with setting.installation.database.writing() as session:
        person = session.get_one(Prospect, dana.prospect_id)
        old = token_of(setting, session, person, at=NOON - timedelta(days=400))
    for token in (old, dana.token[:-1], "*|RINGBACK|*"):
        walk.move(hours=1)
        walk.reads("/", token=token)
    assert [visit.by_link for visit in walk.rows(Visit)] == [True] * 4
    assert "came on their own" not in {alert.why for alert in walk.rows(Alert)}


def test_an_expired_token_alone_makes_nobody_known(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting, now=NOON + timedelta(days=400))
    assert walk.sends(view(), token=dana.token) == Reply()
    assert walk.drops() == [DropReason.EXPIRED_TOKEN]


def test_p6_a_credential_ends_after_thirteen_months(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    walk.sends(view(), token=dana.token)
    walk.now = NOON + CREDENTIAL_AGE
    walk.sends(view())
    walk.move(seconds=1)
    walk.sends(view())
    assert walk.drops() == [DropReason.NO_TOKEN]
    assert len(walk.rows(PageView)) == 2


def test_s1_a_token_is_no_credential_and_a_credential_no_token(setting: Setting) -> None:
    dana = add_dana(setting)
    walk = Walk(setting)
    credential = walk.sends(view(), token=dana.token).credential
    for keys in ({"credential": dana.token}, {"token": credential, "credential": ""}):
        walk.sends(view(), **keys)
    assert walk.drops() == [DropReason.INVALID_TOKEN, DropReason.NO_TOKEN]


def test_the_cookie_wins_over_the_body(setting: Setting) -> None:
    dana, eli = add_dana(setting), add_dana(setting, "Eli Okafor", "Castor")
    dans, elis = Walk(setting), Walk(setting)
    dans.sends(view(), token=dana.token)
    elis.sends(view(), token=eli.token)
    sent = parse(body(setting, view(), credential=elis.credential))
    dans.front.receive(sent, dans.sender, dans.credential)
    assert dans.rows(Visit)[0].last_at == NOON
    assert [page.visit_id for page in dans.rows(PageView)] == [1, 2, 1]
    sent = parse(body(setting, view(), credential=elis.credential))
    dans.front.receive(sent, dans.sender, "nonsense")
    assert [page.visit_id for page in dans.rows(PageView)] == [1, 2, 1, 2]


def test_a_genuine_token_without_its_row_makes_nobody_known(setting: Setting) -> None:
    dana = add_dana(setting)
    with setting.installation.database.writing() as session:
        session.execute(delete(Token))
    walk = Walk(setting)
    assert walk.sends(view(), token=dana.token) == Reply()
    assert walk.drops() == [DropReason.INVALID_TOKEN]


def test_a_label_is_believed_only_when_there_is_such_a_campaign(setting: Setting) -> None:
    dana = add_dana(setting)
    for label, known in (("spring-26", True), ("SPRING-26", True), ("autumn-26", False)):
        walk = Walk(setting)
        walk.sends(view(), token=f"{dana.token}~{label}")
        assert (walk.rows(Visit)[-1].campaign_id is not None) is known
