"""The whole fault table with real processes: what is lost, what doubles, and how long it takes to recover.

    python -m bench.faults [--short | --full] [--only WORD] [--seed NUMBER]

Prints one row a fault as its story ends, and one JSON line at the end. Ends with 1 when a bar is missed.
What could not be run is named, and is no pass.
"""

from __future__ import annotations

import json
import logging
import secrets
import signal
import time

import click

from bench.faults.house import House, house
from bench.faults.lengths import DEFAULT, FULL, SHORT
from bench.faults.table import FAULTS, Fault
from bench.faults.verdict import Outcome, Row, as_json, in_words, so

FEWEST_SEEDS = 1_000_000


@click.command()
@click.option("--short", "length", flag_value="short", help="The shortest form, for CI.")
@click.option("--full", "length", flag_value="full", help="Every wait in its full length.")
@click.option("--only", multiple=True, metavar="WORD", help="Only faults with this in their name.")
@click.option("--seed", type=int, help="Of an earlier run, to play the same chances.")
def main(length: str | None, only: tuple[str, ...], seed: int | None) -> None:
    """Try every fault of the table, one after the other."""
    lengths = {"short": SHORT, "full": FULL}.get(length or "", DEFAULT)
    seed = secrets.randbelow(FEWEST_SEEDS) if seed is None else seed
    # The mail server's library says in its log what is meant so here.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    # Ended by a supervisor or a closed terminal, it still ends what it started.
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)
    named = [
        each for each in FAULTS if not only or any(word.casefold() in each.name.casefold() for word in only)
    ]
    chosen = [each for each in named if only or length != "short" or each.in_short]
    click.echo(f"{lengths.name} lengths, {len(chosen)} faults, --seed {seed}", err=True)
    left_out = [each.name for each in named if each not in chosen]
    if left_out:
        click.echo(f"Left out in the short form: {'; '.join(left_out)}.", err=True)
    rows = []
    with house(lengths, seed) as here:
        for fault in chosen:
            rows.append(_tell(fault, here))
            click.echo(in_words(rows[-1]), err=True)
    result = {"lengths": lengths.name, "seed": seed, **as_json(rows), "left_out": left_out}
    click.echo(json.dumps(result, ensure_ascii=False))
    raise SystemExit(1 if result["failed"] else 0)


def _tell(fault: Fault, here: House) -> Row:
    began = time.monotonic()
    try:
        outcome = fault.story(here)
    except Exception as error:  # noqa: BLE001  (one story that breaks off must not take the others along)
        words = f"broke off: {type(error).__name__}: {error}"
        outcome = Outcome(checks=(so("told to its end", true=False),), note=words)
    return Row(fault.name, outcome, time.monotonic() - began)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
