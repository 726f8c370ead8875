"""What Ringback does, measured: `make bench`, `make bench FULL=1`, `make bench FAST=1`.

    python -m bench.load [--fast | --full] [--only PART] [--generator wrk|own] [--write-docs]

Starts everything itself. The last line is one JSON object. Ends with 1 when a bar is missed or a figure did
not come. The fast form asserts that nothing was lost and every figure came, and nothing about speed.
"""

from __future__ import annotations

import json
import signal
import sys
import time
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING

import click
from rich.console import Console

import wsgi
from bench.load import gesture, history, imports, known, steady, strangers
from bench.load.generator import OWN, WRK, chosen
from bench.load.lines import misses
from bench.load.place import ground
from bench.load.plan import FAST, FULL, USUAL
from bench.load.run import Kit
from bench.signal.table import in_document, in_terminal, put_into
from bench.signal.verdict import as_json
from tracker.errors import PlainError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bench.load.plan import Plan
    from bench.signal.verdict import Line

DOCUMENT = Path("docs/scaling.md")
TITLE = "What Ringback does, measured"
WIDTH = 150
"""Of the table where there is no terminal."""
PARTS: Mapping[str, Callable[[Kit], list[Line]]] = MappingProxyType(
    {
        "known": known.measure,
        "strangers": strangers.measure,
        "gesture": gesture.measure,
        "history": history.measure,
        "import": imports.measure,
        "steady": steady.measure,
    }
)
FORMS = {plan.name: plan for plan in (FAST, USUAL, FULL)}
COMMANDS = {FAST.name: "make bench FAST=1", USUAL.name: "make bench", FULL.name: "make bench FULL=1"}


@click.command()
@click.option("--fast", "form", flag_value=FAST.name, help="Under a minute; asserts nothing about speed.")
@click.option("--full", "form", flag_value=FULL.name, help="All of it, however long it takes.")
@click.option("--only", type=click.Choice(list(PARTS)), multiple=True, help="Run these parts.")
@click.option("--generator", type=click.Choice(["auto", WRK, OWN]), default="auto", show_default=True)
@click.option("--write-docs", is_flag=True, help=f"Put the figures into {DOCUMENT}.")
def main(form: str | None, only: tuple[str, ...], generator: str, *, write_docs: bool) -> None:
    """Measure what Ringback does."""
    plan = FORMS[form or USUAL.name]
    if write_docs and (only or plan is FAST):
        msg = "Only a whole run is written down: leave out --only and --fast."
        raise click.UsageError(msg)
    # Where PostgreSQL keeps its socket matters to nobody.
    warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")
    # What was started is ended in good order, too, when somebody ends the bench.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs inherit deafness
    began = time.monotonic()
    try:
        used = chosen(generator)
        lines = _measure(plan, only, used)
    except PlainError as error:
        raise click.ClickException(str(error)) from error
    console = Console(stderr=True, width=None if Console(stderr=True).is_terminal else WIDTH)
    console.print(in_terminal(lines, TITLE))
    if write_docs:
        figures = in_document(lines, wsgi.utc_now(), f"{COMMANDS[plan.name]}` with load by `{used}")
        DOCUMENT.write_text(put_into(DOCUMENT.read_text(encoding="utf-8"), figures), encoding="utf-8")
        _say(f"{DOCUMENT} has them.")
    for miss in misses(lines):
        _say(miss)
    told = {"form": plan.name, "generator": used, "seconds": round(time.monotonic() - began)}
    result = told | as_json(lines)
    click.echo(json.dumps(result, ensure_ascii=False))
    raise SystemExit(0 if result["all_met"] else 1)


def _measure(plan: Plan, only: tuple[str, ...], generator: str) -> list[Line]:
    with TemporaryDirectory(prefix="ringback-bench-") as name, ground(Path(name)) as shared:
        kit = Kit(plan, shared, generator, _say)
        _say(f"{plan.name} form, load by {generator}")
        return [line for part, measure in PARTS.items() if not only or part in only for line in measure(kit)]


def _say(text: str) -> None:
    click.echo(text, err=True)


if __name__ == "__main__":
    main()
