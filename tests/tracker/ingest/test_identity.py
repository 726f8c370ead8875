"""Was it the prospect? Stories of mailings that are opened in one browser and another."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.models import Alert
from tests.builders import NOON, add_campaign, add_user
from tests.tracker.ingest.stories import PERSON, add_dana, engagement, view
from tests.tracker.ingest.walk import Walk
from tracker.ingest.identity import FORWARDED, NEW_BROWSER, SHARED
from tracker.ingest.signs import OWN_BROWSER, OWN_PERSON
from tracker.models import Browser, Prospect, State, User, Visit

if TYPE_CHECKING:
    from tests.tracker.ingest.stories import Dana, Setting

LINK_SCANNER = "curl/8.5.0"
SPRING, SUMMER = "spring-26", "summer-26"


@pytest.fixture
def dana(setting: Setting) -> Dana:
    with setting.installation.database.writing() as session:
        add_campaign(session, SUMMER)
    return add_dana(setting)


def in_another_browser(setting: Setting, *, after: Walk | None = None, **later: float) -> Walk:
    walk = Walk(setting, now=after.now if after else NOON)
    walk.move(**(later or {"hours": 1}))
    return walk


def identity_of_last(walk: Walk) -> list[str]:
    return walk.rows(Visit)[-1].identity


@pytest.mark.parametrize("agent", [LINK_SCANNER, PERSON])
def test_a_gateway_that_opens_the_link_first_makes_nobody_look_forwarded(
    setting: Setting, dana: Dana, agent: str
) -> None:
    gateway = Walk(setting, agent)
    gateway.sends(view(), token=f"{dana.token}~{SPRING}")
    walk = in_another_browser(setting, after=gateway)
    walk.reads("/pricing", token=f"{dana.token}~{SPRING}")
    assert [visit.identity for visit in walk.rows(Visit)] == [[], []]


def test_a_colleague_who_opens_her_forwarded_mail_is_possibly_forwarded_also_when_they_come_again(
    setting: Setting, dana: Dana
) -> None:
    hers = Walk(setting)
    hers.reads("/", token=f"{dana.token}~{SPRING}")
    colleague = in_another_browser(setting, after=hers)
    colleague.reads("/pricing", token=f"{dana.token}~{SPRING}")
    assert identity_of_last(colleague) == [FORWARDED]
    colleague.move(days=1)
    colleague.reads("/pricing")
    assert identity_of_last(colleague) == [FORWARDED]
    hers.now = colleague.now + timedelta(hours=1)
    hers.reads("/pricing", token=f"{dana.token}~{SPRING}")
    assert identity_of_last(hers) == []


def test_the_next_mailing_on_her_phone_is_a_new_browser_once(setting: Setting, dana: Dana) -> None:
    laptop = Walk(setting)
    laptop.reads("/", token=f"{dana.token}~{SPRING}")
    phone = in_another_browser(setting, after=laptop, days=30)
    phone.reads("/", token=f"{dana.token}~{SUMMER}")
    assert identity_of_last(phone) == [NEW_BROWSER]
    phone.move(hours=1)
    phone.reads("/")
    assert identity_of_last(phone) == []
    laptop.now = phone.now + timedelta(hours=1)
    laptop.reads("/", token=f"{dana.token}~{SUMMER}")  # she reads it a second time, where she is known
    assert identity_of_last(laptop) == []


def test_links_of_no_campaign_are_one_mailing(setting: Setting, dana: Dana) -> None:
    hers = Walk(setting)
    hers.reads("/", token=dana.token)
    other = in_another_browser(setting, after=hers)
    other.reads("/", token=dana.token)
    assert identity_of_last(other) == [FORWARDED]


def test_a_mailing_of_her_own_ends_the_doubt(setting: Setting, dana: Dana) -> None:
    laptop, phone = Walk(setting), in_another_browser(setting)
    laptop.reads("/", token=f"{dana.token}~{SPRING}")
    phone.reads("/", token=f"{dana.token}~{SPRING}")
    phone.move(days=30)
    phone.reads("/", token=f"{dana.token}~{SUMMER}")
    assert [visit.identity for visit in phone.rows(Visit)] == [[], [FORWARDED], []]


def test_whoever_only_looked_on_is_no_reader_of_the_mail(setting: Setting, dana: Dana) -> None:
    """Late evidence of a person where the link was opened first tells with the next hit."""
    first = Walk(setting)
    page = view()
    first.sends(page, token=f"{dana.token}~{SPRING}")
    second = in_another_browser(setting, after=first, minutes=5)
    pricing = second.reads("/pricing", token=f"{dana.token}~{SPRING}")
    assert identity_of_last(second) == []
    first.now = second.now
    first.sends(engagement(page))
    second.sends(engagement(pricing, visible=9_000))
    assert second.rows(Visit)[1].identity == [FORWARDED]
    first.sends(engagement(page, driver=True))
    second.sends(engagement(pricing, visible=10_000))
    assert second.rows(Visit)[1].identity == []


def test_a_browser_of_two_people_is_shared(setting: Setting, dana: Dana) -> None:
    eli = add_dana(setting, "Eli Okafor", "Castor")
    walk = Walk(setting)
    walk.reads("/", token=dana.token)
    walk.reads("/", token=eli.token)
    assert identity_of_last(walk) == [SHARED]


def test_a_colleague_who_is_mailed_for_a_test_is_no_prospect(setting: Setting, dana: Dana) -> None:
    with setting.installation.database.writing() as session:
        add_user(session, "Kim Lee", email="Kim@Northwind.example")
        person = session.get_one(Prospect, dana.prospect_id)
        person.email, person.email_key = "kim@northwind.example", "kim@northwind.example"
    walk = Walk(setting)
    walk.reads("/contact", token=dana.token)
    visit, alert = walk.one(Visit), walk.one(Alert)
    assert (visit.state, visit.state_reasons, visit.identity) == (State.INTERNAL, [OWN_PERSON], [])
    assert (alert.decision, alert.why) == ("hold", "internal")
    with setting.installation.database.writing() as session:
        session.query(User).filter_by(name="Kim Lee").one().left_at = NOON
    walk.move(hours=1)
    walk.reads("/contact", token=dana.token)
    assert walk.rows(Visit)[-1].state is State.CONFIRMED


def test_a_browser_of_one_who_left_the_company_is_our_own_no_more(setting: Setting, dana: Dana) -> None:
    walk = Walk(setting)
    walk.sends(view(), token=dana.token)
    with setting.installation.database.writing() as session:
        session.query(Browser).one().own_user_id = dana.user_id
    walk.reads("/", token=dana.token)
    assert walk.one(Visit).state_reasons == [OWN_BROWSER]
    with setting.installation.database.writing() as session:
        session.get_one(User, dana.user_id).left_at = walk.now
    walk.move(days=1)
    walk.reads("/")
    assert walk.rows(Visit)[-1].state is State.CONFIRMED


def test_our_own_people_make_nobody_look_forwarded(setting: Setting, dana: Dana) -> None:
    ours, hers = Walk(setting), in_another_browser(setting)
    ours.sends(view(), token=f"{dana.token}~{SPRING}")
    with setting.installation.database.writing() as session:
        session.query(Browser).one().own_user_id = dana.user_id
    ours.reads("/", token=f"{dana.token}~{SPRING}")
    hers.reads("/", token=f"{dana.token}~{SPRING}")
    assert [visit.identity for visit in hers.rows(Visit)] == [[], []]
