"""What a page view has shown. PURE. It only grows: a hit may come twice, late, or before the one it follows.

A browser counts from the moment it opened the page. Somebody who leaves a page open and uses it again
after their visit has ended makes a new visit, and in it a page view of its own: the next *part* of the
same page. Its evidence counts from where the part before had come to, which it keeps as its base; of the
time that the page then stood there unused, hardly any counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tracker.ingest.hit import Hit

NO_GESTURE = -1
SILENCE_COUNTED = timedelta(seconds=15)
"""Visible time that counts as read before a stay's first sign, at most. The snippet tells of any movement
within this time (`ENGAGEMENT_PAUSE` in `snippet/src/ringback.js`): nobody was there for longer without one.
"""


@dataclass(slots=True)
class Page:
    """A page view while hits are merged into it; its fields are the row's (`tracker.models.PageView`)."""

    id: int | None
    """None: not written yet."""
    hit_id: str
    part: int
    at: datetime
    url: str
    title: str
    referrer: str
    topic: str
    landed: bool = False
    base_visible_ms: int = 0
    base_gesture_ms: int | None = None
    base_bursts: int = 0
    visible_ms: int = 0
    first_gesture_ms: int | None = None
    last_gesture_ms: int | None = None
    bursts: int = 0
    driver: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a page had come, as its browser counts; milliseconds."""

    visible_ms: int = 0
    gesture_ms: int = NO_GESTURE
    """The latest; `NO_GESTURE` before the first."""
    bursts: int = 0
    driver: bool = False


def reached(parts: Iterable[Page]) -> Reached:
    """Tell how far a page had come with these parts of it."""
    far = Reached()
    for part in parts:
        far = Reached(
            max(far.visible_ms, part.base_visible_ms + part.visible_ms),
            max(far.gesture_ms, *_known(part.base_gesture_ms, part.last_gesture_ms)),
            max(far.bursts, part.base_bursts + part.bursts),
            far.driver or part.driver,
        )
    return far


def used_since(hit: Hit, before: Reached) -> bool:
    """Whether a hit tells that something was done at the page since; merely standing in view is nothing."""
    return (
        max(_known(hit.last_gesture_ms)) > before.gesture_ms
        or hit.bursts > before.bursts
        or hit.driver > before.driver
    )


def set_base(part: Page, before: Reached, hit: Hit) -> None:
    """Let a new part count from where the parts before it had come to, or from shortly before the hit."""
    part.base_visible_ms = _begin(before, hit)
    part.base_gesture_ms = None if before.gesture_ms == NO_GESTURE else before.gesture_ms
    part.base_bursts = before.bursts


def begin_earlier(part: Page, before: Reached, hit: Hit) -> None:
    """Let a part count from an earlier sign of use than the one that came first."""
    sooner = max(part.base_visible_ms - _begin(before, hit), 0)
    part.base_visible_ms -= sooner
    part.visible_ms += sooner


def grow(part: Page, hit: Hit) -> None:
    """Merge a hit's evidence into its page view."""
    part.visible_ms = max(part.visible_ms, hit.visible_ms - part.base_visible_ms)
    part.bursts = max(part.bursts, hit.bursts - part.base_bursts)
    part.driver = part.driver or hit.driver
    first, last = hit.first_gesture_ms, hit.last_gesture_ms
    if part.base_gesture_ms is not None:
        # The browser's first gesture was an earlier part's; of this one's gestures the latest is known.
        first = last = last if last is not None and last > part.base_gesture_ms else None
    firsts = [ms for ms in (part.first_gesture_ms, first) if ms is not None]
    lasts = [ms for ms in (part.last_gesture_ms, last) if ms is not None]
    part.first_gesture_ms = min(firsts, default=None)
    part.last_gesture_ms = max(lasts, default=None)


def rebase(part: Page, before: Reached, used_for: timedelta) -> bool:
    """Give back what late news shows to have been an earlier part's; tells whether anything changed.

    A part that was taken for the page's first counted all its time: when its own signs began is not
    known, only that they are within `used_for`, the time from its beginning to its visit's last sign.
    """
    base = max(before.visible_ms, part.base_visible_ms)
    if not part.base_visible_ms:
        base = max(base, part.visible_ms - _milliseconds(used_for + SILENCE_COUNTED))
    visible_ms = min(base - part.base_visible_ms, part.visible_ms)
    bursts = min(max(before.bursts - part.base_bursts, 0), part.bursts)
    gesture = before.gesture_ms > max(_known(part.base_gesture_ms))
    part.base_visible_ms += visible_ms
    part.visible_ms -= visible_ms
    part.base_bursts += bursts
    part.bursts -= bursts
    if gesture:
        part.base_gesture_ms = before.gesture_ms
        mine = part.last_gesture_ms is not None and part.last_gesture_ms > before.gesture_ms
        part.first_gesture_ms = part.last_gesture_ms = part.last_gesture_ms if mine else None
    return bool(visible_ms or bursts or gesture)


def _begin(before: Reached, hit: Hit) -> int:
    return max(before.visible_ms, hit.visible_ms - _milliseconds(SILENCE_COUNTED))


def _milliseconds(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)


def _known(*gestures: int | None) -> list[int]:
    return [NO_GESTURE if ms is None else ms for ms in gestures]
