"""Files that commands write: whole or not at all, on standard output or into a device as well."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def written_whole(out: Path) -> Iterator[IO[str]]:
    """Open what to write a CSV into; it takes the place of `out` once all is written.

    `-` is standard output. A device is written to as it is.

    Raises:
        click.ClickException: it cannot be written; an old file is as it was.

    """
    if str(out) == "-":
        yield sys.stdout
        return
    is_device = out.exists() and not out.is_file()
    partial = out if is_device else out.with_name(f"{out.name}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            yield file
        if not is_device:
            partial.replace(out)
    except OSError as error:
        msg = f"Cannot write {out}: {error.strerror}."
        raise click.ClickException(msg) from error
    finally:
        if not is_device:
            with suppress(OSError):
                partial.unlink()
