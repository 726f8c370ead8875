"""Refresh the table of Chrome's builds from lists of published versions: `make chrome-builds`.

    python -m bench.chrome_builds < LISTS

Reads any text, takes every full version (`142.0.7444.61`) in it, keeps of each major the highest build, and
writes `tracker/ingest/chrome_table.py`. What the table knows already is never lowered, so that lists which
begin later than it does are enough.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.ingest import chrome_table

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_MAJOR = 10
_VERSION = re.compile(r"(?<![\d.])(\d{2,3})\.0\.(\d{3,5})\.\d{1,4}(?!\d)")
_HEAD = '''"""The highest build of every Chrome major: facts, written by `make chrome-builds`.

Source: the versions that Chromium published, as listed by the npm package `electron-to-chromium` and by the
releases of `chromedriver-binary` on PyPI; for majors before 70 that neither lists, the release branches of
Chromium's own version history. The last major here is still being built.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LAST_BUILDS: Mapping[int, int] = MappingProxyType(
    {
'''


def highest_builds(text: str, known: Mapping[int, int]) -> dict[int, int]:
    """Give each major's highest build, of those known and those that the text lists.

    A version whose build is not above its predecessors' is none of Chrome's (lists name other products
    too) and is left out.
    """
    highest = dict(known)
    for major, build in sorted((int(major), int(build)) for major, build in _VERSION.findall(text)):
        before = max((highest[lower] for lower in highest if lower < major), default=0)
        if major >= FIRST_MAJOR and build > before:
            highest[major] = max(highest.get(major, 0), build)
    return dict(sorted(highest.items()))


def table(highest: Mapping[int, int]) -> str:
    """Write the module."""
    rows = "".join(f"        {major}: {build},\n" for major, build in highest.items())
    return f"{_HEAD}{rows}    }}\n)\n"


if __name__ == "__main__":
    Path(chrome_table.__file__).write_text(
        table(highest_builds(sys.stdin.read(), chrome_table.LAST_BUILDS)), encoding="utf-8"
    )
