"""Evidence of a person: what a hand does counts, what a script does in the same page does not."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.snippet.pages import document, script_tag

if TYPE_CHECKING:
    from tests.snippet.servers import Server, Wire
    from tests.snippet.visitor import Visitor

pytestmark = pytest.mark.browser

TICK_MS = 500
"""How late the snippet may notice."""


@pytest.fixture
def dana(visitor: Visitor) -> Visitor:
    """Known, on the start page, since this moment."""
    visitor.has_been_here()
    visitor.opens("/")
    return visitor


def left(visitor: Visitor, endpoint: Server) -> Wire:
    """Close the page, and give the evidence in full."""
    visitor.opens("/elsewhere")
    visitor.waits_until(lambda: endpoint.hits_of("leave"), "the page before is left")
    hit: Wire = endpoint.hits_of("leave")[-1]
    return hit


def test_a_key_after_a_look_confirms_at_five_seconds(dana: Visitor, endpoint: Server) -> None:
    """Without a further event: a timer tells."""
    dana.reads(2_000)
    dana.presses("Tab")
    dana.reads(2_000)
    assert endpoint.hits_of("engagement") == []
    dana.reads(2_000)
    (confirmed,) = endpoint.hits_of("engagement")
    assert confirmed["first"] == confirmed["last"] == 2_000
    assert 5_000 <= confirmed["visible"] <= 5_000 + TICK_MS
    assert confirmed["id"] == endpoint.hits_of("view")[0]["id"]


def test_a_gesture_at_once_confirms_nothing(dana: Visitor, endpoint: Server) -> None:
    dana.reads(1_000)
    dana.presses("Tab")
    dana.reads(20_000)
    assert endpoint.hits_of("engagement") == []
    hit = left(dana, endpoint)
    assert hit["first"] == hit["last"] == 1_000


def test_a_later_gesture_confirms_after_all(dana: Visitor, endpoint: Server) -> None:
    dana.reads(500)
    dana.presses("Tab")
    dana.reads(9_500)
    dana.presses("Tab")
    dana.reads(1_000)
    (confirmed,) = endpoint.hits_of("engagement")
    assert (confirmed["first"], confirmed["last"]) == (500, 10_000)


def test_two_bursts_of_moving_in_fifteen_seconds_engage(dana: Visitor, endpoint: Server) -> None:
    dana.moves(20)
    dana.moves(40)
    dana.reads(1_000)
    dana.moves(60)  # of the same burst
    dana.reads(3_000)
    dana.page.mouse.wheel(0, 300)
    dana.reads(10_000)
    assert endpoint.hits_of("engagement") == []
    dana.reads(2_000)
    (engaged,) = endpoint.hits_of("engagement")
    assert engaged["bursts"] == 2
    assert 15_000 <= engaged["visible"] <= 15_000 + TICK_MS
    assert "first" not in engaged


def test_one_burst_engages_nobody(dana: Visitor, endpoint: Server) -> None:
    dana.moves(20)
    for position in range(30, 60, 5):
        dana.reads(1_500)
        dana.moves(position)
    dana.reads(20_000)
    assert endpoint.hits_of("engagement") == []
    assert left(dana, endpoint)["bursts"] == 1


def test_moves_of_a_finger_are_moves(dana: Visitor, endpoint: Server) -> None:
    fingers = dana.context.new_cdp_session(dana.page)
    for y in (400, 200):
        fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 50, "y": y}]})
        for step in range(10, 60, 10):
            fingers.send(
                "Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": 50, "y": y - step}]}
            )
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        dana.reads(3_000)
    assert left(dana, endpoint)["bursts"] == 2


def test_after_that_at_most_every_fifteen_seconds_and_only_with_news(dana: Visitor, endpoint: Server) -> None:
    dana.reads(2_000)
    for _ in range(20):
        dana.presses("Tab")
        dana.reads(2_000)
    told = endpoint.hits_of("engagement")
    assert len(told) == 3
    moments = [hit["visible"] for hit in told]
    assert all(later - earlier >= 15_000 for earlier, later in pairwise(moments))
    dana.reads(60_000)
    assert len(endpoint.hits_of("engagement")) <= 4


def test_who_is_confirmed_after_being_engaged_is_told_at_once(dana: Visitor, endpoint: Server) -> None:
    dana.moves(20)
    dana.reads(3_000)
    dana.moves(40)
    dana.reads(13_000)
    assert len(endpoint.hits_of("engagement")) == 1
    dana.presses("Tab")
    dana.reads(1_000)
    assert len(endpoint.hits_of("engagement")) == 2


@pytest.mark.parametrize("gesture", ["click", "tap", "ArrowDown", "Shift"])
def test_a_click_a_tap_and_any_key_are_gestures(dana: Visitor, endpoint: Server, gesture: str) -> None:
    dana.reads(2_000)
    if gesture == "click":
        dana.page.mouse.click(300, 300)
    elif gesture == "tap":
        dana.page.touchscreen.tap(300, 300)
    else:
        dana.presses(gesture)
    dana.reads(4_000)
    assert len(endpoint.hits_of("engagement")) == 1


def test_a_click_is_a_gesture_where_the_page_keeps_the_press_to_itself(
    visitor: Visitor, site: Server, endpoint: Server
) -> None:
    """A pointerdown that is prevented becomes no mousedown; so does many a press by assistive technology."""
    prevent = "<script>addEventListener('pointerdown', (event) => event.preventDefault(), true)</script>"
    site.publish(document(script_tag(endpoint) + prevent), "/")
    visitor.has_been_here()
    visitor.opens("/")
    visitor.reads(2_000)
    visitor.page.mouse.click(300, 300)
    visitor.reads(4_000)
    assert len(endpoint.hits_of("engagement")) == 1


@pytest.mark.parametrize(
    "trick",
    [
        "document.body.click()",
        "document.querySelector('label').click()",
        "document.querySelector('a').dispatchEvent(new MouseEvent('click', {bubbles: true}))",
        "document.body.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}))",
        "document.body.dispatchEvent(new MouseEvent('mousedown', {bubbles: true}))",
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, key: 'a'}))",
        "document.body.dispatchEvent(new TouchEvent('touchend', {bubbles: true}))",
        "document.body.dispatchEvent(new MouseEvent('mousemove', {bubbles: true})); scrollTo(0, 500)",
        "document.body.dispatchEvent(new WheelEvent('wheel', {bubbles: true})); scrollBy(0, 500)",
        "document.querySelector('input').focus()",
    ],
)
def test_what_a_script_does_is_no_evidence(
    visitor: Visitor, site: Server, endpoint: Server, trick: str
) -> None:
    body = (
        "<a id=to-start href='#'>Start</a><label>Yes <input type=checkbox></label><p style='height:5000px'>"
    )
    site.publish(document(script_tag(endpoint), body), "/")
    visitor.has_been_here()
    visitor.opens("/")
    for _ in range(4):
        visitor.reads(5_000)
        visitor.page.evaluate(f"() => {{ {trick} }}")
    visitor.reads()
    assert endpoint.hits_of("engagement") == []
    hit = left(visitor, endpoint)
    assert "first" not in hit
    assert hit["bursts"] == 0


def test_a_machine_that_sleeps_does_not_read(dana: Visitor, endpoint: Server) -> None:
    dana.reads(3_000)
    dana.page.clock.fast_forward("08:00:00")
    dana.reads(3_000)
    assert left(dana, endpoint)["visible"] <= 10_000


@pytest.mark.parametrize("driver", [True, False])
def test_a_driven_browser_says_so(visitor: Visitor, endpoint: Server, *, driver: bool) -> None:
    visitor.has_been_here()
    if not driver:
        visitor.context.add_init_script("Object.defineProperty(navigator, 'webdriver', {get: () => false})")
    visitor.opens("/")
    visitor.reads()
    assert {hit["driver"] for hit in endpoint.hits} == {driver}
