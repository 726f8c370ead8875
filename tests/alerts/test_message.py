"""The alert mail: whole texts as a rep reads them, and a subject that always fits."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from alerts.briefing import brief
from alerts.doors import AlertLinks
from alerts.message import SUBJECT_LENGTH, alert_content
from alerts.rendering import COLUMNS
from tests.alerts.scenes import (
    MORNING,
    add_alert,
    add_browser,
    add_page,
    add_visit,
    dana_reads_pricing,
    installation,
)
from tests.alerts.written import DANA, LINKS, LOST, WHO
from tests.builders import add_account, add_campaign, add_deal, add_owner_name, add_prospect, add_user
from tracker.ingest.identity import FORWARDED, SHARED
from tracker.words import State

if TYPE_CHECKING:
    from alerts.briefing.facts import Briefing
    from tracker.db import Database

PRODUCT_EXAMPLE = """\
+44 20 7946 0018
09:42 for Dana (London)

NOW   Pricing, 3 min. Came on their own; 2nd visit this week. Usual browser,
      confirmed.
LOST  Mar 2025, Pro, £48k. CRM says: price. Chose Acme.
      You: "Board wanted under £40k; SSO missing."
SINCE Spoke 12 Jan: "rollout slow". Acme renewal about March (assumed).

SAY   "Hi Dana, Sam from Northwind. How is the rollout going?"
ASK   What is harder than you expected?  What would you change?
      When do you next review it?
      Don't mention the website or discounts.

I'm calling
https://rb.example/a/x/calling
Log the result
https://rb.example/a/x
Everything about Dana
https://rb.example/a/x/prospect
Why this alert
https://rb.example/a/x/why
"""

SPARSE = """\
lee@orbital.example

NOW   The home page. Came by their link; first visit seen. Link opened, not
      confirmed.

SAY   "Hi, Sam here. How are things going?"
ASK   What did you decide in the end?  What matters most to you now?
      When will you next look at it?
      Don't mention the website or discounts.

I'm calling
https://rb.example/a/x/calling
Log the result
https://rb.example/a/x
Everything about Lee Wong
https://rb.example/a/x/prospect
Why this alert
https://rb.example/a/x/why
"""

CROWDED = """\
+49 171 1234567
Sat 10:42 for Maximiliane (Berlin time, assumed). Office hours, assumed, from
Mon 09:00.

SEEN  Yesterday 17:42: Docs "SAP connector: set-up", 3 min; also pricing. Came
      by the mailing "spring-26"; first visit seen. Shared browser, possibly
      forwarded, engaged but not confirmed.
LOST  Mar 2025, Pro, €1.3m. CRM says: Integration with SAP is not far enough
      along, and a review takes two more quarters. 1 other lost deal. CRM data
      as of 1 Feb.
      Kim Lee: "The board talked about it. The board talked about it. The
      board talked about it. The board talked about it. The board talked about
      it. The board talked about it. The board talked about it. The board
      talked about it. The board talked about…"

SAY   "Hi Maximiliane, Sam from Northwind. How are things going?"
ASK   What did you decide in the end?  What matters most to you now?
      When will you next look at it?
      Don't mention the website or discounts.

