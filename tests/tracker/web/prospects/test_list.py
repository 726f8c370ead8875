"""The list of prospects: found, filtered, sorted, paged; and whose they are."""

from __future__ import annotations

import csv
import io
import re
from html import escape, unescape
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.builders import NOON, add_account, add_deal, add_prospect
from tests.tracker.test_listing import FOREIGN
from tests.tracker.web.prospects.four_people import found, lose
from tracker.audit import entries
from tracker.listing import relist
from tracker.models import Prospect, SuppressionKind
from tracker.segments.matching import PAGE
from tracker.suppression import suppress

if TYPE_CHECKING:
    from tests.tracker.web.company import Browser, Company

WHO_MATCHES = {
    "": "Kim Lee, Zoë Adler, Omar Müller, Dana Ortiz",
    "q=dana": "Dana Ortiz",
    "q=ORT+dan": "Dana Ortiz",
    "q=muller": "Omar Müller",
    "q=lee+works": "Kim Lee",
    "q=brightwell.example&sort=name": "Dana Ortiz, Kim Lee, Omar Müller, Zoë Adler",
    "q=rtiz": "",
    "reason=feature": "Kim Lee",
    "reason=none": "Zoë Adler",
    "competitor=zen": "Zoë Adler",
    "least=48000&sort=value": "Zoë Adler, Dana Ortiz",
    "most=48,000&sort=value": "Dana Ortiz, Kim Lee",
    "came=7": "Kim Lee",
    "came=long-ago": "Zoë Adler",
    "came=never&sort=name": "Dana Ortiz, Omar Müller",
    "came=ever&sort=intent": "Kim Lee, Zoë Adler",
    "intent=55": "Kim Lee",
    "consent=yes": "Dana Ortiz",
    "consent=no&sort=name": "Kim Lee, Omar Müller, Zoë Adler",
    "state=confirmed": "Kim Lee, Zoë Adler",
    "state=none&sort=name": "Dana Ortiz, Omar Müller",
    "state=machine&alerts=held": "",
    "state=ghost&mail=x&alerts=maybe": "Kim Lee, Zoë Adler, Omar Müller, Dana Ortiz",
    "mail=yes&alerts=free&sort=name": "Dana Ortiz, Kim Lee, Omar Müller, Zoë Adler",
    "campaign=1": "Kim Lee",
    "owner=0": "",
    "lost=longer": "",
    "sort=value": "Zoë Adler, Dana Ortiz, Kim Lee, Omar Müller",
    "reason=price&came=ever": "",
    "reason=whatever&sort=&segment=x&after=x": "Kim Lee, Zoë Adler, Omar Müller, Dana Ortiz",
    "least=lots": "",
    "q=!?": "",
}
"""Who is listed for which address, in this order."""


@pytest.mark.usefixtures("four")
def test_a_filter_is_a_link(marketer: Browser) -> None:
    for query, names in WHO_MATCHES.items():
        answer = marketer.gets(f"/prospects?{query}")
        short = answer.location.partition("?")[2] if answer.status_code == 303 else query
        assert ", ".join(found(marketer, short)) == names, query


@pytest.mark.usefixtures("four")
def test_a_form_leads_to_the_short_address_and_a_part_says_its_own(marketer: Browser) -> None:
    answer = marketer.gets("/prospects?q=dana&reason=&competitor=&sort=seen")
    assert answer.location == "/prospects?q=dana"
    part = marketer.client.get("/prospects?q=dana&reason=&sort=name", headers={"HX-Request": "true"})
    assert part.headers["HX-Replace-Url"] == "/prospects?q=dana&sort=name"


def test_each_row_tells_what_was_lost_and_who_may_not_be_mailed(
    company: Company, marketer: Browser, four: dict[str, Prospect]
) -> None:
    with company.database.writing() as session:
        signer = company.door.setting.installation.signer
        suppress(session, signer, [four["dana"].email or ""], SuppressionKind.DO_NOT_CALL, "list", NOON)
    page = marketer.gets("/prospects?q=dana").text
    for told in ("£48,000", "Price, to Acme", "Ortiz Works", "Never", "do not call", "1 prospect<"):
        assert told in page


