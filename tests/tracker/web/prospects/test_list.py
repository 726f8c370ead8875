"""The list of prospects: found, filtered, sorted, paged; whose they are; and its filters kept as segments."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from html import escape, unescape
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.builders import NOON, add_account, add_deal, add_owner_name, add_prospect
from tests.tracker.test_listing import FOREIGN, add_visit
from tracker.audit import entries
from tracker.listing import relist
from tracker.models import Campaign, Consent, Prospect, ReasonKind, Role, Segment, SuppressionKind
from tracker.segments.matching import PAGE
from tracker.suppression import suppress

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.tracker.web.company import Browser, Company
    from tracker.models import User

NAMES = re.compile(r'<td><a href="[^"]+">([^<]+)</a>')

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
    "reason=whatever&least=lots&sort=&segment=x&after=x": "Kim Lee, Zoë Adler, Omar Müller, Dana Ortiz",
}
"""Who is listed for which address, in this order."""


def found(browser: Browser, query: str = "") -> list[str]:
    answer = browser.gets(f"/prospects?{query}")
    assert answer.status_code == 200, answer.location
    return [unescape(name) for name in NAMES.findall(answer.text)]


def lose(
    session: Session,
    name: str,
    owner: User | None = None,
    **deal: Any,  # noqa: ANN401  (columns differ)
) -> Prospect:
    account = add_account(session, f"{name.rsplit(maxsplit=1)[-1]} Works", add_owner_name(session, owner))
    prospect = add_prospect(session, account, name)
    add_deal(session, prospect, **{"title": f"Pro for {name}"} | deal)
    relist(session, [prospect.id])
    return prospect


@pytest.fixture
def four(company: Company) -> dict[str, Prospect]:
    """Four people who were lost for different reasons; two have come back."""
    now = company.door.now
    with company.database.writing() as session:
        people = {
            "dana": lose(session, "Dana Ortiz", competitor="Acme", value_minor=4_800_000),
            "kim": lose(
                session, "Kim Lee", reason_kind=ReasonKind.FEATURE, competitor="", value_minor=900_000
            ),
            "omar": lose(session, "Omar Müller", reason_kind=ReasonKind.TIMING, value_minor=None),
            "zoe": lose(session, "Zoë Adler", reason_kind=None, competitor="Zenith", value_minor=7_000_000),
        }
        spring = session.get_one(Campaign, 1)
        add_visit(session, people["kim"], now - timedelta(days=2), intent=85, campaign_id=spring.id)
        add_visit(session, people["zoe"], now - timedelta(days=200), intent=40)
        session.add(Consent(prospect_id=people["dana"].id, given_at=NOON, text_version="1", source="form"))
        relist(session, [one.id for one in people.values()])
    return people


@pytest.fixture
def marketer(company: Company) -> Browser:
    return company.browser(company.hire("Mia Marsh", role=Role.MARKETER))


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


@pytest.mark.usefixtures("four")
def test_what_makes_no_sense_is_said_beside_its_field(marketer: Browser) -> None:
    page = marketer.gets("/prospects?least=lots").text
    assert "Write a whole number, like 20000." in page
    assert 'value="lots"' in page


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


@pytest.mark.usefixtures("four")
def test_a_filter_is_kept_shared_renamed_changed_and_deleted(company: Company, marketer: Browser) -> None:
    kept = marketer.sends(
        "/prospects/segments", "/prospects?q=x", name=" On  price ", reason="price", shared="yes"
    )
    assert kept.location == "/prospects?reason=price&segment=1"
    rep = company.browser(company.hire())
    assert "On price" in rep.gets("/prospects").text
    assert rep.gets("/prospects/segments/1").status_code == 403
    assert found(marketer, "reason=price&segment=1") == ["Dana Ortiz"]
    path = "/prospects/segments/1"
    marketer.sends(f"{path}/filter", path, reason="feature", seen="1")
    assert marketer.sends(path, path, name="On features", seen="2").status_code == 303
    with company.database.reading() as session:
        segment = session.get_one(Segment, 1)
        assert (segment.name, segment.filter, segment.shared) == ("On features", {"reason": "feature"}, False)
    assert "On features" not in rep.gets("/prospects").text
    assert rep.gets(path).status_code == 404
    assert marketer.sends(f"{path}/end", path).status_code == 303
    assert [verb for who, verb in company.noted() if who == "Mia Marsh"] == ["add", "change", "change", "end"]


def test_a_rep_keeps_filters_for_themselves(company: Company) -> None:
    browser = company.browser(company.hire())
    browser.sends("/prospects/segments", "/prospects?q=x", name="Mine", q="dana", shared="yes")
    with company.database.reading() as session:
        segment = session.get_one(Segment, 1)
        assert (segment.shared, segment.filter) == (False, {"q": "dana"})
    assert "Mine" not in company.browser(company.hire("Priya Nair")).gets("/prospects").text


def test_a_second_editor_of_a_segment_is_told(marketer: Browser) -> None:
    marketer.sends("/prospects/segments", "/prospects?q=x", name="One", q="dana")
    path = "/prospects/segments/1"
    assert marketer.sends(path, path, name="Two", seen="1").status_code == 303
    late = marketer.sends(path, path, name="Three", seen="1")
    assert late.status_code == 409
    assert "It is called “Two” now" in late.text
    assert 'value="Three"' in late.text
    assert marketer.sends(f"{path}/filter", path, q="kim", seen="1").status_code == 409


def test_a_name_that_cannot_be_is_said_and_kept(marketer: Browser) -> None:
    marketer.sends("/prospects/segments", "/prospects?q=x", name="Taken", q="dana")
    for name, said in (
        ("", "Give it a name"),
        ("x" * 61, "60 characters at most"),
        ("Taken", "There is a segment named Taken"),
    ):
        answer = marketer.sends("/prospects/segments", "/prospects?q=x", name=name, q="dana")
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{name}"' in answer.text


def test_a_segment_keeps_states_and_wishes_and_its_list_holds_nobody_else(
    company: Company, marketer: Browser, four: dict[str, Prospect]
) -> None:
    with company.database.writing() as session:
        signer = company.door.setting.installation.signer
        relist(session, [one.id for one in four.values()], signer=signer)
        suppress(session, signer, [four["zoe"].email or ""], SuppressionKind.DO_NOT_CALL, "list", NOON)
    kept = {"state": "confirmed", "mail": "yes", "alerts": "free"}
    marketer.sends("/prospects/segments", "/prospects?q=x", name="People to write to", **kept)
    address = "state=confirmed&mail=yes&alerts=free&segment=1"
    assert found(marketer, address) == ["Kim Lee"]
    page = marketer.gets(f"/prospects?{address}").text
    for told in (
        "Latest visit by: confirmed person",
        "Mailings: may be sent",
        "Alerts: not held by a wish",
    ):
        assert told in page
    text = marketer.sends("/prospects/export", "/prospects", **kept).text
    assert [row["email"] for row in csv.DictReader(io.StringIO(text))] == [four["kim"].email]
    assert found(marketer, "alerts=held") == ["Zoë Adler"]


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
