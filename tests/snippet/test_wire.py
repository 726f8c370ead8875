"""What Chromium really sends is what the server reads, to the last value."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.snippet.pages import CONSENTED, CREDENTIAL, MAILED_AT, SIGNER, SITE_KEY, document, script_tag
from tests.snippet.servers import UNAVAILABLE, credential_answer
from tracker.ingest.hit import Batch, Hit, Kind, parse
from tracker.links import LinkToken, RawToken, read_token

if TYPE_CHECKING:
    from tests.snippet.servers import Server, Wire
    from tests.snippet.visitor import Visitor

pytestmark = pytest.mark.browser


def as_sent(hit: Hit) -> Wire:
    """Write a hit as it travelled, from what the server understood."""
    wire: Wire = {
        "id": hit.id,
        "kind": str(hit.kind),
        "url": hit.url,
        "title": hit.title,
        "referrer": hit.referrer,
        "age": hit.age // timedelta(milliseconds=1),
        "visible": hit.visible_ms,
        "first": hit.first_gesture_ms,
        "last": hit.last_gesture_ms,
        "bursts": hit.bursts,
        "driver": hit.driver,
    }
    return said(wire)


def said(wire: Wire) -> Wire:
    """Leave out what says nothing, and of the referrer all but its host, which is what the server keeps."""
    referrer = "/".join(wire.get("referrer", "").split("/")[:3])
    told = {"age": 0, **wire, "referrer": referrer}
    return {name: value for name, value in told.items() if value not in ("", None)}


def test_every_value_of_every_kind_of_hit_arrives(visitor: Visitor, site: Server, endpoint: Server) -> None:
    title = 'Prices \u2013 \u4fa1\u683c \U0001f4de "quoted" <b> it\'s'
    site.publish(document(script_tag(endpoint), title=title.replace("<", "&lt;")), "/pricing")
    endpoint.publish(f'<a href="{site.url}/pricing?plan=p%20r#rb={CONSENTED}~spring-26">Go</a>', "/portal")
    endpoint.next_answers += [UNAVAILABLE]
    endpoint.answer = credential_answer(CREDENTIAL)
    visitor.page.goto(f"{endpoint.url}/portal")
    visitor.follows("a")
    visitor.moves(20)
    visitor.reads(3_000)
    visitor.moves(60)
    visitor.presses("Tab")
    visitor.reads(20_000)
    visitor.presses("Tab")
    visitor.reads(1_000)
    visitor.opens("/docs")
    visitor.waits_until(lambda: endpoint.hits_of("leave"), "the page is left")
    hits: list[Hit] = []
    for report in endpoint.reports:
        batch = parse(report.body)
        assert isinstance(batch, Batch)
        assert [as_sent(hit) for hit in batch.hits] == [said(hit) for hit in report.hits]
        assert report.envelope.keys() - {"hits"} == {
            name for name in ("site", "token", "credential") if getattr(batch, name)
        }
        hits += batch.hits
    assert {hit.kind for hit in hits} == set(Kind)
    left = next(hit for hit in hits if hit.kind is Kind.LEAVE)
    assert (left.title, left.url) == (title, f"{site.url}/pricing?plan=p%20r")
    assert left.referrer == endpoint.url
    assert left.bursts == 2
    assert (left.first_gesture_ms, left.last_gesture_ms) == (3_000, 23_000)


def test_the_token_opens_as_it_was_signed(visitor: Visitor, endpoint: Server) -> None:
    visitor.opens(f"/#rb={CONSENTED}~spring-26")
    visitor.reads()
    batch = parse(endpoint.reports[0].body)
    assert isinstance(batch, Batch)
    assert batch.site == SITE_KEY
    raw = read_token(batch.token)
    assert raw == RawToken(CONSENTED, "spring-26")
    opened = LinkToken.open(SIGNER, raw.token, MAILED_AT, timedelta(days=1))
    assert (opened.key, opened.consent_recorded) == ("DanaOrtiz123", True)


def test_a_withdrawal_is_understood(visitor: Visitor, endpoint: Server) -> None:
    visitor.has_been_here()
    visitor.opens("/")
    visitor.refuses()
    assert parse(endpoint.reports[-1].body) == Batch(
        site=SITE_KEY, hits=(), credential=CREDENTIAL, revoke=True
    )
