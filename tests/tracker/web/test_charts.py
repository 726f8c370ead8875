"""Charts: round scales, nothing of foreign text that could run, no style of their own."""

from __future__ import annotations

import re
from xml.dom.minidom import parseString

from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.test_payloads import PAYLOADS
from tracker.web.charts import Bar, Step, bars, ceiling, steps


@given(st.integers(0, 10**9))
def test_a_scale_ends_at_an_even_round_number_above_all(highest: int) -> None:
    top = ceiling(highest)
    assert top >= max(highest, 2)
    assert top % 2 == 0
    assert top <= max(highest * 3, 2)


def test_a_bar_says_what_it_is() -> None:
    drawn = bars("Alerts a week", [Bar("2 Mar", 8, 5, "Week of 2 March: 8 alerts, 5 called"), Bar("9", 0)])
    picture = parseString(drawn).documentElement  # noqa: S318  (our own drawing)
    assert picture is not None
    assert picture.getAttribute("aria-label") == "Alerts a week"
    assert [one.firstChild.data for one in picture.getElementsByTagName("title")] == [  # type: ignore[union-attr]
        "Week of 2 March: 8 alerts, 5 called",
        "9: 0",
    ]
    heights = [float(one.getAttribute("height")) for one in picture.getElementsByTagName("rect")]
    assert heights[0] > heights[1] > 0
    assert heights[2:] == [0, 0]


def test_no_bars_are_a_picture_too() -> None:
    assert "<svg" in bars("Nothing", [])


def test_s7_no_name_becomes_markup() -> None:
    for payload in PAYLOADS:
        drawn = bars(payload, [Bar(payload, 1, 1, payload)])
        assert "<script" not in drawn.casefold()
        assert "style=" not in drawn


def test_steps_of_a_funnel_are_as_long_as_what_is_left_and_never_vanish() -> None:
    drawn = steps("<Far>", [Step("All", 100_000, "100,000"), Step("Won", 1, "1"), Step("None", 0, "0")])
    assert 'aria-label="&lt;Far&gt;"' in drawn
    assert re.findall(r'class="bar" x="0" y="\d+" width="([\d.]+)"', drawn) == ["360.0", "2.0", "0.0"]
    assert "style=" not in drawn
