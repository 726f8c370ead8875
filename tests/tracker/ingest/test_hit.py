"""What arrives from a browser: read into a frozen batch, or dropped by name; it never raises."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOON
from tracker.ingest.hit import (
    MAX_BODY,
    MAX_EVIDENCE_MS,
    MAX_HITS,
    MAX_TITLE,
    Batch,
    Drop,
    DropReason,
    Kind,
    clean,
    parse,
    seen_at,
)
from tracker.links import LinkToken
from tracker.signing import Signer

TOKEN = LinkToken("k3Yk3Yk3Yk3Y", consent_recorded=True, issued_at=NOON).text(Signer(["aB3" * 12]))
HIT_ID = "0123456789abcdef"
Wire = dict[str, object]


def hit(**keys: object) -> Wire:
    return {"id": HIT_ID, "kind": "view", "url": "https://www.northwind.example/"} | keys


def body(*hits: Wire, **keys: object) -> bytes:
    return json.dumps({"site": "s1te", "hits": hits} | keys).encode()


def read(*hits: Wire, **keys: object) -> Batch:
    batch = parse(body(*hits, **keys))
    assert isinstance(batch, Batch)
    return batch


def reason_of(data: bytes) -> DropReason:
    dropped = parse(data)
    assert isinstance(dropped, Drop)
    return dropped.reason


def test_a_page_view_is_read_as_it_was_sent() -> None:
    sent = hit(
        kind="engagement",
        url="https://www.northwind.example/pricing?plan=pro",
        title="Pricing",
        referrer="https://search.example/find?q=northwind",
        age=1_500,
        visible=7_000,
        first=3_000,
        last=6_000,
        bursts=2,
        driver=True,
    )
    (seen,) = read(sent, token="t", credential="c").hits
    assert (seen.id, seen.kind, seen.title) == (HIT_ID, Kind.ENGAGEMENT, "Pricing")
    assert seen.referrer == "https://search.example"
    assert (seen.visible_ms, seen.first_gesture_ms, seen.last_gesture_ms) == (7_000, 3_000, 6_000)
    assert (seen.bursts, seen.driver) == (2, True)
    assert seen_at(seen, NOON) == NOON - timedelta(milliseconds=1_500)


def test_keys_of_a_newer_snippet_are_passed_over() -> None:
    assert len(read(hit(scroll=80), version=9).hits) == 1


def test_eight_kilobytes_are_read_and_one_byte_more_is_not() -> None:
    padding = MAX_BODY - len(body(hit(), note=""))
    fits = body(hit(), note="x" * padding)
    assert len(fits) == MAX_BODY
    assert isinstance(parse(fits), Batch)
    assert reason_of(fits + b" ") is DropReason.TOO_LARGE


def test_ten_thousand_keys_are_too_large() -> None:
    assert (
        reason_of(json.dumps({str(number): 0 for number in range(10_000)}).encode()) is DropReason.TOO_LARGE
    )


def test_twenty_hits_are_read_and_one_more_is_not() -> None:
    short: Wire = {"id": HIT_ID, "kind": "view", "url": "https://a.example/"}
    assert len(read(*[short] * MAX_HITS).hits) == MAX_HITS
    assert reason_of(body(*[short] * (MAX_HITS + 1))) is DropReason.TOO_MANY_HITS


def test_a_tab_that_stayed_open_for_months_is_heard_and_counts_as_much_as_is_kept() -> None:
    months = 100 * 24 * 3600 * 1000
    batch = parse(body(hit(kind="leave", visible=months, first=3_000, last=months)))
    assert isinstance(batch, Batch)
    (seen,) = batch.hits
    kept = (seen.visible_ms, seen.first_gesture_ms, seen.last_gesture_ms)
    assert kept == (MAX_EVIDENCE_MS, 3_000, MAX_EVIDENCE_MS)
    assert max(kept) < 2**31


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe{}",
        b"\x00" * 100,
        b"[" * 8_000,
        b'{"hits":' * 900 + b"1" + b"}" * 900,
        body(hit()) + b"x",
        body(hit(kind="click")),
        body(hit(id="short")),
        body(hit(id="x" * 33)),
        body(hit(id=HIT_ID + "\n")),
        body(hit(id="../../etc/passwd!")),
        body(hit(url=7)),
        body(hit(url=None)),
        body(hit(title=["x"])),
        body(hit(visible="7")),
        body(hit(visible=-1)),
        body(hit(visible=1.5)),
        body(hit(visible=True)),
        body(hit(age=10**12)),
        body(hit(bursts=10**400)),
        body(hit(first=float("nan"))),
        body(hit(first=float("inf"))),
        body(hit(driver=1)),
        body(hit(), site=7),
        body(hit(), site="s" * 33),
        body(hit(), site="a\x00b"),
        body(hit(), token="t" * 601),
        body(hit(), revoke="yes"),
        json.dumps({"site": "s1te", "hits": {}}).encode(),
        json.dumps({"site": "s1te", "hits": [[]]}).encode(),
    ],
)
def test_what_is_no_batch_is_unreadable(data: bytes) -> None:
    assert reason_of(data) is DropReason.UNREADABLE


@pytest.mark.parametrize("key", ["title", "url", "referrer", "id", "kind"])
@pytest.mark.parametrize("half", ["\\ud83d", "\\udd14", "\\ud83dx", "\\udd14\\ud83d"])
def test_half_a_character_never_gets_into_a_row(key: str, half: str) -> None:
    """A title that was cut in the middle of an emoji, say."""
    read_or_dropped = parse(body(hit(**{key: "https://a.example/HALF"})).replace(b"HALF", half.encode()))
    if isinstance(read_or_dropped, Batch):
        seen = read_or_dropped.hits[0]
        assert (seen.url + seen.title + seen.referrer).encode("utf-8")


def test_an_empty_batch_says_nothing_unless_it_revokes() -> None:
    assert reason_of(body(token=TOKEN)) is DropReason.UNREADABLE
    assert read(revoke=True).revoke


@pytest.mark.parametrize(
    "url",
    [
        "",
        "northwind.example",
        "/pricing",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://northwind.example/",
        "https://",
        "https:///pricing",
        "https://[::1/",
        "https://northwind.example:99999/",
        "https://northwind.example:port/",
        "https://northwind.example/\u202egnp.exe",
        "https://northwind.example/\n",
        "https://northwind.example/\x00",
    ],
)
def test_an_address_that_is_no_web_page_drops_the_batch(url: str) -> None:
    assert reason_of(body(hit(url=url))) is DropReason.BAD_URL


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("  Pricing \n | Northwind\t", "Pricing | Northwind"),
        ("a\x00b\x1b[31mc", "a b [31mc"),
        ("safe\u202egnp.exe", "safe gnp.exe"),
        ("\u2066x\u2069\u200f", "x"),
        ("e\u0301t\u00e9", "\u00e9t\u00e9"),
        ("x" * 999, "x" * MAX_TITLE),
    ],
)
def test_s9_titles_are_one_line_of_visible_text(title: str, shown: str) -> None:
    assert clean(title, MAX_TITLE) == shown


@pytest.mark.parametrize(
    "referrer", ["javascript:alert(1)", "x", "https://", "https://\u202ex/", "https://[/"]
)
def test_a_referrer_that_is_none_is_left_out(referrer: str) -> None:
    (seen,) = read(hit(referrer=referrer)).hits
    assert seen.referrer == ""


def test_a_referrer_tells_no_name_or_password() -> None:
    (seen,) = read(hit(referrer="https://sam:secret@mail.example/inbox/42")).hits
    assert seen.referrer == "https://mail.example"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
HIT_KEYS = ("id", "kind", "url", "title", "referrer", "age", "visible", "first", "last", "bursts", "driver")


@given(st.binary(max_size=300))
def test_any_bytes_give_a_batch_or_a_drop(data: bytes) -> None:
    assert isinstance(parse(data), (Batch, Drop))


@given(
    st.dictionaries(st.sampled_from(HIT_KEYS), json_values), st.dictionaries(st.text(max_size=9), json_values)
)
def test_any_json_gives_a_batch_or_a_drop(hit_keys: Wire, keys: Wire) -> None:
    assert isinstance(
        parse(json.dumps({"site": "s1te", "hits": [hit() | hit_keys]} | keys).encode()), (Batch, Drop)
    )


@given(st.text(max_size=400))
def test_any_title_becomes_one_short_line(title: str) -> None:
    shown = clean(title, MAX_TITLE)
    assert len(shown) <= MAX_TITLE
    assert shown == " ".join(shown.split())
    assert not any(character < " " for character in shown)
