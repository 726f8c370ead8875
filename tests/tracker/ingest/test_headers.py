"""What a request's headers say of who sent it: what is no browser, and what is fetched ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.front_door import FrontDoor, open_front
from tests.tracker.ingest.stories import PERSON, add_dana, body, engagement, view
from tracker.ingest.headers import (
    CHROMIUM_SENDS,
    FETCH_HEADERS,
    FIREFOX_SENDS,
    PURPOSE_HEADERS,
    header_signs,
    is_fetched_ahead,
    opens_page,
    says_no,
)
from tracker.ingest.signs import HEADLESS, NO_FETCH_HEADERS
from tracker.models import State, Visit

if TYPE_CHECKING:
    from tracker.db import Database

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{} Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/{}"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS {} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPAD = "Mozilla/5.0 (iPad; CPU OS {} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8{}) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"

SENDS = {
    "Chrome": CHROME.format(f"{CHROMIUM_SENDS}.0.3809.100"),
    "Chrome, reduced": CHROME.format("142.0.0.0"),
    "Edge": f"{CHROME.format('120.0.0.0')} Edg/120.0.2210.91",
    "Opera": f"{CHROME.format('119.0.0.0')} OPR/105.0.0.0",
    "Samsung's browser": ANDROID.format("").replace(
        "Version/4.0", "SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile"
    ),
    "a web view on Android": f"{ANDROID.format('; wv')} Chrome/120.0.6099.144 Mobile Safari/537.36 [FB_IAB]",
    "Firefox": FIREFOX.format(f"{FIREFOX_SENDS}.0"),
    "Firefox on Android": "Mozilla/5.0 (Android 13; Mobile; rv:109.0) Gecko/115.0 Firefox/115.0",
    "Safari on a Mac": f"{MAC} Version/16.4 Safari/605.1.15",
    "Safari on a Mac, mended": f"{MAC} Version/17.4.1 Safari/605.1.15",
    "Safari on an iPhone": f"{IPHONE.format('16_4')} Version/16.4 Mobile/15E148 Safari/604.1",
    "Chrome on an iPhone": f"{IPHONE.format('17_2')} CriOS/120.0.6099.119 Mobile/15E148 Safari/604.1",
    "Firefox on an iPad": f"{IPAD.format('16_4_1')} FxiOS/115.0 Mobile/15E148 Safari/605.1.15",
    "a web view on an iPhone": f"{IPHONE.format('18_1')} Mobile/15E148 Instagram 300.0.0.1",
}
NEED_NOT = {
    "Chrome of old": CHROME.format(f"{CHROMIUM_SENDS - 1}.0.3770.142"),
    "Edge before it was Chromium": f"{CHROME.format('64.0.3282.140')} Edge/18.17763",
    "Firefox of old": FIREFOX.format(f"{FIREFOX_SENDS - 1}.0"),
    "Safari of old": f"{MAC} Version/16.3 Safari/605.1.15",
    "an iPhone of old, with a new Chrome": f"{IPHONE.format('16_3_1')} CriOS/120.0.0.0 Mobile/15E148",
    "a web view on an iPad of old": f"{IPAD.format('15_8')} Mobile/15E148",
    "Chrome on an iPad that asks for desktop pages": f"{MAC} CriOS/120 Version/17.4 Safari/605.1.15",
    "a web view on such an iPad": MAC,
    "a browser beside Safari on a Mac": f"{MAC} Version/17.4 Safari/605.1.15 Ddg/17.4",
    "Pale Moon": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Goanna/20250701 Firefox/128.0 PaleMoon/33.8.1",
    "SeaMonkey": f"{FIREFOX.format('115.0')} SeaMonkey/2.53.20",
    "Safari's engine on Linux": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/17.0 Safari/605.1.15",
    "a program": "curl/8.5.0",
    "nobody": "",
}


@pytest.mark.parametrize("agent", SENDS.values(), ids=SENDS)
def test_a_browser_that_should_name_what_it_asks_for_and_does_not_is_none(agent: str) -> None:
    assert header_signs(agent, {}, https=True) == (NO_FETCH_HEADERS,)
    assert header_signs(agent, {}, https=False) == ()
    assert header_signs(agent, {"Origin": "http://intranet.example"}, https=True) == ()
    for name in FETCH_HEADERS:
        assert header_signs(agent, {name: ""}, https=True) == ()


@pytest.mark.parametrize("agent", NEED_NOT.values(), ids=NEED_NOT)
def test_one_that_need_not_is_forgiven(agent: str) -> None:
    assert header_signs(agent, {}, https=True) == ()


@pytest.mark.parametrize("https", [True, False])
def test_a_browser_without_a_window_says_so(*, https: bool) -> None:
    brands = '"Not:A-Brand";v="8", "Chromium";v="156", "{}";v="156"'
    sent = {"Sec-Fetch-Site": "same-origin", "Sec-CH-UA": brands.format("HeadlessChrome")}
    assert header_signs(PERSON, sent, https=https) == (HEADLESS,)
    assert header_signs(PERSON, sent | {"Sec-CH-UA": brands.format("Google Chrome")}, https=https) == ()


@pytest.mark.parametrize("name", PURPOSE_HEADERS)
@pytest.mark.parametrize(
    "value",
    [
        "prefetch",
        "Prefetch",
        "prefetch;prerender",
        "prefetch; anonymous-client-ip",
        "prerender",
        "preview, x",
    ],
)
def test_what_is_fetched_ahead_is_nobody_yet(name: str, value: str) -> None:
    assert is_fetched_ahead({name: value})


@pytest.mark.parametrize("value", ["", "navigate", "prefetched", "no-prefetch", "x" * 8192])
def test_another_purpose_is_somebody(value: str) -> None:
    assert not is_fetched_ahead(dict.fromkeys(PURPOSE_HEADERS, value))
    assert not is_fetched_ahead({})


def test_only_what_opens_a_page_follows_a_link() -> None:
    assert opens_page({})
    assert opens_page({"Sec-Fetch-Dest": "document"})
    assert not any(opens_page({"Sec-Fetch-Dest": other}) for other in ("empty", "iframe", "image"))


texts = st.text(max_size=60) | st.sampled_from(
    ["", "\0\xff", "Firefox/", "x" * 8192, "Chrome/9" * 1024, *SENDS.values()]
)
names = st.sampled_from([*FETCH_HEADERS, *PURPOSE_HEADERS, "Sec-CH-UA", "Origin", "DNT", "Sec-GPC"])


@given(agent=texts, headers=st.dictionaries(names, texts))
def test_any_text_in_any_header_is_read_without_fail(agent: str, headers: dict[str, str]) -> None:
    signs = header_signs(agent, headers, https=True)
    assert set(signs) <= {NO_FETCH_HEADERS, HEADLESS}
    assert is_fetched_ahead(headers) in (True, False)
    if "1" in (headers.get("Sec-GPC"), headers.get("DNT")):
        assert says_no(headers)
    assert not set(headers) & set(FETCH_HEADERS) or NO_FETCH_HEADERS not in signs


def visits(door: FrontDoor, headers: dict[str, str]) -> Visit:
    """Come by a link, read and tap."""
    dana = add_dana(door.setting)
    page = view()
    door.posts(body(door.setting, page, token=dana.token), headers)
    door.move(seconds=8)
    door.posts(body(door.setting, engagement(page)), headers)
    (visit,) = door.rows(Visit)
    return visit


@pytest.mark.parametrize(
    ("base_url", "headers", "state", "signs"),
    [
        ("https://ring.northwind.example", {}, State.MACHINE, [NO_FETCH_HEADERS]),
        ("https://ring.northwind.example", {"Sec-Fetch-Site": "cross-site"}, State.CONFIRMED, []),
        ("http://ring.northwind.example", {}, State.CONFIRMED, []),
        (
            "http://ring.northwind.example",
            {"Sec-CH-UA": '"HeadlessChrome";v="156"'},
            State.MACHINE,
            [HEADLESS],
        ),
    ],
)
def test_a_visit_is_judged_by_what_its_requests_say(
    database: Database, base_url: str, headers: dict[str, str], state: State, signs: list[str]
) -> None:
    with open_front(database, base_url=base_url) as door:
        visit = visits(door, headers)
        assert (visit.state, visit.signs) == (state, signs)
        assert signs in ([], visit.state_reasons)


@pytest.mark.parametrize("agent", ["", "x" * 8192, "\xff\xfe\x01 \x7f", "Mozilla/5.0 (" * 600])
def test_odd_agents_are_machines_and_no_error(database: Database, agent: str) -> None:
    with open_front(database, base_url="https://ring.northwind.example") as door:
        odd = {"User-Agent": agent, "Sec-CH-UA": "x" * 8192, "Purpose": "\xff" * 8192}
        assert visits(door, odd).state is State.MACHINE


@pytest.mark.parametrize("name", ["Sec-GPC", "DNT"])
@pytest.mark.parametrize(
    ("noes", "others"), [(("1", " 1 ", "1, 1", "1,1,1", "0,1", "1,0"), ("", "0", "0, 0", "11", ",", "null"))]
)
def test_p3_a_no_is_heard_however_often_it_is_said(
    name: str, noes: tuple[str, ...], others: tuple[str, ...]
) -> None:
    assert all(says_no({name: value}) for value in noes)
    assert not any(says_no({name: value}) for value in others)
