"""Is every alert a person worth calling? The figures, each against its bar.

    python -m bench.signal [--short] [--only data|rig|bursts] [--write-docs]

The last line is one JSON object. Ends with 1 when a bar is missed. What could not be run is named, and is
no pass.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

import wsgi
from bench.signal import bursts, data
from bench.signal.rig import measure as rig
from bench.signal.table import in_document, in_terminal, put_into
from bench.signal.verdict import as_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.signal.verdict import Line

DOCUMENT = Path("docs/signal.md")
WIDTH = 150
"""Of the table where there is no terminal."""


def _parts() -> dict[str, Callable[..., list[Line]]]:
    return {data.PART: data.measure, rig.PART: rig.measure, bursts.PART: bursts.measure}


@click.command()
@click.option("--only", type=click.Choice(["data", "rig", "bursts"]), multiple=True, help="Run these parts.")
@click.option("--short", is_flag=True, help="Fewer rows, bursts and seconds, for CI.")
@click.option("--write-docs", is_flag=True, help=f"Put the figures into {DOCUMENT}.")
def main(only: tuple[str, ...], *, short: bool, write_docs: bool) -> None:
    """Measure how well machines are told from people."""
    if write_docs and (only or short):
        msg = "Only a whole run is written down: leave out --only and --short."
        raise click.UsageError(msg)
    # Where PostgreSQL keeps its socket matters to nobody.
    warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")
    lines: list[Line] = []
    for name, measure in _parts().items():
        if not only or name in only:
            lines += measure(lambda text: click.echo(text, err=True), short=short)
    console = Console(stderr=True, width=None if Console(stderr=True).is_terminal else WIDTH)
    console.print(in_terminal(lines))
    if write_docs:
        figures = in_document(lines, wsgi.utc_now(), "make signal")
        DOCUMENT.write_text(put_into(DOCUMENT.read_text(encoding="utf-8"), figures), encoding="utf-8")
        click.echo(f"{DOCUMENT} has them.", err=True)
    result = as_json(lines)
    click.echo(json.dumps(result, ensure_ascii=False))
    raise SystemExit(1 if result["missed"] else 0)


if __name__ == "__main__":
    main()
