"""The token leaves the address bar, whatever mail services made of it, and takes nothing along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.snippet.pages import (
    CONSENTED,
    CREDENTIAL,
    OTHERS,
    UNDECIDED,
    USUAL_BODY,
    USUAL_PATHS,
    document,
    script_tag,
)
from tests.snippet.servers import NO_ANSWER, credential_answer
from tracker.links import RawToken, read_token

if TYPE_CHECKING:
    from tests.snippet.servers import Server
    from tests.snippet.visitor import Visitor

pytestmark = pytest.mark.browser

DECOY = """<script>
  window.decoy = [location.href, document.URL, location.hash, location.search, document.baseURI];
</script>"""
"""An analytics script as it comes second in the head."""
ENCODED = CONSENTED.replace(".", "%2E")
TWICE = CONSENTED.replace(".", "%252E")


@pytest.mark.parametrize(
    ("shown", "left"),
    [
        ("/pricing#rb={}", "/pricing"),
        ("/pricing#prices&rb={}", "/pricing#prices"),
        ("/pricing#rb={}&prices", "/pricing#prices"),
        ("/#/route?rb={}", "/#/route"),
        ("/#/route?x=1&rb={}&y=2", "/#/route?x=1&y=2"),
        ("/#!/route?rb={}", "/#!/route"),
        ("/pricing?rb={}", "/pricing"),
        ("/pricing?rb={}#prices", "/pricing#prices"),
        ("/pricing?a=1&rb={}&b=2", "/pricing?a=1&b=2"),
        ("/pricing?rb={}&b=2", "/pricing?b=2"),
        ("/pricing?a=1&rb={}", "/pricing?a=1"),
        ("/pricing?a=1&verb=2#rb={}", "/pricing?a=1&verb=2"),
        ("/pricing?rb={}#rb={}", "/pricing"),
    ],
)
def test_the_address_is_left_as_if_there_had_been_no_token(
    visitor: Visitor, endpoint: Server, shown: str, left: str
) -> None:
    visitor.opens(shown.format(CONSENTED, CONSENTED))
    assert visitor.address == left
    visitor.reads()
    assert [report.envelope["token"] for report in endpoint.reports] == [CONSENTED]


@pytest.mark.parametrize(
    ("token", "label", "left"),
    [
        (f"{CONSENTED}~spring-26", "spring-26", "/"),
        (f"{CONSENTED}~spring-26?utm_source=x&utm_medium=y", "spring-26", None),
        (f"{CONSENTED}~spring-26&utm_source=x", "spring-26", None),
        (f"{CONSENTED}.", "", "/"),
        (f"{CONSENTED})", "", "/"),
        (f"{CONSENTED}~spring-26).", "spring-26", "/"),
        (f"{ENCODED}%7Espring-26", "spring-26", "/"),
        (f"{TWICE}%257Espring-26", "spring-26", "/"),
    ],
)
def test_what_mail_services_append_is_for_the_server_to_trim(
    visitor: Visitor, endpoint: Server, token: str, label: str, left: str | None
) -> None:
    visitor.opens(f"/#rb={token}")
    assert CONSENTED[:20] not in visitor.address
    assert left in (None, visitor.address)
    visitor.reads()
    (report,) = endpoint.reports
    assert read_token(report.envelope["token"]) == RawToken(CONSENTED, label)
    assert CONSENTED[:20] not in report.hits[0]["url"]


@pytest.mark.parametrize(
    "tag",
    [
        "*|RINGBACK|*",
        "{{ contact.ringback }}",
        "%7B%7B%20contact.ringback%20%7D%7D",
        "%257B%257Bringback%257D%257D",
        "{contactfield=ringback}",
        "",
    ],
)
def test_an_unreplaced_merge_tag_is_nobody_s(visitor: Visitor, endpoint: Server, tag: str) -> None:
    visitor.opens(f"/pricing#rb={tag}")
    assert visitor.address == "/pricing"
    visitor.agrees()
    assert endpoint.reports == []


def test_scripts_that_follow_never_see_it(visitor: Visitor, site: Server, endpoint: Server) -> None:
    site.publish(document(script_tag(endpoint) + DECOY), *USUAL_PATHS)
    visitor.opens(f"/pricing?a=1#prices&rb={CONSENTED}~spring-26")
    visitor.reads()
    assert len(endpoint.reports) == 1
    seen = visitor.page.evaluate("decoy")
    assert seen[0] == f"{site.url}/pricing?a=1#prices"
    assert CONSENTED[:10] not in " ".join(seen)


def test_the_state_of_the_page_s_history_is_kept(visitor: Visitor, endpoint: Server) -> None:
    visitor.opens("/")
    visitor.page.evaluate("history.replaceState({scroll: 7}, '')")
    visitor.page.evaluate(f"location.hash = 'prices&rb={CONSENTED}'")
    visitor.page.evaluate("history.replaceState({scroll: 8}, '', location.href + '&rb=nobody')")
    visitor.reads()
    assert visitor.address == "/#prices"
    assert visitor.page.evaluate("history.state") == {"scroll": 8}
    assert len(endpoint.reports) == 1


def test_the_name_in_the_address_is_the_site_s_choice(
    visitor: Visitor, site: Server, endpoint: Server
) -> None:
    site.publish(document(script_tag(endpoint, param="hello")), "/")
    visitor.opens(f"/?rb=5#hello={CONSENTED}")
    assert visitor.address == "/?rb=5"
    visitor.reads()
    assert [report.envelope["token"] for report in endpoint.reports] == [CONSENTED]


def test_a_link_clicked_while_its_page_is_open_is_a_view(visitor: Visitor, endpoint: Server) -> None:
    """The browser only changes the fragment then: no document is loaded."""
    endpoint.next_answers.append(credential_answer(CREDENTIAL))
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads()
    visitor.opens(f"/#rb={OTHERS}")
    assert visitor.address == "/"
    visitor.reads()
    assert [report.envelope["token"] for report in endpoint.reports][-1] == OTHERS
    first, *_, second = endpoint.hits_of("view")
    assert first["id"] != second["id"]


def test_another_person_s_token_replaces_the_one_that_waits(visitor: Visitor, endpoint: Server) -> None:
    visitor.opens(f"/#rb={UNDECIDED}")
    visitor.reads()
    visitor.opens(f"/#rb={OTHERS}")
    visitor.reads()
    assert {report.envelope["token"] for report in endpoint.reports} == {OTHERS}


def test_the_own_router_finds_no_token_when_it_looks(
    visitor: Visitor, site: Server, endpoint: Server
) -> None:
    router = (
        "<script>const seen = []; addEventListener('hashchange', () => seen.push(location.hash))</script>"
    )
    site.publish(document(script_tag(endpoint) + router), "/")
    visitor.opens("/#/a")
    visitor.opens(f"/#/b?rb={CONSENTED}")
    visitor.reads()
    assert visitor.page.evaluate("seen") == ["#/b"]


@pytest.mark.parametrize("shown", ["/#prices", "/?a=1#prices", f"/#prices&rb={CONSENTED}"])
def test_a_page_s_own_anchor_is_still_gone_to(visitor: Visitor, shown: str) -> None:
    visitor.opens(shown)
    visitor.waits_until(lambda: visitor.page.evaluate("scrollY > 1000"), "the anchor is in sight")
    assert visitor.page.evaluate("document.querySelector(':target').id") == "prices"
    assert visitor.page.evaluate("location.hash") == "#prices"


def test_a_hash_router_works_as_it_did(visitor: Visitor, site: Server, endpoint: Server) -> None:
    """Nothing is fired twice, nothing is swallowed; each route is a view."""
    router = """<script>
      const seen = [location.hash];
      const hashes = (...urls) => urls.map((url) => new URL(url).hash);
      addEventListener('hashchange', (event) => seen.push(hashes(event.oldURL, event.newURL)));
      onhashchange = () => seen.push('handler');
    </script>"""
    links = (
        '<a id=a href="#/a">A</a> <a id=b href="#/a/b">B</a> <a id=c href="#plain">C</a><p id=plain>Plain</p>'
    )
    site.publish(document(script_tag(endpoint) + router, links + USUAL_BODY), "/")
    endpoint.next_answers.append(credential_answer(CREDENTIAL))
    visitor.opens(f"/#/a?rb={CONSENTED}")
    visitor.reads()
    visitor.clicks("#b")
    visitor.reads()
    visitor.page.go_back(wait_until="commit")
    visitor.reads()
    assert visitor.page.evaluate("seen") == [
        "#/a",
        ["#/a", "#/a/b"],
        "handler",
        ["#/a/b", "#/a"],
        "handler",
    ]
    assert [hit["url"].removeprefix(site.url) for hit in endpoint.hits_of("view")] == [
        "/#/a",
        "/#/a/b",
        "/#/a",
    ]


def test_while_the_token_waits_a_page_s_anchors_stay_theirs(visitor: Visitor, endpoint: Server) -> None:
    visitor.opens(f"/pricing#rb={UNDECIDED}")
    visitor.page.evaluate(
        "document.body.insertAdjacentHTML('afterbegin', '<a id=down href=\"#prices\">Down</a>')"
    )
    visitor.clicks("#down")
    assert visitor.address == "/pricing#prices"
    assert visitor.page.evaluate("scrollY") > 1000
    assert endpoint.reports == []


def test_no_answer_leaves_no_trace_in_the_address(visitor: Visitor, endpoint: Server) -> None:
    endpoint.answer = NO_ANSWER
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads(3_000)
    assert visitor.address == "/"
