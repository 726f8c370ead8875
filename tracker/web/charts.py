"""Small charts as inline SVG: bars by week, and steps of a funnel; a table beside them says the same.

Colours and type come from the page's style sheet; nothing in here is a style of its own, as the page's
policy wants it. A chart is a picture: whoever cannot see it reads the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 640, 168
"""Of the drawing, in its own units; it grows and shrinks with the page."""
LEFT, BELOW, ABOVE = 36, 22, 10
"""Room for the figures at the left, the weeks below, and half a line above."""
GAP = 0.3
"""Part of a bar's room that stays empty."""
LABELS = 8
"""Names below the bars, at most."""
STEPS = (2, 3, 4, 6, 8)
"""Of ten; the half of a scale is written, too, so odd ones are left out where they stay odd."""

STEP_WIDTH, STEP_ROOM, STEP_BAR = 360, 48, 16
"""Of the steps of a funnel: as wide as a telephone, so that their words stay legible there."""
THINNEST = 2.0
"""Of a step that somebody reached."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a funnel: how many got so far, and the figure as it is written."""

    name: str
    value: int
    written: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One place of a chart: the whole, and the part of it that stands out."""

    name: str
    whole: int
    part: int = 0
    hint: str = ""
    """What it says when one points at it."""


def bars(title: str, those: Sequence[Bar]) -> Markup:
    """Draw bars, the part in front of the whole."""
    top = ceiling(max((bar.whole for bar in those), default=0))
    room = (WIDTH - LEFT) / max(len(those), 1)
    every = -(-len(those) // LABELS) or 1
    drawn = [_line(value, top) for value in sorted({0, top // 2, top})]
    for place, bar in enumerate(those):
        x, width = LEFT + room * (place + GAP / 2), room * (1 - GAP)
        drawn += [
            Markup("<g><title>{}</title>").format(bar.hint or f"{bar.name}: {bar.whole}"),
            _rect("pale", x, width, bar.whole, top),
            _rect("bar", x, width, bar.part, top),
            Markup("</g>"),
        ]
        if (len(those) - 1 - place) % every == 0:
            drawn.append(_text(x + width / 2, HEIGHT - 6, "middle", bar.name))
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, title, Markup().join(drawn)
    )


def steps(title: str, those: Sequence[Step]) -> Markup:
    """Draw a funnel: a bar a step beneath its name, as long as what is left of the longest."""
    top = max((step.value for step in those), default=0)
    drawn = []
    for place, step in enumerate(those):
        y = place * STEP_ROOM
        length = max(STEP_WIDTH * step.value / top, THINNEST) if step.value else 0
        drawn += [
            _text(0, y + 16, "start", step.name),
            _text(STEP_WIDTH, y + 16, "end", step.written),
            Markup('<rect class="rest" x="0" y="{}" width="{}" height="{}" rx="2"/>').format(
                y + 24, STEP_WIDTH, STEP_BAR
            ),
            Markup('<rect class="bar" x="0" y="{}" width="{:.1f}" height="{}" rx="2"/>').format(
                y + 24, length, STEP_BAR
            ),
        ]
    height = STEP_ROOM * len(those)
    return Markup('<svg class="chart steps" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        STEP_WIDTH, height, title, Markup().join(drawn)
    )


def ceiling(highest: int) -> int:
    """Give the round number at which the scale ends: even, so that its half is whole, too."""
    power = 1
    while True:
        for step in STEPS:
            if step * power >= highest and step * power % 2 == 0:
                return step * power
        power *= 10


def _height(value: int, top: int) -> float:
    return (HEIGHT - BELOW - ABOVE) * value / top


def _rect(name: str, x: float, width: float, value: int, top: int) -> Markup:
    height = _height(value, top)
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
        name, x, HEIGHT - BELOW - height, width, height
    )


def _line(value: int, top: int) -> Markup:
    y = HEIGHT - BELOW - _height(value, top)
    return Markup('<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(
        LEFT, WIDTH, y, y
    ) + _text(LEFT - 6, y + 4, "end", str(value))


def _text(x: float, y: float, anchor: str, words: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" aria-hidden="true">{}</text>').format(
        x, y, anchor, escape(words)
    )
