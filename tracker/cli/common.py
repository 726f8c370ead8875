"""What every command shares: it opens the installation, and its errors are one plain sentence."""

from __future__ import annotations

import functools
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from tracker.db import UnsafeDatabaseError, refuse_unsafe
from tracker.errors import PlainError
from tracker.hash_key import require_same_key
from tracker.installation import Installation, open_installation
from tracker.schema import SchemaError, migrate, require_current
from tracker.settings import SettingsError, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

PORTION = 2_000
"""People in one transaction: a tenth of a second, then visits get their turn."""


@contextmanager
def said_plainly() -> Iterator[None]:
    """Say in a sentence what keeps an installation from being opened or used.

    Raises:
        click.ClickException: its settings, its tables or its database are not as they must be; or somebody
            stored the same at the same moment.

    """
    try:
        yield
    except (SettingsError, UnsafeDatabaseError, SchemaError) as error:
        raise click.ClickException(str(error)) from error
    except OperationalError as error:
        msg = f"The database does not answer: {_said(error)}. Run `ringback check`"
        raise click.ClickException(msg) from error
    except IntegrityError as error:
        msg = f"Something else stored the same at the same moment ({_said(error)}): try again"
        raise click.ClickException(msg) from error
    except DatabaseError as error:
        said = _said(error)
        msg = f"The database cannot be used: {said}. Run `ringback check`, or put your backup of it back"
        raise click.ClickException(msg) from error


def _said(error: DatabaseError) -> str:
    """Give the first line of what the database says; PostgreSQL adds details and whole statements."""
    return str(error.orig).strip().partition("\n")[0]


def with_installation(command: Callable[Concatenate[Installation, P], R]) -> Callable[P, R]:
    """Give `command` the opened installation as its first argument.

    A SQLite file is migrated on the way; another database must be up to date.
    """

    @functools.wraps(command)
    def opened(*args: P.args, **kwargs: P.kwargs) -> R:
        with said_plainly():
            installation = open_installation(load_settings())
            refuse_unsafe(installation.database)
            if installation.database.is_sqlite:
                migrate(installation.database)
            else:
                require_current(installation.database)
            require_same_key(installation.database, installation.signer, datetime.now(UTC))
        try:
            with said_plainly():
                return command(installation, *args, **kwargs)
        except PlainError as error:
            raise click.ClickException(str(error)) from error
        finally:
            installation.database.dispose()

    return opened


def portions(everybody: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a long list into what one transaction takes."""
    for start in range(0, len(everybody), PORTION):
        yield everybody[start : start + PORTION]
