"""P5, S5: what is kept of a page's address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.ingest.test_hit import TOKEN, body, hit
from tracker.ingest.hit import MAX_TITLE, MAX_URL, Batch, clean, parse, stored_url


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        ("https://northwind.example", "https://northwind.example/"),
        ("HTTPS://Northwind.Example/Pricing", "https://northwind.example/Pricing"),
        ("https://sam:secret@northwind.example/a", "https://northwind.example/a"),
        ("http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a"),
        ("https://[2001:db8::1]:8443/a", "https://[2001:db8::1]:8443/a"),
        ("https://northwind.example/a?q=dana&plan=pro&email=dana@x", "https://northwind.example/a?plan=pro"),
        ("https://northwind.example/a?plan=a&plan=b", "https://northwind.example/a?plan=a&plan=b"),
        ("https://northwind.example/a#pricing", "https://northwind.example/a"),
        ("https://northwind.example/#/plans?q=dana", "https://northwind.example/#/plans"),
        ("https://northwind.example/#!plans", "https://northwind.example/#!plans"),
        ("https://northwind.example/a%00b", "https://northwind.example/a%00b"),
    ],
)
def test_p5_of_an_address_origin_path_and_allowed_names_are_kept(url: str, stored: str) -> None:
    assert stored_url(url, frozenset({"plan"})) == stored
    assert isinstance(parse(body(hit(url=url))), Batch)


@pytest.mark.parametrize(
    "place",
    [
        "?rb={}",
        "#rb={}~spring-26",
        "?plan={}",
        "?plan=x{}",
        "#/plans?rb={}",
        "#/plans&rb={}",
        "#!rb={}",
        "/rb={}",
        "/pricing%23rb={}~spring-26",
        "/{}",
        "?plan=rb%3D{}",
    ],
)
def test_s5_the_token_is_stored_from_nowhere_in_an_address(place: str) -> None:
    for token in (TOKEN, TOKEN.replace(".", "%2E"), TOKEN.replace(".", "%252e")):
        stored = stored_url("https://northwind.example/a" + place.format(token), frozenset({"plan"}))
        signature = TOKEN.rpartition(".")[2]
        assert signature not in stored
        assert "k3Yk3Yk3Yk3Y" not in stored


def test_s5_the_token_is_stored_from_no_title() -> None:
    assert clean(f"www.northwind.example/#rb={TOKEN}", MAX_TITLE) == "www.northwind.example/#rb=-"


def test_a_long_address_is_cut() -> None:
    assert len(stored_url("https://northwind.example/" + "a" * 4_000, frozenset())) == MAX_URL


@given(st.text(max_size=200))
def test_whatever_address_is_read_can_be_stored(tail: str) -> None:
    batch = parse(body(hit(url=f"https://northwind.example{tail}")))
    if isinstance(batch, Batch):
        stored = stored_url(batch.hits[0].url, frozenset({"plan"}))
        assert stored.startswith("https://")
        assert "\x00" not in stored
        assert stored_url(stored, frozenset({"plan"})) == stored
