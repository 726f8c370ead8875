"""A filter of which a part makes no sense: nobody gets a wider list for a narrow one, and nothing is lost."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.builders import add_owner_name
from tests.tracker.web.prospects.four_people import found, lose
from tracker.models import Campaign, OwnerName, Role, Segment, Team
from tracker.web.prospects.names import MOST_CAMPAIGNS

if TYPE_CHECKING:
    from tests.tracker.web.company import Browser, Company

UNKNOWN = (
    ("state=CONFIRMED", "Latest visit by “CONFIRMED”"),
    ("alerts=h%D0%B5ld", "Alerts “h\N{CYRILLIC SMALL LETTER IE}ld”"),
    ("state%5B%5D=confirmed", "state[] “confirmed”"),
    ("state=confirmed&state=engaged", "Latest visit by “confirmed | engaged”"),
    ("_scheme=javascript&_anchor=x", "_scheme “javascript”"),
    ("endpoint=x&campaign_id=9", "endpoint “x”"),
)
"""What no filter here knows, and how the page calls it."""
DOWNLOAD, KEEP = "Download as CSV", "Keep this as a segment"


def chosen(page: str, name: str) -> str:
    """What a field for choosing shows."""
    field = re.search(rf'<select id="{name}".*?</select>', page, re.DOTALL)
    assert field is not None, name
    option = re.search(r" selected>([^<]*)<", field[0])
    return unescape(option[1]) if option else ""


@pytest.mark.usefixtures("four")
def test_while_a_field_is_wrong_there_is_no_list_and_nothing_to_take_along(marketer: Browser) -> None:
    assert DOWNLOAD in marketer.gets("/prospects?q=dana").text
    short = marketer.gets("/prospects?q=dana&least=lots&most=").location
    assert short == "/prospects?q=dana&least=lots"
    for headers in ({}, {"HX-Request": "true"}):
        page = marketer.client.get(short, headers=headers).text
        assert 'value="lots" aria-invalid="true" aria-describedby="least-problem"' in page
        assert "One field needs another look" in page
        assert '<a href="#least">Value from</a>: write a whole number, like 20000.' in page
        for offer in (DOWNLOAD, KEEP, "Dana Ortiz</a>", "1 prospect"):
            assert offer not in page
        assert "Value from “lots”" in page
    assert found(marketer, "q=dana&least=20+000") == ["Dana Ortiz"]


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(("query", "called"), UNKNOWN)
def test_what_is_not_known_is_told_on_the_list_and_taken_out(
    marketer: Browser, query: str, called: str
) -> None:
    page = marketer.gets(f"/prospects?sort=name&{query}").text
    assert "A part of this filter is not known here and was left out" in page
    assert called in unescape(page)
    assert "4 prospects" in page
    assert DOWNLOAD not in page
    assert KEEP not in page
    out = re.search(r'<a href="([^"]+)">take it out</a>', page)
    assert out is not None
    assert out[1] == "/prospects?sort=name"
    assert DOWNLOAD in marketer.gets(out[1]).text


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize("name", ["least", "state", "state[]", "x"])
def test_no_form_takes_along_or_keeps_what_is_not_known(
    company: Company, marketer: Browser, name: str
) -> None:
    marketer.sends("/prospects/segments", "/prospects?q=x", name="Dana", q="dana")
    before = company.noted()
    for path in ("/prospects/export", "/prospects/segments", "/prospects/segments/1/filter"):
        answer = marketer.sends(path, "/prospects?q=x", q="dana", seen="1", **{name: "Huge"})
        assert (answer.status_code, answer.mimetype) == (303, "text/html")
        assert "Nothing was done: a part of the filter" in marketer.gets(answer.location).text
        assert "Huge" in answer.location
    assert company.noted() == before


@pytest.mark.usefixtures("four")
def test_a_segment_of_another_release_says_what_it_lost_until_somebody_decides(
    company: Company, marketer: Browser
) -> None:
    marketer.sends("/prospects/segments", "/prospects?q=x", name="Dana", q="dana")
    with company.database.writing() as session:
        session.get_one(Segment, 1).filter = {"q": "dana", "mood": "good", "state": "asleep"}
    link = re.search(r'<a href="([^"]+segment=1)"', marketer.gets("/prospects").text)
    assert link is not None
    page = unescape(marketer.gets(unescape(link[1])).text)
    assert "mood “good”" in page
    assert '<input type="hidden" name="mood" value="good">' in page
    assert chosen(page, "state") == "Not known: “asleep”"
    assert "Not known here: mood “good”" in unescape(marketer.gets("/prospects/segments/1").text)
    assert "look for this" in marketer.gets("/prospects?q=dana&segment=1").text
    marketer.sends("/prospects/segments/1/filter", "/prospects", q="dana", seen="1")
    with company.database.reading() as session:
        assert session.get_one(Segment, 1).filter == {"q": "dana"}
    assert company.noted()[-1] == ("Mia Marsh", "change")


@pytest.mark.usefixtures("four")
def test_what_is_chosen_is_always_among_the_choices(company: Company, marketer: Browser) -> None:
    with company.database.writing() as session:
        now = company.door.now
        session.add_all(
            Campaign(label=f"c{number}", url="", created_at=now) for number in range(MOST_CAMPAIGNS)
        )
        idle = OwnerName(name="Jo Idle", name_key="jo idle")
        session.add(idle)
        session.flush()
        owner = idle.id
    for query, field, called, told in (
        ("campaign=1", "campaign", "spring-26", "Came by spring-26"),
        ("campaign=999", "campaign", "A campaign that is gone", "Came by a campaign that is gone"),
        (f"owner={owner}", "owner", "Jo Idle", "Owner: Jo Idle"),
        ("owner=999", "owner", "An owner who is gone", "Owner: an owner who is gone"),
    ):
        page = marketer.gets(f"/prospects?{query}").text
        assert chosen(page, field) == called
        assert told in page
    assert found(marketer, "campaign=1") == ["Kim Lee"]


def test_s13_a_shared_segment_of_an_owner_out_of_reach_stays_narrow_and_names_nobody(
    company: Company, marketer: Browser
) -> None:
    sam, priya = company.hire("Sam Reed"), company.hire("Priya Nair")
    max_berg = company.hire("Max Berg", role=Role.MANAGER)
    with company.database.writing() as session:
        session.add(Team(name="North", manager_id=max_berg.id))
        lose(session, "Dana Ortiz", sam)
        lose(session, "Kim Lee", priya)
        owner = add_owner_name(session, priya).id
        own = add_owner_name(session, sam).id
    marketer.sends("/prospects/segments", "/prospects?q=x", name="Hers", owner=str(owner), shared="yes")
    rep = company.browser(sam)
    for page in (
        rep.gets(f"/prospects?owner={owner}&segment=1").text,
        company.browser(max_berg).gets(f"/prospects?owner={owner}&segment=1").text,
        rep.gets("/prospects?owner=999").text,
    ):
        assert "Owner: an owner who is not in your reach" in page
        assert "Priya" not in page
        assert "0 prospects" in page
    assert f'<input type="hidden" name="owner" value="{owner}">' in rep.gets(f"/prospects?owner={owner}").text
    page = company.browser(max_berg).gets(f"/prospects?owner={owner}").text
    assert chosen(page, "owner") == "An owner who is not in your reach"
    assert "Owner: Sam Reed" in rep.gets(f"/prospects?owner={own}").text