def test_a_long_list_is_paged_by_its_order(company: Company, marketer: Browser) -> None:
    count = PAGE * 2 + 3
    with company.database.writing() as session:
        session.add_all(Prospect(name=f"No {number % 7}", created_at=NOON) for number in range(count))
        session.flush()
        relist(session, session.scalars(select(Prospect.id)))
    page = ""
    for sort in ("name", "seen", "value"):
        seen: list[str] = []
        page = marketer.gets(f"/prospects?sort={sort}").text
        assert f"{count} prospects" in page
        while True:
            seen += re.findall(r'<td><a href="(/prospects/\d+)[^"]*">', page) or re.findall(
                r'<td><a href="([^"]+)">', page
            )
            following = re.search(r'rel="next" href="([^"]+)"', page)
            if following is None:
                break
            page = marketer.gets(unescape(following[1])).text
        assert (len(seen), len(set(seen))) == (count, count)


def test_s13_a_rep_finds_their_own_only(company: Company) -> None:
    sam, priya = company.hire("Sam Reed"), company.hire("Priya Nair")
    with company.database.writing() as session:
        lose(session, "Dana Ortiz", sam)
        lose(session, "Kim Lee", priya)
    browser = company.browser(sam)
    assert found(browser) == ["Dana Ortiz"]
    assert found(browser, "q=kim") == []
    assert 'name="owner"' not in browser.gets("/prospects").text
    assert browser.sends("/prospects/export", "/prospects").status_code == 403


def test_empty_lists_say_what_to_do(company: Company, marketer: Browser) -> None:
    assert "No prospects yet" in marketer.gets("/prospects").text
    assert "Ask whoever imports deals" in company.browser(company.hire()).gets("/prospects").text
    assert "Clear search and filters" in marketer.gets("/prospects?q=nobody").text


def test_s10_the_list_is_taken_along_with_tokens_and_without_those_who_may_not_be_mailed(
    company: Company, marketer: Browser, four: dict[str, Prospect]
) -> None:
    with company.database.writing() as session:
        signer = company.door.setting.installation.signer
        suppress(session, signer, [four["kim"].email or ""], SuppressionKind.UNSUBSCRIBED, "list", NOON)
        session.get_one(Prospect, four["zoe"].id).name = "=1+1"
    answer = marketer.sends("/prospects/export", "/prospects", came="ever")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["email"], row["name"]) for row in rows] == [(four["zoe"].email, "'=1+1")]
    assert len(rows[0]["ringback"]) == 64
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Left out: 1 unsubscribed." in marketer.gets("/prospects").text
    with company.database.reading() as session:
        (noted,) = [told.entry for told in entries(session, 9) if told.entry.verb == "export"]
        assert noted.after == {"people": 1, "filter": {"came": "ever"}}


def test_s9_foreign_text_is_text_wherever_it_stands(company: Company, marketer: Browser) -> None:
    foreign = FOREIGN.replace("\x00", "")
    with company.database.writing() as session:
        account = add_account(session, foreign)
        dana = add_prospect(session, account, foreign[:200], job_title=foreign, email="x@y.example")
        add_deal(
            session, dana, title=foreign, competitor=foreign, reason=foreign, reason_kind=None, currency=""
        )
        relist(session, [dana.id])
    marketer.sends("/prospects/segments", "/prospects?q=x", name=foreign[:50], q=foreign, competitor=foreign)
    for path in ("/prospects", "/prospects/segments/1"):
        page = marketer.gets(path).text
        assert "<script>alert" not in page
        assert escape("<script>") in page
    query = {
        "q": foreign,
        "competitor": foreign,
        "sort": "name",
        "owner": foreign,
        "after": foreign,
        "segment": foreign,
    }
    answer = marketer.client.get("/prospects", query_string=query, buffered=True)
    assert (answer.status_code, "<script>alert" in answer.text) == (200, False)
