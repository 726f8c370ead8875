"""The page cannot break by it: strict policies, an endpoint that is down or talks nonsense, old browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.snippet.pages import CONSENTED, CREDENTIAL, UNDECIDED, USUAL_PATHS, document, script_tag
from tests.snippet.servers import Answer, credential_answer

if TYPE_CHECKING:
    from tests.snippet.servers import Server
    from tests.snippet.visitor import Visitor

pytestmark = pytest.mark.browser

WITHOUT = {
    "fetch": "delete window.fetch",
    "addresses": "window.URL = undefined",
    "history": "History.prototype.replaceState = () => { throw new DOMException('no', 'SecurityError') }",
    "storage": "Object.defineProperty(window, 'localStorage', {value: null})",
    "full storage": "Storage.prototype.setItem = () => { throw new Error('full') }",
    "activation": "Object.defineProperty(navigator, 'userActivation', {value: undefined})",
    "paths of events": "delete Event.prototype.composedPath",
    "current script": "Object.defineProperty(Document.prototype, 'currentScript', {get: () => null})",
    "keepalive": "const theirs = fetch; window.fetch = (url, {body}) => theirs(url, {method: 'POST', body})",
}


def does_a_bit_of_everything(visitor: Visitor) -> None:
    visitor.presses("Tab")
    visitor.moves(30)
    visitor.reads(6_000)
    visitor.page.evaluate("history.pushState(null, '', '/docs')")
    visitor.presses("Tab")
    visitor.agrees()
    visitor.page.mouse.click(400, 400)
    visitor.refuses()
    visitor.follows("#to-pricing")
    visitor.reads()


def test_under_the_strictest_policy_of_a_page(visitor: Visitor, site: Server, endpoint: Server) -> None:
    """Its own host may load scripts and be talked to; nothing else is allowed, neither inline nor eval."""
    site.publish(
        document(script_tag(endpoint)),
        *USUAL_PATHS,
        Content_Security_Policy=f"default-src 'none'; script-src {endpoint.url}; connect-src {endpoint.url};"
        " style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'",
    )
    endpoint.next_answers.append(credential_answer(CREDENTIAL))
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads()
    visitor.follows("#to-pricing")
    visitor.reads()
    assert {hit["url"] for hit in endpoint.hits_of("view")} == {f"{site.url}/", f"{site.url}/pricing"}
    complaints = [text for text in visitor.complaints if "Content Security Policy" in text]
    assert [text for text in complaints if "favicon" not in text] == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, "<html>not what you think</html>"),
        Answer(200, '{"credential":'),
        Answer(200, "null"),
        Answer(200, '{"credential":{}}'),
        Answer(200, ""),
        Answer(500, "Internal Server Error"),
        Answer(302, ""),
    ],
    ids=lambda answer: f"{answer.status} {answer.body}",
)
def test_an_endpoint_that_talks_nonsense_breaks_nothing(
    visitor: Visitor, endpoint: Server, answer: Answer
) -> None:
    endpoint.answer = answer
    visitor.opens(f"/#rb={CONSENTED}")
    does_a_bit_of_everything(visitor)
    assert visitor.errors == []


def test_an_endpoint_that_is_down_breaks_nothing(visitor: Visitor, endpoint: Server) -> None:
    """The script itself came from a cache."""
    visitor.opens(f"/#rb={CONSENTED}")
    endpoint.close()
    visitor.reads(5_000)
    visitor.agrees()
    visitor.presses("Tab")
    visitor.reads(30_000)
    visitor.refuses()
    assert visitor.errors == []


@pytest.mark.parametrize("lack", WITHOUT)
def test_a_browser_without_breaks_nothing(
    visitor: Visitor, site: Server, endpoint: Server, lack: str
) -> None:
    site.publish(document(f"<script>{WITHOUT[lack]}</script>" + script_tag(endpoint)), *USUAL_PATHS)
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.page.evaluate("window.ringback = window.ringback || function () {}")
    does_a_bit_of_everything(visitor)
    assert visitor.errors == []


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"consent": "nonsense"},
        {"consent": ""},
        {"endpoint": "not an address"},
        {"param": "a.b[c"},
        {"consent": "tcf"},
        {"consent": "consent-mode"},
    ],
    ids=str,
)
def test_a_tag_written_wrongly_breaks_nothing_and_tells_nothing(
    visitor: Visitor, site: Server, endpoint: Server, attributes: dict[str, str]
) -> None:
    """Or rightly, on a page whose banner never loads."""
    site.publish(document(script_tag(endpoint, **attributes)), *USUAL_PATHS)
    visitor.opens(f"/#rb={UNDECIDED}")
    visitor.presses("Tab")
    visitor.reads(6_000)
    visitor.follows("#to-pricing")
    visitor.reads()
    assert endpoint.reports == []
    assert visitor.errors == []


def test_one_name_is_all_it_adds_to_the_page(visitor: Visitor, site: Server, endpoint: Server) -> None:
    site.publish("<!doctype html><title>Bare</title>", "/bare")
    names = "Object.getOwnPropertyNames(window).filter((name) => !/^\\d+$/.test(name))"
    visitor.opens("/bare")
    before = set(visitor.page.evaluate(names))
    site.publish(document(script_tag(endpoint), body=""), "/with")
    visitor.opens("/with")
    assert set(visitor.page.evaluate(names)) - before == {"ringback"}


def test_two_tags_on_a_page_do_no_harm(visitor: Visitor, site: Server, endpoint: Server) -> None:
    site.publish(document(script_tag(endpoint) * 2), "/")
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads(3_000)
    assert visitor.address == "/"
    assert len(endpoint.reports) == 1
