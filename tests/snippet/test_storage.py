"""What is kept in the browser: one credential, for 13 months at most, where the browser allows it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.snippet.pages import CONSENTED, CREDENTIAL, OTHERS
from tests.snippet.servers import Answer, credential_answer

if TYPE_CHECKING:
    from tests.snippet.servers import Server
    from tests.snippet.visitor import Visitor

pytestmark = pytest.mark.browser

KEPT_DAYS = 395
"""Thirteen months."""
DENIED = """Object.defineProperty(window, 'localStorage', {
  get() { throw new DOMException('The operation is insecure.', 'SecurityError') },
})"""


def test_the_credential_is_all_that_is_stored(visitor: Visitor, endpoint: Server) -> None:
    endpoint.answer = credential_answer(CREDENTIAL)
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads()
    (name, value), *more = visitor.stored().items()
    assert more == []
    assert name == "ringback"
    since, kept = value.split(" ")
    assert since.isdigit()
    assert kept == CREDENTIAL


@pytest.mark.parametrize("body", ["{}", "null", '{"credential": ""}', '{"credential": null}'])
def test_an_answer_without_a_credential_leaves_nothing(visitor: Visitor, endpoint: Server, body: str) -> None:
    endpoint.answer = Answer(200, body)
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads()
    visitor.opens("/pricing")
    visitor.reads(5_000)
    assert all("credential" not in report.envelope for report in endpoint.reports)


@pytest.mark.parametrize(("days_ago", "sent"), [(KEPT_DAYS - 1, 1), (KEPT_DAYS + 1, 0)])
def test_after_13_months_it_is_deleted_and_not_sent(
    visitor: Visitor, endpoint: Server, days_ago: float, sent: int
) -> None:
    visitor.has_been_here(days_ago=days_ago)
    visitor.opens("/")
    visitor.agrees()
    assert len(endpoint.reports) == sent
    assert len(visitor.stored()) == sent


@pytest.mark.parametrize("garbage", ["", "x", "soon cred", "9 9 9"])
def test_what_is_none_of_ours_is_not_sent(visitor: Visitor, endpoint: Server, garbage: str) -> None:
    visitor.has_been_here()
    visitor.page.evaluate("value => localStorage.ringback = value", garbage)
    visitor.opens("/")
    visitor.agrees()
    assert endpoint.reports == []


def test_a_private_window_that_denies_storage_is_known_for_the_page(
    visitor: Visitor, endpoint: Server
) -> None:
    endpoint.answer = credential_answer(CREDENTIAL)
    visitor.context.add_init_script(DENIED)
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads()
    visitor.page.evaluate("history.pushState(null, '', '/pricing')")
    visitor.reads()
    assert "token" in endpoint.reports[0].envelope
    assert endpoint.reports[-1].envelope["credential"] == CREDENTIAL
    visitor.refuses()
    assert endpoint.reports[-1].envelope["revoke"]


def test_two_tabs_share_what_one_of_them_learns(visitor: Visitor, site: Server, endpoint: Server) -> None:
    first = visitor.page
    visitor.opens("/")
    visitor.agrees()
    second = visitor.new_tab()
    endpoint.next_answers.append(credential_answer(CREDENTIAL))
    visitor.opens(f"/pricing#rb={CONSENTED}")
    visitor.reads()
    visitor.page = first
    visitor.page.evaluate("history.pushState(null, '', '/docs')")
    visitor.reads()
    assert endpoint.reports[-1].envelope["credential"] == CREDENTIAL
    assert endpoint.reports[-1].hits[-1]["url"] == f"{site.url}/docs"
    visitor.page = second
    visitor.refuses()
    told = len(endpoint.reports)
    assert endpoint.reports[-1].envelope["revoke"]
    visitor.page = first
    visitor.page.evaluate("history.pushState(null, '', '/pricing')")
    visitor.reads(3_000)
    assert len(endpoint.reports) == told


def test_an_answer_that_comes_after_the_refusal_stores_nothing(visitor: Visitor, endpoint: Server) -> None:
    refused = threading.Event()
    answer = credential_answer(CREDENTIAL)
    endpoint.next_answers.append(Answer(answer.status, answer.body, refused))
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.page.clock.run_for(1_000)
    visitor.waits_until(lambda: endpoint.reports, "the view is under way")
    visitor.page.evaluate("ringback(false)")
    visitor.page.clock.run_for(1_000)
    refused.set()
    visitor.reads()
    assert visitor.stored() == {}


def test_somebody_else_s_link_meanwhile_is_not_forgotten(visitor: Visitor, endpoint: Server) -> None:
    """The answer to the first token must not take the second with it."""
    clicked = threading.Event()
    answer = credential_answer(CREDENTIAL)
    endpoint.next_answers.append(Answer(answer.status, answer.body, clicked))
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.page.clock.run_for(1_000)
    visitor.waits_until(lambda: endpoint.reports, "the view is under way")
    visitor.page.evaluate(f"location.hash = 'rb={OTHERS}'")
    clicked.set()
    visitor.reads(3_000)
    assert endpoint.reports[-1].envelope["token"] == OTHERS
