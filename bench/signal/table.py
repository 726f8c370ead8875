"""The result as people read it: a table in the terminal, and the same one in `docs/signal.md`."""

from __future__ import annotations

import os
import platform
import re
from typing import TYPE_CHECKING

from rich.table import Table

from bench.signal.verdict import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bench.signal.verdict import Line

COLOURS = {
    Standing.MET: "green",
    Standing.MISSED: "bold red",
    Standing.NOT_RUN: "yellow",
    Standing.TOLD: "dim",
}
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
"""Between these two lines of the document stands what was measured last."""
GIBIBYTE = 1 << 30


def in_terminal(lines: Sequence[Line], title: str = "Is every alert a person worth calling?") -> Table:
    """Lay it out for a terminal."""
    table = Table(title=title, title_justify="left")
    for heading in ("part", "what", "bar", "figure", "", "of"):
        table.add_column(heading, overflow="fold")
    for line in lines:
        colour = COLOURS[line.standing]
        table.add_row(
            line.part,
            line.name,
            str(line.bar or ""),
            line.figure,
            f"[{colour}]{line.standing}[/]",
            line.note,
        )
    return table


def in_document(lines: Sequence[Line], now: datetime, command: str) -> str:
    """Write it as Markdown, with what it was measured by."""
    said = f"Measured on {now:%d %B %Y} by `{command}`, on {machine()}."
    cells = [
        (line.part, line.name, str(line.bar or ""), f"**{line.figure}**", line.standing, line.note)
        for line in lines
    ]
    rows = [f"| {' | '.join(row)} |" for row in cells]
    head = ["| part | what | bar | figure | | of |", "|---|---|---|---|---|---|"]
    return "\n".join((said, "", *head, *rows))


def put_into(text: str, figures: str) -> str:
    """Put the figures between the document's two marks.

    Raises:
        ValueError: the marks are not there.

    """
    whole = f"{BEGIN}\n{figures}\n{END}"
    found, count = re.subn(f"{BEGIN}.*{END}", lambda _: whole, text, count=1, flags=re.DOTALL)
    if not count:
        msg = f"There is no place for the figures: write {BEGIN} and {END} where they belong."
        raise ValueError(msg)
    return found


def machine() -> str:
    """Say in general terms what this was measured on."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    cores = os.cpu_count() or 1
    return (
        f"{platform.system()} with {cores} core{'s' if cores > 1 else ''} and"
        f" {round(pages / GIBIBYTE)} GB of memory, Python {platform.python_version()}"
    )
