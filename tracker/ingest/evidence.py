"""What a page view has shown. It only grows: a hit may come twice, late, or before the one it follows.

A browser counts from the moment it opened the page. Somebody who leaves a page open and uses it again
after their visit has ended makes a new visit, and in it a page view of its own: the next *part* of the
same page. Its evidence counts from where the part before had come to, which it keeps as its base.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.ingest.hit import Hit
    from tracker.models import PageView

NO_GESTURE = -1


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a page had come, as its browser counts; milliseconds."""

    visible_ms: int = 0
    gesture_ms: int = NO_GESTURE
    """The latest; `NO_GESTURE` before the first."""
    bursts: int = 0
    driver: bool = False


def reached(parts: Iterable[PageView]) -> Reached:
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


def tells_more(hit: Hit, than: Reached) -> bool:
    """Whether a hit has anything to add to what is known of its page."""
    return (
        hit.visible_ms > than.visible_ms
        or max(_known(hit.last_gesture_ms)) > than.gesture_ms
        or hit.bursts > than.bursts
        or hit.driver > than.driver
    )


def set_base(part: PageView, before: Reached, hit: Hit, longest: timedelta) -> None:
    """Let a new part count from where the parts before it had come to.

    Of the time since then at most `longest` counts: nobody was reading for longer without a sign.
    """
    part.base_visible_ms = max(before.visible_ms, hit.visible_ms - longest // timedelta(milliseconds=1))
    part.base_gesture_ms = None if before.gesture_ms == NO_GESTURE else before.gesture_ms
    part.base_bursts = before.bursts


def grow(part: PageView, hit: Hit) -> None:
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


def rebase(part: PageView, before: Reached) -> bool:
    """Give back what late news shows to have been an earlier part's; tells whether anything changed."""
    visible_ms = min(max(before.visible_ms - part.base_visible_ms, 0), part.visible_ms)
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


def _known(*gestures: int | None) -> list[int]:
    return [NO_GESTURE if ms is None else ms for ms in gestures]
