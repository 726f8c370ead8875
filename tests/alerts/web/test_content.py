"""The room Content: the library, who changes it, and whom an item may interest."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from alerts.models import ContentItem, ContentTopic
from alerts.web.content.listed import LISTED
from tests.alerts.content.shelf import add_goal, add_item, add_read, add_sent
from tests.builders import add_site
from tests.counting import all_counted
from tests.tracker.web.company import open_company
from tests.tracker.web.prospects.desk_of_sam import PAYLOADS, desk_of_sam, is_harmless
from tracker.listing import relist
from tracker.models import Prospect, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tracker.web.company import Browser
    from tests.tracker.web.prospects.desk_of_sam import Desk
    from tracker.db import Database

SITE = "https://www.northwind.example"
ITEM: dict[str, str | list[str]] = {
    "title": "What it costs now",
    "url": f"{SITE}/pricing",
    "kind": "product",
    "topics": ["pricing"],
    "others": "",
}


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    """Mia's company: Dana was lost on price, and so was Lee."""
    with open_company(database) as company:
        desk = desk_of_sam(company)
        with database.writing() as session:
            add_site(session)
            relist(session, [desk.dana, desk.stranger])
        yield desk


@pytest.fixture
def mia(desk: Desk) -> Browser:
    return desk.company.browser(desk.company.hire("Mia Marsh", role=Role.MARKETER))


def items(desk: Desk) -> list[ContentItem]:
    with desk.company.database.reading() as session:
        return list(session.scalars(select(ContentItem).order_by(ContentItem.id)))


def topics(desk: Desk) -> list[str]:
    with desk.company.database.reading() as session:
        return list(session.scalars(select(ContentTopic.topic).order_by(ContentTopic.topic)))


def shown(browser: Browser, path: str) -> str:
    answer = browser.gets(path)
    assert answer.status_code == 200
    return unescape(answer.text)


def test_whoever_adds_something_is_told_whom_it_may_interest(desk: Desk, mia: Browser) -> None:
    added = mia.sends("/content", **ITEM | {"others": "Plans  and prices, pricing"})
    (item,) = items(desk)
    assert added.location == f"/content/{item.id}"
    assert (item.title, item.url, item.kind) == (ITEM["title"], ITEM["url"], "product")
    assert topics(desk) == ["plans and prices", "pricing"]
    page = shown(mia, f"/content/{item.id}")
    assert "Added. It may interest 2 people." in page
    assert "What they told us was missing is here" in page
    assert page.count("Answers why they said no: price, says the CRM.") == 2
    assert f'href="/prospects/{desk.dana}/goals?item={item.id}"' in page
    assert 'href="/prospects?reason=price&sort=lost"' in page
    assert "so that their visit is recognised" in page
    assert desk.company.noted() == [("Mia Marsh", "add")]


def test_the_same_people_open_as_lists_of_prospects(desk: Desk, mia: Browser) -> None:
    with desk.company.database.writing() as session:
        add_goal(session, session.get_one(Prospect, desk.dana), "onboarding")
        number = add_item(session, "Prices", f"{SITE}/p", "pricing", "onboarding", "travel").id
    page = shown(mia, f"/content/{number}")
    lists = re.findall(r'href="(/prospects\?[^"]+)">(All[^<]+)<', page)
    told = [words for _, words in lists]
    assert told == ["All lost on price", "All lost on the timing", "All who want onboarding"]
    for address in (lists[0][0], lists[2][0]):
        assert "Dana Ortiz" in shown(mia, address)


