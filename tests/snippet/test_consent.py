"""First the visitor's choice: without it no request and nothing stored; a no is heard at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.snippet.pages import (
    CONSENTED,
    CREDENTIAL,
    SITE_KEY,
    UNDECIDED,
    USUAL_BODY,
    USUAL_PATHS,
    document,
    script_tag,
)
from tests.snippet.servers import EMPTY, NO_ANSWER, UNAVAILABLE, credential_answer

if TYPE_CHECKING:
    from tests.snippet.servers import Server
    from tests.snippet.visitor import Visitor

pytestmark = pytest.mark.browser

STUB = "<script>window.ringback = window.ringback || function (c) { ringback.c = c }</script>"
"""What a banner writes that may run before the snippet."""
NOES = {
    "Global Privacy Control": "Object.defineProperty(navigator, 'globalPrivacyControl', {get: () => true})",
    "Do Not Track": "Object.defineProperty(navigator, 'doNotTrack', {get: () => '1'})",
}


def reads_with_all_their_senses(visitor: Visitor) -> None:
    """Do everything that the snippet would have something to say about."""
    visitor.presses("Tab")
    visitor.moves(20)
    visitor.reads(6_000)
    visitor.moves(40)
    visitor.presses("Tab")
    visitor.reads(12_000)


def test_before_the_choice_nothing_is_sent_and_nothing_stored(visitor: Visitor, endpoint: Server) -> None:
    visitor.opens(f"/#rb={UNDECIDED}")
    reads_with_all_their_senses(visitor)
    assert endpoint.reports == []
    assert visitor.stored() == {}


def test_a_yes_sends_what_waited(visitor: Visitor, site: Server, endpoint: Server) -> None:
    endpoint.next_answers.append(credential_answer(CREDENTIAL))
    visitor.opens(f"/#rb={UNDECIDED}")
    visitor.presses("Tab")
    visitor.reads(7_000)
    visitor.presses("Tab")
    visitor.agrees()
    (report,) = endpoint.reports
    assert report.envelope["token"] == UNDECIDED
    assert report.hits[0]["kind"] == "view"
    assert report.hits[0]["url"] == f"{site.url}/"
    assert 6_500 <= report.hits[0]["last"] <= 7_500  # the evidence from before the choice counts
    assert visitor.stored()["ringback"].endswith(CREDENTIAL)


@pytest.mark.parametrize("before", [True, False])
def test_a_call_before_the_snippet_is_there_is_heard(
    visitor: Visitor, site: Server, endpoint: Server, *, before: bool
) -> None:
    call = f"{STUB}<script>ringback(true)</script>"
    tag = script_tag(endpoint)
    site.publish(document(call + tag if before else tag + call), "/")
    visitor.opens(f"/#rb={UNDECIDED}")
    visitor.reads()
    assert [report.envelope["token"] for report in endpoint.reports] == [UNDECIDED]


def test_consent_on_record_sends_at_once(visitor: Visitor, endpoint: Server) -> None:
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads()
    assert len(endpoint.reports) == 1


def test_an_undecided_token_is_followed_over_two_pages(
    visitor: Visitor, site: Server, endpoint: Server
) -> None:
    """In the fragment of the site's own links, which no server sees, and never in storage."""
    visitor.opens(f"/#rb={UNDECIDED}~spring-26")
    visitor.reads(2_000)
    visitor.follows("#to-pricing")
    assert visitor.address == "/pricing"
    visitor.reads(2_000)
    visitor.follows("#to-docs")
    assert visitor.address == "/docs"
    assert endpoint.reports == []
    assert visitor.stored() == {}
    visitor.agrees()
    (report,) = endpoint.reports
    assert report.envelope["token"] == f"{UNDECIDED}~spring-26"
    assert [hit["url"] for hit in report.hits] == [f"{site.url}/docs"]
    assert not any(UNDECIDED[:10] in address for address in site.asked)


def test_a_link_with_an_anchor_keeps_it(visitor: Visitor, site: Server, endpoint: Server) -> None:
    site.publish(document(script_tag(endpoint), '<a id=deep href="/pricing?a=1#prices">Prices</a>'), "/")
    visitor.opens(f"/#rb={UNDECIDED}")
    visitor.follows("#deep")
    assert visitor.address == "/pricing?a=1#prices"
    visitor.agrees()
    assert [report.envelope["token"] for report in endpoint.reports] == [UNDECIDED]


def test_a_new_tab_gets_the_token_too_and_the_link_is_left_as_it_was(
    visitor: Visitor, site: Server, endpoint: Server
) -> None:
    site.publish(
        document(script_tag(endpoint), '<a id=new target=_blank rel=opener href="/pricing">Prices</a>'), "/"
    )
    visitor.opens(f"/#rb={UNDECIDED}")
    with visitor.context.expect_page() as opened:
        visitor.page.click("#new")
    visitor.reads()
    assert visitor.page.get_attribute("#new", "href") in ("/pricing", f"{site.url}/pricing")
    visitor.page = opened.value
    assert visitor.address == "/pricing"
    visitor.agrees()
    assert [report.envelope["token"] for report in endpoint.reports] == [UNDECIDED]