I'm calling
https://rb.example/a/x/calling
Log the result
https://rb.example/a/x
Everything about Maximiliane
https://rb.example/a/x/prospect
Why this alert
https://rb.example/a/x/why
"""


def words_of(html: str) -> str:
    """What a reader of the HTML body sees, tags and white space apart."""
    body = re.sub(r"<[^>]*>", " ", html[html.index("<body") :])
    for entity, character in {
        "&ldquo;": "“",
        "&rdquo;": "”",
        "&#39;": "'",
        "&#34;": '"',
        "&amp;": "&",
    }.items():
        body = body.replace(entity, character)
    return " ".join(body.replace("&nbsp;", " ").split())


def test_the_product_s_own_example(database: Database) -> None:
    with database.writing() as session:
        scene = dana_reads_pricing(session)
        it = brief(session, installation(database), scene.alert.id, MORNING)
    content = alert_content(it, LINKS)
    assert content.subject == "Call Dana Ortiz, Brightwell: £48k, lost to Acme"
    assert content.text == PRODUCT_EXAMPLE
    assert words_of(content.html) == (
        "+44 20 7946 0018 · Pricing, 3 min. +44 20 7946 0018 Dana Ortiz, Brightwell 09:42 for Dana (London)"
        " NOW Pricing, 3 min. Came on their own; 2nd visit this week. Usual browser, confirmed."
        " LOST Mar 2025, Pro, £48k. CRM says: price. Chose Acme."
        " You: “Board wanted under £40k; SSO missing.”"
        " SINCE Spoke 12 Jan: “rollout slow”. Acme renewal about March (assumed)."
        " SAY “Hi Dana, Sam from Northwind. How is the rollout going?”"
        " ASK What is harder than you expected? What would you change? When do you next review it?"
        " Don't mention the website or discounts."
        " I'm calling Log the result Everything about Dana Why this alert"
    )


def test_what_is_unknown_is_left_out(database: Database) -> None:
    with database.writing() as session:
        lee = add_prospect(
            session, name="Lee Wong", first_name="", phone="", country="", email="lee@orbital.example"
        )
        visit = add_visit(session, lee, by_link=True, state=State.UNCONFIRMED, user_agent="")
        add_page(session, visit, "", url="https://www.northwind.example/", visible_ms=0)
        alert = add_alert(session, visit, add_user(session))
        it = brief(session, installation(database, company=""), alert.id, MORNING)
    content = alert_content(it, LINKS)
    assert content.subject == "Call Lee Wong"
    assert content.text == SPARSE
    for body in (content.text, content.html):
        assert "None" not in body
        assert "LOST" not in body
        assert "tel:" not in body


def test_everything_at_once(database: Database) -> None:
    with database.writing() as session:
        account = add_account(session, "Orbital Freight & Logistics International GmbH")
        max_ = add_prospect(
            session,
            account,
            "Maximiliane Oberhuber",
            phone="0171 1234567",
            country="DE",
            job_title="Head of IT",
        )
        add_deal(
            session,
            max_,
            owner=add_owner_name(session, None, "Kim Lee"),
            outcome=None,
            competitor="",
            reason="Integration with SAP is not far enough along,\nand a review takes two more quarters.",
            value_minor=125_000_000,
            currency="EUR",
            notes="The board talked about it. " * 190,
            imported_at=MORNING - timedelta(days=9),
        )
        add_deal(session, max_, closed_on=None)
        visit = add_visit(
            session,
            max_,
            add_browser(session, max_, shared=True),
            identity=[SHARED, FORWARDED],
            at=MORNING + timedelta(days=3, hours=8),
            by_link=True,
            campaign_id=add_campaign(session).id,
            state=State.ENGAGED,
        )
        add_page(session, visit, "docs", title="SAP connector: set-up")
        add_page(session, visit, "pricing", visible_ms=10_000)
        alert = add_alert(session, visit, add_user(session))
        it = brief(session, installation(database), alert.id, MORNING + timedelta(days=4))
    content = alert_content(it, LINKS)
    assert content.subject == "Call Maximiliane Oberhuber, Orbital…: €1.3m"
    assert content.text == CROWDED
    assert "Orbital Freight &amp; Logistics" in content.html
    assert 'href="tel:+491711234567"' in content.html


def test_the_number_is_the_first_thing_to_tap() -> None:
    html = alert_content(DANA, LINKS).html
    hrefs = re.findall(r'href="([^"]*)"', html)
    assert hrefs == ["tel:+442079460018", LINKS.calling, LINKS.result, LINKS.prospect, LINKS.why]


def test_nothing_is_fetched_from_anywhere() -> None:
    html = alert_content(DANA, LINKS).html
    assert not re.search(r"<(img|script|link|iframe|svg|form)|url\(|@import|src=", html)


def test_only_addresses_may_be_wider_than_the_page() -> None:
    text = alert_content(DANA, LINKS).text
    wide = [line for line in text.splitlines() if len(line) > COLUMNS]
    assert [line for line in wide if not line.startswith("https://")] == []


def subject(name: str, account: str, value: str, ending: str) -> str:
    it: Briefing = replace(
        DANA,
        who=replace(WHO, name=name, account=account),
        lost=replace(LOST, value=value, ending=ending),
    )
    return alert_content(it, LINKS).subject


def test_a_subject_too_long_loses_the_winner_then_part_of_the_company() -> None:
    assert subject("Dana Ortiz", "Brightwell", "£48k", "lost to Consolidated Acme") == (
        "Call Dana Ortiz, Brightwell: £48k"
    )
    assert subject("Dana Ortiz", "Brightwell Consolidated Holdings", "£48k", "lost to Acme") == (
        "Call Dana Ortiz, Brightwell Consolidated…: £48k"
    )
    assert subject("Maximiliane Featherstonehaugh-Cholmondeley", "Brightwell", "£48k", "") == (
        "Call Maximiliane Featherstonehaugh-Cholmondeley"
    )


def test_a_subject_without_a_name_or_a_value() -> None:
    assert subject("", "Brightwell", "£48k", "lost to Acme") == "Call Brightwell: £48k, lost to Acme"
    assert subject("", "", "", "lost to Acme") == "Call dana@brightwell.example: lost to Acme"
    assert subject("Dana Ortiz", "", "", "") == "Call Dana Ortiz"


@given(st.text(), st.text(), st.text(), st.text())
def test_a_subject_always_fits_in_one_line(name: str, account: str, value: str, ending: str) -> None:
    line = subject(name, account, value, ending)
    assert len(line) <= SUBJECT_LENGTH
    assert line.startswith("Call")
    assert line.isprintable() or "\u200d" in line or "\u200c" in line
    assert len(line.splitlines()) == 1


def test_links_are_those_that_were_given() -> None:
    other = AlertLinks(
        "https://a.example/1", "https://a.example/2", "https://a.example/3", "https://a.example/4"
    )
    content = alert_content(DANA, other)
    for address in (other.calling, other.result, other.prospect, other.why):
        assert f"\n{address}\n" in content.text
        assert f'href="{address}"' in content.html