def test_an_address_is_there_once_however_it_is_written(desk: Desk, mia: Browser) -> None:
    mia.sends("/content", **ITEM)
    (item,) = items(desk)
    again = mia.sends("/content", **ITEM | {"url": "HTTPS://WWW.northwind.example:443/pricing"})
    assert again.status_code == 422
    assert "This address is here already, as “What it costs now”." in unescape(again.text)
    assert f'href="/content/{item.id}"' in again.text
    mia.sends(f"/content/{item.id}/end", f"/content/{item.id}")
    gone = mia.sends("/content", **ITEM)
    assert "among what was taken out: put it back instead" in unescape(gone.text)
    assert len(items(desk)) == 1


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("title", "", "Write its title"),
        ("url", "www.northwind.example", "no page's address"),
        ("url", "javascript:alert(1)", "no page's address"),
        ("url", "ftp://files.example/a", "no page's address"),
        ("url", "https://user:secret@x.example/", "without a name or a password"),
        ("url", f"{SITE}/#rb=abc", "carries rb= already"),
        ("url", f"{SITE}/a b", "space"),
        ("url", f"{SITE}/{'x' * 1000}", "at most 1000 characters"),
        ("kind", "other", "Choose what it is for"),
        ("others", ", ,", "Choose 1 to 5 topics"),
        ("others", "a,b,c,d,e,f", "Choose 1 to 5 topics"),
        ("others", "x" * 61, "A topic has 1 to 60 characters"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_what_was_typed_is_kept(
    desk: Desk, mia: Browser, field: str, typed: str, told: str
) -> None:
    answer = mia.sends("/content", **ITEM | {"topics": []} | {"others": "pricing"} | {field: typed})
    assert answer.status_code == 422
    assert told in unescape(answer.text)
    assert items(desk) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_s7_titles_and_topics_are_text(desk: Desk, mia: Browser, payload: str) -> None:
    mia.sends("/content", **ITEM | {"title": payload, "others": payload.replace(",", " ")})
    (item,) = items(desk)
    for path in ("/content", f"/content/{item.id}", f"/prospects/{desk.dana}/goals"):
        assert is_harmless(mia.gets(path).text)


def test_who_changes_what_changed_meanwhile_is_told(desk: Desk, mia: Browser) -> None:
    mia.sends("/content", **ITEM)
    (item,) = items(desk)
    page = f"/content/{item.id}"
    seen = re.search(r'name="seen" value="(\w+)"', mia.gets(page).text)
    assert seen is not None
    first = mia.sends(page, **ITEM | {"title": "By Mia", "seen": seen[1]})
    assert first.status_code == 303
    late = mia.sends(page, **ITEM | {"title": "By Sam", "others": "docs", "seen": seen[1]})
    assert late.status_code == 409
    text = unescape(late.text)
    assert "Somebody changed this meanwhile." in text
    assert "<dt>Title</dt><dd>By Mia</dd>" in text
    assert "<dt>Topics</dt><dd>pricing</dd>" in text
    assert 'value="By Sam"' in text
    assert items(desk)[0].title == "By Mia"
    fresh = re.search(r'name="seen" value="(\w+)"', late.text)
    assert fresh is not None
    assert mia.sends(page, **ITEM | {"title": "By Sam", "seen": fresh[1]}).status_code == 303
    assert items(desk)[0].title == "By Sam"
    assert items(desk)[0].version == 3


def test_what_is_taken_out_is_kept_apart_and_can_be_put_back(desk: Desk, mia: Browser) -> None:
    mia.sends("/content", **ITEM)
    (item,) = items(desk)
    page = f"/content/{item.id}"
    mia.sends(f"{page}/end", page)
    mia.gets(page)
    assert "What it costs now" not in shown(mia, "/content")
    assert "What it costs now" in shown(mia, "/content?gone=1")
    assert "it is suggested to nobody" in shown(mia, page)
    mia.sends(f"{page}/back", page)
    mia.gets(page)
    assert "What it costs now" in shown(mia, "/content")
    assert [verb for _, verb in desk.company.noted()] == ["add", "end", "put back"]


def test_a_rep_finds_it_beside_campaigns_reads_it_and_changes_nothing(desk: Desk, mia: Browser) -> None:
    mia.sends("/content", **ITEM)
    (item,) = items(desk)
    assert 'href="/content"' in desk.browser.gets("/campaigns").text
    page = shown(desk.browser, "/content")
    assert "What it costs now" in page
    assert "Add something" not in page
    one = shown(desk.browser, f"/content/{item.id}")
    assert "Take it out" not in one
    assert "1 person whom this may interest, as far as they are yours." in one
    assert "Lee Chan" not in one
    assert desk.browser.sends("/content", "/you", **ITEM).status_code == 403
    for act in ("", "/end", "/back"):
        assert desk.browser.sends(f"/content/{item.id}{act}", "/you", **ITEM).status_code == 403


def test_the_list_says_to_how_many_it_was_sent_and_who_of_them_came(desk: Desk, mia: Browser) -> None:
    now = desk.company.door.now
    with desk.company.database.writing() as session:
        ours = add_item(session, "Pricing", f"{SITE}/pricing", "pricing")
        elsewhere = add_item(session, "Three walks", "https://walks.example/", "travel")
        dana, lee = (session.get_one(Prospect, number) for number in (desk.dana, desk.stranger))
        for person in (dana, lee):
            add_sent(session, person, desk.sam, ours, now - timedelta(days=5))
        add_sent(session, dana, desk.sam, elsewhere, now - timedelta(days=2))
        undone = add_sent(session, lee, desk.sam, elsewhere, now - timedelta(days=2))
        undone.undone_at = now
        add_read(session, dana, f"{SITE}/pricing", now - timedelta(days=1))
        add_read(session, lee, f"{SITE}/pricing", now - timedelta(days=9))
        add_read(session, lee, f"{SITE}/docs", now - timedelta(days=1))
        number = ours.id
    shown(mia, "/content")
    all_counted()
    rows = re.findall(r"<tr>\s*<td>.*?</tr>", shown(mia, "/content"), re.DOTALL)
    cells = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]
    assert cells == ["Three walks Helpful · travel 1 \N{EN DASH}", "Pricing Helpful · pricing 2 1 (50%)"]
    one = shown(mia, f"/content/{number}")
    assert "<dd>2<small>people</small></dd>" in one
    assert "<dd>1<small>50% of those</small></dd>" in one
    assert one.count('<span class="pill sure">Sent') == 2


def test_the_list_goes_by_pages_and_by_topics(desk: Desk, mia: Browser) -> None:
    with desk.company.database.writing() as session:
        for number in range(LISTED + 1):
            topic = "odd" if number % 2 else "even"
            add_item(session, f"Item {number}", f"{SITE}/{number}", topic)
    first = shown(mia, "/content")
    assert first.count("<tr>") == LISTED + 1
    older = re.search(r'href="([^"]+)">Older', first)
    assert older is not None
    assert shown(mia, older[1]).count("<tr>") == 2
    odd = shown(mia, "/content?topic=odd")
    assert odd.count("<tr>") == LISTED // 2 + 1
    assert "Nothing is about nothing" in shown(mia, "/content?topic=nothing")
    assert mia.gets("/content?before=99999999999999&topic=%00").status_code == 200


def test_an_empty_library_says_what_to_do(desk: Desk, mia: Browser) -> None:
    assert "Add what is worth reading whether somebody buys or not" in shown(mia, "/content")
    assert "A marketer or a manager adds what is worth reading." in shown(desk.browser, "/content")
    with desk.company.database.writing() as session:
        number = add_item(session, "Gardens", f"{SITE}/gardens", "gardening").id
    assert "Nobody yet" in shown(mia, f"/content/{number}")
    assert mia.gets("/content/99999").status_code == 404