def test_no_other_site_is_handed_the_token(visitor: Visitor, site: Server, endpoint: Server) -> None:
    endpoint.publish("<!doctype html><title>Theirs</title>", "/theirs")
    link = f'<a id=out href="{endpoint.url}/theirs#mine">Out</a>'
    site.publish(document(script_tag(endpoint), link), "/")
    visitor.opens(f"/#rb={UNDECIDED}")
    visitor.follows("#out")
    assert visitor.address == f"{endpoint.url}/theirs#mine"


def test_a_link_that_the_page_handles_itself_is_as_it_was(
    visitor: Visitor, site: Server, endpoint: Server
) -> None:
    app = """<script>document.querySelector('#to-docs').onclick = (event) => {
      event.preventDefault();
      window.went = event.target.href;
    }</script>"""
    site.publish(document(script_tag(endpoint), USUAL_BODY + app), "/")
    visitor.opens(f"/#rb={UNDECIDED}")
    visitor.clicks("#to-docs")
    assert visitor.page.evaluate("went") == f"{site.url}/docs"
    visitor.reads()
    assert visitor.page.evaluate("document.querySelector('#to-docs').href") == f"{site.url}/docs"


def test_a_refusal_forgets_the_token(visitor: Visitor, endpoint: Server) -> None:
    visitor.opens(f"/#rb={UNDECIDED}")
    visitor.refuses()
    visitor.page.evaluate("ringback(true)")
    visitor.reads()
    visitor.follows("#to-pricing")
    visitor.agrees()
    assert endpoint.reports == []
    assert visitor.stored() == {}


def test_a_refusal_outweighs_consent_on_record(visitor: Visitor, endpoint: Server) -> None:
    endpoint.answer = NO_ANSWER
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.refuses()
    sent = len(endpoint.reports)
    reads_with_all_their_senses(visitor)
    assert len(endpoint.reports) == sent
    assert visitor.stored() == {}


@pytest.mark.parametrize(
    ("signal", "consent"),
    [
        ("Do Not Track", "api"),
        ("Global Privacy Control", "api"),
        ("Global Privacy Control", "recorded"),
        ("Global Privacy Control", "tcf"),
        ("Global Privacy Control", "consent-mode"),
    ],
)
def test_a_browser_that_says_no_is_left_alone(
    visitor: Visitor, site: Server, endpoint: Server, signal: str, consent: str
) -> None:
    site.publish(document(script_tag(endpoint, consent=consent)), *USUAL_PATHS)
    visitor.has_been_here()
    visitor.context.add_init_script(NOES[signal])
    visitor.opens(f"/pricing#rb={CONSENTED}")
    assert visitor.address == "/pricing"
    visitor.agrees()
    reads_with_all_their_senses(visitor)
    assert endpoint.reports == []
    assert visitor.stored() == {}


def test_withdrawing_clears_storage_with_one_request(visitor: Visitor, endpoint: Server) -> None:
    visitor.has_been_here()
    visitor.opens("/")
    visitor.reads()
    assert len(endpoint.reports) == 1
    visitor.refuses()
    assert visitor.stored() == {}
    assert endpoint.reports[1].envelope == {
        "site": SITE_KEY,
        "credential": CREDENTIAL,
        "revoke": True,
        "hits": [],
    }
    reads_with_all_their_senses(visitor)
    visitor.follows("#to-docs")
    visitor.reads()
    assert len(endpoint.reports) == 2


def test_what_waited_before_a_withdrawal_is_not_sent_after_a_new_yes(visitor: Visitor, site: Server) -> None:
    """Where the server's cookie may know the browser, a yes would otherwise let the old hits out."""
    site.publish(document(script_tag(site)), "/", "/pricing")
    site.answer = UNAVAILABLE
    visitor.opens("/")
    visitor.agrees()
    visitor.refuses()
    site.answer = EMPTY
    visitor.page.evaluate("history.pushState(null, '', '/pricing')")
    visitor.reads(40_000)
    told = len(site.reports)
    visitor.agrees()
    visitor.reads(10_000)
    later = [hit for report in site.reports[told:] for hit in report.hits]
    assert {hit["url"] for hit in later} == {f"{site.url}/pricing"}


def test_a_cookie_that_only_the_server_sees_can_be_withdrawn_too(visitor: Visitor, site: Server) -> None:
    site.publish(document(script_tag(site)), "/")
    visitor.opens("/")
    visitor.agrees()
    visitor.refuses()
    assert site.reports[-1].envelope == {"site": SITE_KEY, "revoke": True, "hits": []}


def test_only_consent_on_record_counts_where_the_site_says_so(
    visitor: Visitor, site: Server, endpoint: Server
) -> None:
    site.publish(document(script_tag(endpoint, consent="recorded")), *USUAL_PATHS)
    visitor.opens(f"/#rb={UNDECIDED}")
    visitor.agrees()
    assert endpoint.reports == []
    endpoint.next_answers.append(credential_answer(CREDENTIAL))
    visitor.opens(f"/pricing#rb={CONSENTED}")
    visitor.reads()
    visitor.opens("/docs")
    visitor.reads()
    assert [report.envelope.get("credential") for report in endpoint.reports[-1:]] == [CREDENTIAL]
    assert {hit["url"].removeprefix(site.url) for hit in endpoint.hits_of("view")} == {"/pricing", "/docs"}
