"""Nothing is lost while the endpoint or the connection is away, and nothing is repeated for ever."""

from __future__ import annotations

import threading
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.snippet.pages import CONSENTED, CREDENTIAL, OTHERS
from tests.snippet.servers import EMPTY, NO_ANSWER, UNAVAILABLE, Answer, credential_answer
from tracker.ingest.hit import MAX_BODY, Batch, parse

if TYPE_CHECKING:
    from tests.snippet.servers import Server
    from tests.snippet.visitor import Visitor

pytestmark = pytest.mark.browser

LONGEST_QUEUE = 20
"""Hits kept in memory."""
LONGEST_WAIT_MS = 64_000
"""Between two tries, however long the endpoint is down."""
PATIENCE_MS = 16_000
"""With a first request that is never answered: 15 s and its wait of one."""


def wanders(visitor: Visitor, pages: int) -> None:
    """Go through pages of an application that loads no documents."""
    for number in range(pages):
        visitor.page.evaluate(f"history.pushState(null, '', '/page/{number}')")
        visitor.reads()


@pytest.mark.parametrize("trouble", [UNAVAILABLE, Answer(429), NO_ANSWER], ids=["503", "429", "hangs up"])
def test_a_hit_that_got_no_hearing_is_sent_again_under_the_same_id(
    visitor: Visitor, endpoint: Server, trouble: Answer
) -> None:
    endpoint.next_answers += [trouble, trouble]
    endpoint.answer = credential_answer(CREDENTIAL)
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads(20_000)
    assert len(endpoint.reports) == 3
    assert len({hit["id"] for hit in endpoint.hits}) == 1
    assert {report.envelope["token"] for report in endpoint.reports} == {CONSENTED}
    ages = [hit.get("age", 0) for hit in endpoint.hits]
    assert ages == sorted(ages)
    assert ages[-1] > 0


@pytest.mark.parametrize("status", [204, 400, 413])
def test_an_answer_that_would_not_change_is_taken_for_one(
    visitor: Visitor, endpoint: Server, status: int
) -> None:
    endpoint.answer = Answer(status)
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads(60_000)
    assert len(endpoint.reports) == 1


def test_retries_grow_rare(visitor: Visitor, endpoint: Server) -> None:
    visitor.context.add_init_script("Math.random = () => 0.5")
    endpoint.answer = UNAVAILABLE
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads(60_000)
    ages = [hit["age"] for hit in endpoint.hits]
    waits = [later - earlier for earlier, later in pairwise(ages)]
    assert waits == sorted(waits)
    assert waits[0] <= 3_000
    assert waits[-1] >= 8_000
    assert 4 <= len(ages) <= 8


def test_but_never_rarer_than_once_a_minute(visitor: Visitor, endpoint: Server) -> None:
    """However long it was down, whoever is still on the page is told of soon after."""
    visitor.context.add_init_script("Math.random = () => 0.999")
    endpoint.answer = UNAVAILABLE
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads(600_000)
    ages = [hit["age"] for hit in endpoint.hits]
    waits = [later - earlier for earlier, later in pairwise(ages)]
    assert max(waits) <= LONGEST_WAIT_MS
    assert waits[-1] >= LONGEST_WAIT_MS / 2


@pytest.mark.parametrize("known", [False, True], ids=["by token", "by credential"])
def test_a_request_that_is_never_answered_is_made_again(
    visitor: Visitor, endpoint: Server, *, known: bool
) -> None:
    """Without an event that says the connection is back; and what happened meanwhile is told as well."""
    never = threading.Event()
    endpoint.next_answers.append(Answer(once=never))
    endpoint.answer = credential_answer(CREDENTIAL)
    if known:
        visitor.has_been_here()
    visitor.opens("/" if known else f"/#rb={CONSENTED}")
    visitor.page.clock.run_for(2_000)
    visitor.waits_until(lambda: endpoint.reports, "the view is under way")
    visitor.presses("Tab")
    visitor.page.clock.run_for(PATIENCE_MS - 3_000)  # 1 s too early
    assert len(endpoint.reports) == 1, "there was still time for an answer"
    visitor.page.clock.run_for(2_000)
    visitor.waits_until(lambda: endpoint.hits_of("engagement"), "it is tried again")
    never.set()
    visitor.settles()  # both are answered before the clock moves on
    first, again = endpoint.reports
    assert [hit["kind"] for hit in again.hits] == ["view", "engagement"]
    assert len({hit["id"] for hit in endpoint.hits}) == 1
    assert first.envelope.get("token") == again.envelope.get("token")
    visitor.reads(60_000)
    assert len(endpoint.reports) == 2


def test_what_waits_is_not_told_in_another_s_name(visitor: Visitor, endpoint: Server) -> None:
    """Somebody else's link is opened in a page whose own view found no hearing."""
    endpoint.answer = UNAVAILABLE
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads(4_000)
    endpoint.answer = credential_answer(CREDENTIAL)
    (mine,) = {hit["id"] for hit in endpoint.hits}
    visitor.page.evaluate(f"location.hash = 'rb={OTHERS}'")
    visitor.reads(10_000)
    theirs = [report for report in endpoint.reports if report.envelope.get("token") == OTHERS]
    assert theirs
    assert mine not in {hit["id"] for report in theirs for hit in report.hits}


