"""Nothing is lost while the endpoint or the connection is away, and nothing is repeated for ever."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.snippet.pages import CONSENTED, CREDENTIAL
from tests.snippet.servers import EMPTY, NO_ANSWER, UNAVAILABLE, Answer, credential_answer
from tracker.ingest.hit import MAX_BODY, Batch, parse

if TYPE_CHECKING:
    from tests.snippet.servers import Server
    from tests.snippet.visitor import Visitor

pytestmark = pytest.mark.browser

LONGEST_QUEUE = 20
"""Hits kept in memory."""


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
