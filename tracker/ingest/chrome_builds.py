"""Which Chrome builds there were: PURE.

A build number rises with every day's build of the trunk, and a major begins the day after the one before
it was branched off. So a build at or under the last one of the major before, or above the last one of its
own, was never made: somebody drew it from a hat.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tracker.ingest.chrome_table import LAST_BUILDS

if TYPE_CHECKING:
    from collections.abc import Mapping

REDUCED_MAJOR = 101
"""From here on Chrome itself says `x.0.0.0`, and vendors count patches as they like.

Source: https://www.chromium.org/updates/ua-reduction/
"""
MOST_PATCHES = 1_000
"""No branch before the reduction came to as many; the longest had 534."""

_FIRST = min(LAST_BUILDS)
_NEWEST = max(LAST_BUILDS)
_INTERVALS: Mapping[int, tuple[int, int]] = {
    major: (LAST_BUILDS[before] + 1, LAST_BUILDS[major]) for before, major in pairwise(sorted(LAST_BUILDS))
}


def never_existed(version: tuple[int, int, int, int]) -> bool:
    """Tell a version (major, minor, build, patch) that was never built.

    A build of 0 says nothing: reduced, or an early web view. Nothing is said of majors before the table;
    of majors after it only that their builds come after its own.
    """
    major, minor, build, patch = version
    if build == 0 or major <= _FIRST:
        return False
    if minor or (major < REDUCED_MAJOR and patch >= MOST_PATCHES):
        return True
    if major >= _NEWEST:
        return build <= LAST_BUILDS[_NEWEST - 1]
    lowest, highest = _INTERVALS[major]
    return not lowest <= build <= highest
