"""Browsers to which nothing is attached: without a window, and in one with xdotool at mouse and keyboard."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bench.signal.rig.chromium import needed, undriven, usual_agent
from bench.signal.rig.display import SIZE, display, hand

if TYPE_CHECKING:
    from collections.abc import Callable

LOADED_S = 3.0
"""After which the window shows the page."""
LEFT = (6, 500)
"""On the page where nothing is to be pressed."""
DOWN, WHEEL_DOWN, PRESS = "Down", 5, 1


def headless(link: str, stay_s: float) -> None:
    """Open the link and stay, with the user agent of a browser that has a window."""
    with undriven(link, "--headless=new", f"--user-agent={usual_agent()}"):
        time.sleep(LOADED_S + stay_s)


def moved(link: str, stay_s: float) -> None:
    """Move the pointer and turn the wheel, as the hardware would."""
    _in_window(link, stay_s, _move)


def pressed(link: str, stay_s: float) -> None:
    """Press a mouse button, as the hardware would."""
    _in_window(link, stay_s, lambda screen, _: hand(screen, "mousemove", *LEFT, "click", PRESS))


def keyed(link: str, stay_s: float) -> None:
    """Press a key, as the hardware would."""

    def key(screen: str, turn: int) -> None:
        if turn == 0:
            windows = hand(screen, "search", "--onlyvisible", "--class", "chromium").split()
            hand(screen, "windowfocus", windows[-1])
        hand(screen, "key", DOWN)

    _in_window(link, stay_s, key)


def _move(screen: str, turn: int) -> None:
    width, height = SIZE
    hand(screen, "mousemove", width // 2 + 20 * (turn % 7), height // 2 + 15 * (turn % 5))
    hand(screen, "click", WHEEL_DOWN)


def _in_window(link: str, stay_s: float, act: Callable[[str, int], object]) -> None:
    needed("xdotool", "xdotool")
    width, height = SIZE
    place = (f"--window-size={width},{height}", "--window-position=0,0")
    with display() as screen, undriven(link, *place, display=screen):
        time.sleep(LOADED_S)
        for turn in range(int(stay_s)):
            act(screen, turn)
            # Two seconds of quiet now and then: moving comes in bursts.
            time.sleep(2.5 if turn % 3 == 0 else 1)
