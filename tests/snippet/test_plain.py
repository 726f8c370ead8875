"""A plain site: what is sent, by whom, and what a stranger's browser sends: nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.snippet.pages import CONSENTED, CREDENTIAL, SITE_KEY, USUAL_PATHS, document, script_tag
from tests.snippet.servers import credential_answer
from tracker.ingest.hit import Batch, parse

if TYPE_CHECKING:
    from tests.snippet.servers import Server
    from tests.snippet.visitor import Visitor

pytestmark = pytest.mark.browser


def test_a_link_with_recorded_consent_is_reported_once(
    visitor: Visitor, site: Server, endpoint: Server
) -> None:
    visitor.opens(f"/pricing#rb={CONSENTED}")
    visitor.reads(20_000)
    assert len(endpoint.reports) == 1
    report = endpoint.reports[0]
    (hit,) = report.hits
    assert report.envelope == {"site": SITE_KEY, "token": CONSENTED, "hits": [hit]}
    assert re.fullmatch(r"[A-Za-z0-9_-]{16,32}", hit.pop("id"))
    assert 0 <= hit.pop("age", 0) <= 1000
    assert 0 <= hit.pop("visible") <= 1000
    assert hit.pop("referrer", "") == ""
    assert hit == {
        "kind": "view",
        "url": f"{site.url}/pricing",
        "title": "Northwind",
        "bursts": 0,
        "driver": True,  # Playwright says so
    }


def test_the_request_is_one_that_needs_no_preflight(visitor: Visitor, endpoint: Server) -> None:
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads()
    headers = endpoint.reports[0].headers
    assert headers["content-type"].lower() == "text/plain;charset=utf-8"
    assert "cookie" not in headers
    assert CONSENTED not in headers.get("referer", "")


def test_the_credential_takes_the_token_s_place(visitor: Visitor, endpoint: Server) -> None:
    endpoint.next_answers.append(credential_answer(CREDENTIAL))
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads()
    visitor.opens("/pricing")
    visitor.reads()
    view = endpoint.reports[-1].envelope
    assert view["credential"] == CREDENTIAL
    assert "token" not in view
    assert len({hit["id"] for hit in endpoint.hits_of("view")}) == 2


def test_a_browser_that_is_known_is_reported_by_itself(visitor: Visitor, endpoint: Server) -> None:
    visitor.has_been_here()
    visitor.opens("/docs")
    visitor.reads()
    assert [report.envelope.get("credential") for report in endpoint.reports] == [CREDENTIAL]


def test_a_stranger_is_never_reported(visitor: Visitor, endpoint: Server) -> None:
    visitor.opens("/")
    visitor.agrees()
    visitor.clicks("#prices")
    visitor.reads(20_000)
    visitor.follows("#to-docs")
    visitor.reads()
    assert endpoint.reports == []
    assert visitor.stored() == {}


@pytest.mark.parametrize("address", ["", None])
def test_on_the_site_s_own_host_the_server_s_cookie_may_tell(
    visitor: Visitor, site: Server, address: str | None
) -> None:
    """Whoever it is, the snippet cannot read that cookie; so it asks, once it may."""
    site.publish(document(script_tag(site, address=address)), "/")
    visitor.context.add_cookies(
        [{"name": "ringback", "value": CREDENTIAL, "url": site.url, "httpOnly": True, "sameSite": "Lax"}]
    )
    visitor.opens("/")
    visitor.reads(5_000)
    assert site.reports == []
    visitor.agrees()
    (report,) = site.reports
    assert report.envelope.keys() == {"site", "hits"}
    assert report.headers["cookie"] == f"ringback={CREDENTIAL}"


def test_the_endpoint_may_be_named_in_the_tag(visitor: Visitor, site: Server, endpoint: Server) -> None:
    site.publish(document(script_tag(site, endpoint=endpoint.url)), "/")
    visitor.opens(f"/#rb={CONSENTED}")
    visitor.reads()
    assert (len(site.reports), len(endpoint.reports)) == (0, 1)


def test_leaving_is_told_with_the_same_id(visitor: Visitor, site: Server, endpoint: Server) -> None:
    visitor.has_been_here()
    visitor.opens("/")
    visitor.reads(4_000)
    visitor.follows("#to-pricing")
    visitor.reads()
    view, leave, next_view = endpoint.hits
    assert [view["kind"], leave["kind"], next_view["kind"]] == ["view", "leave", "view"]
    assert view["id"] == leave["id"] != next_view["id"]
    assert [view["url"], leave["url"], next_view["url"]] == [
        f"{site.url}/",
        f"{site.url}/",
        f"{site.url}/pricing",
    ]
    assert 3_500 <= leave["visible"] <= 4_500


def test_another_site_is_understood_by_its_origin_only(
    visitor: Visitor, site: Server, endpoint: Server
) -> None:
    endpoint.publish(f'<a href="{site.url}/pricing" referrerpolicy="unsafe-url">Northwind</a>', "/a/secret")
    visitor.has_been_here()
    visitor.page.goto(f"{endpoint.url}/a/secret?of=theirs")
    visitor.follows("a")
    visitor.reads()
    visitor.waits_until(lambda: endpoint.reports, "the view is told")
    batch = parse(endpoint.reports[0].body)
    assert isinstance(batch, Batch)
    assert [hit.referrer for hit in batch.hits] == [endpoint.url]


@pytest.mark.parametrize("late", ["defer", "async", "injected"])
def test_a_tag_that_comes_late_still_works(
    visitor: Visitor, site: Server, endpoint: Server, late: str
) -> None:
    """A tag manager's way, or `defer`: later, but complete."""
    tag = script_tag(endpoint).replace("<script ", f"<script {late} ")
    if late == "injected":
        tag = (
            "<script>const s = document.createElement('script');"
            f"s.src = '{endpoint.url}/ringback.js'; s.dataset.site = '{SITE_KEY}';"
            "document.head.append(s)</script>"
        )
    site.publish(document(tag), *USUAL_PATHS)
    visitor.opens(f"/pricing#rb={CONSENTED}")
    visitor.reads()
    assert visitor.address == "/pricing"
    assert [report.envelope["token"] for report in endpoint.reports] == [CONSENTED]