def test_what_waits_is_told_when_the_same_link_is_opened_again(visitor: Visitor, endpoint: Server) -> None:
    """A link of the mail points to the page that is open, whose own view found no hearing yet."""
    endpoint.answer = UNAVAILABLE
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads(4_000)
    (waits,) = {hit["id"] for hit in endpoint.hits}
    endpoint.reports.clear()
    endpoint.answer = credential_answer(CREDENTIAL)
    visitor.page.evaluate(f"location.hash = 'rb={CONSENTED}'")
    visitor.reads(10_000)
    told = [hit["id"] for hit in endpoint.hits_of("view")]
    assert told[0] == waits
    assert len(told) == len(set(told)) == 2


def test_what_was_seen_offline_is_told_once_online(visitor: Visitor, endpoint: Server) -> None:
    visitor.has_been_here()
    visitor.opens("/")
    visitor.reads()
    visitor.context.set_offline(True)
    visitor.page.evaluate("history.pushState(null, '', '/pricing')")
    visitor.reads(8_000)
    assert len(endpoint.hits_of("view")) == 1
    visitor.context.set_offline(False)
    visitor.reads()
    views = endpoint.hits_of("view")
    assert [view["url"].rpartition("/")[2] for view in views] == ["", "pricing"]
    assert 6_000 <= views[1]["age"] <= 10_000


def test_no_more_than_20_hits_wait_and_the_newest_are_kept(visitor: Visitor, endpoint: Server) -> None:
    endpoint.answer = UNAVAILABLE
    visitor.has_been_here()
    visitor.opens("/")
    wanders(visitor, 30)
    visitor.context.set_offline(True)
    tried = len(endpoint.reports)
    endpoint.answer = EMPTY
    visitor.context.set_offline(False)
    visitor.reads(10_000)
    told = [hit for report in endpoint.reports[tried:] for hit in report.hits]
    assert len(told) <= LONGEST_QUEUE
    assert len({(hit["id"], hit["kind"]) for hit in told}) == len(told)
    assert told[-1]["url"].endswith("/page/29")


def hits_in_memory(visitor: Visitor) -> int:
    """Count them in the page's heap, after a collection."""
    inspector = visitor.context.new_cdp_session(visitor.page)
    prototype = inspector.send("Runtime.evaluate", {"expression": "Object.prototype"})["result"]["objectId"]
    found = inspector.send("Runtime.queryObjects", {"prototypeObjectId": prototype})["objects"]["objectId"]
    of_hits = "function () { return this.filter((one) => 'kind' in one && 'bursts' in one).length }"
    counted = inspector.send(
        "Runtime.callFunctionOn", {"objectId": found, "functionDeclaration": of_hits, "returnByValue": True}
    )
    number: int = counted["result"]["value"]
    return number


def test_offline_for_hours_takes_no_memory(visitor: Visitor) -> None:
    visitor.context.add_init_script("Math.random = () => 0.999")
    visitor.has_been_here()
    visitor.opens("/")
    visitor.reads()
    visitor.context.set_offline(True)
    wanders(visitor, 36)
    assert 1 < hits_in_memory(visitor) <= LONGEST_QUEUE


def test_a_long_address_before_does_not_make_a_body_too_long(visitor: Visitor, endpoint: Server) -> None:
    visitor.has_been_here()
    visitor.opens(f"/?{'q' * 3_900}")
    visitor.reads()
    visitor.follows("#to-pricing")
    assert len(visitor.page.evaluate("document.referrer")) > 3_900
    visitor.reads()
    visitor.context.set_offline(True)
    wanders(visitor, 4)
    tried = len(endpoint.reports)
    visitor.context.set_offline(False)
    visitor.reads(10_000)
    told = endpoint.reports[tried:]
    assert max(len(report.hits) for report in told) > 1
    assert all(isinstance(parse(report.body), Batch) for report in told)


@pytest.mark.parametrize("letter", ["x", "\u8a9e", "\U0001f4de", "\\u0000"])
def test_no_body_is_longer_than_the_server_reads(visitor: Visitor, endpoint: Server, letter: str) -> None:
    """However long the addresses and titles, in any script, and however many hits wait."""
    endpoint.next_answers += [UNAVAILABLE]
    endpoint.answer = credential_answer(CREDENTIAL)
    visitor.opens(f"/#rb={CONSENTED}")
    for number in range(6):
        visitor.page.evaluate(
            f"() => {{ document.title = '{letter}'.repeat(2000);"
            f"const long = '{letter}'.repeat(1500);"
            f"history.pushState(null, '', '/{number}/' + long + '?q=' + long) }}"
        )
        visitor.reads()
    visitor.reads(30_000)
    assert len(endpoint.hits_of("view")) >= 7
    assert max(len(report.body) for report in endpoint.reports) <= MAX_BODY
    assert all(isinstance(parse(report.body), Batch) for report in endpoint.reports)


def test_a_clock_that_is_set_back_makes_no_hit_unreadable(visitor: Visitor, endpoint: Server) -> None:
    endpoint.next_answers += [UNAVAILABLE]
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads()
    visitor.page.evaluate("() => { const now = Date.now; Date.now = () => now() - 3_600_000 }")
    visitor.presses("Tab")
    visitor.reads(5_000)
    visitor.page.evaluate("Date.now = () => new Date().getTime()")
    visitor.reads(60_000)
    assert all(isinstance(parse(report.body), Batch) for report in endpoint.reports)
