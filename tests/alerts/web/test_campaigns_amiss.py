"""Who gets a mailing where part of a filter makes no sense: nobody, until it is put right or taken out."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.alerts.web.test_campaigns import SPRING, company, lose, mia
from tracker.models import Campaign, Segment
from tracker.web.prospects.names import MOST_CAMPAIGNS

if TYPE_CHECKING:
    from tests.tracker.web.company import Browser, Company

__all__ = ["company", "mia"]  # fixtures of other stories
DOWNLOAD = "Download the list as CSV"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("least=20k", "Value from</a>: write a whole number, like 20000."),
        ("state=CONFIRMED", "Latest visit by “CONFIRMED”"),
        ("mail=maybe", "Mailings “maybe”"),
        ("state%5B%5D=confirmed", "state[] “confirmed”"),
    ],
)
def test_what_makes_no_sense_is_told_and_mails_nobody(
    company: Company, mia: Browser, query: str, told: str
) -> None:
    lose(company, "Dana Ortiz")
    assert DOWNLOAD in mia.gets(f"{SPRING}/mailing").text
    short = mia.gets(f"{SPRING}/mailing?in_query=1&q=&{query}").location
    page = unescape(mia.gets(short).text)
    assert told in page
    for offer in (DOWNLOAD, "person gets it", "Dana Ortiz"):
        assert offer not in page
    name, _, value = query.replace("%5B%5D", "[]").partition("=")
    answer = mia.sends(f"{SPRING}/mailing/list", f"{SPRING}/mailing", **{name: value})
    assert (answer.status_code, answer.location) == (303, f"{SPRING}/mailing?{query}")
    assert "There is none while the filter needs another look." in page
    assert "Nothing was done" in mia.gets(answer.location).text
    assert company.noted() == []
    if "take it out" in page:
        out = re.search(r'<a href="([^"]+)">take it out</a>', page)
        assert out is not None
        assert out[1] == f"{SPRING}/mailing?in_query=1"


def test_a_segment_of_another_release_mails_nobody_more_than_it_meant(company: Company, mia: Browser) -> None:
    lose(company, "Dana Ortiz")
    mia.sends("/prospects/segments", "/prospects?q=x", name="Sleepers", reason="price")
    with company.database.writing() as session:
        session.get_one(Segment, 1).filter = {"reason": "price", "state": "asleep", "mood": "good"}
    link = re.search(rf'<a href="({SPRING}/mailing\?[^"]+segment=1)"', mia.gets(f"{SPRING}/mailing").text)
    assert link is not None
    page = mia.gets(unescape(link[1])).text
    assert DOWNLOAD not in page
    assert '<input type="hidden" name="mood" value="good">' in page
    assert "Not known: “asleep”</option>" in page


def test_an_older_campaign_that_was_chosen_stays_chosen(company: Company, mia: Browser) -> None:
    lose(company, "Dana Ortiz")
    with company.database.writing() as session:
        now = company.door.now
        session.add_all(
            Campaign(label=f"c{number}", url="", created_at=now) for number in range(MOST_CAMPAIGNS)
        )
    page = mia.gets(f"{SPRING}/mailing?campaign=1").text
    assert "Came by spring-26" in page
    assert '<option value="1" selected>spring-26</option>' in page
    assert "0 people get it" in page
