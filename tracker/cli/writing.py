"""Files that commands write: whole or not at all, on standard output or into a device as well."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


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
        # Lists of people, and of texts that make a browser theirs, are for their owner's eyes.
        with open(partial, "w", encoding="utf-8", newline="", opener=_for_owner) as file:
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
