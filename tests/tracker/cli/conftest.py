"""`ringback …` as a person types it, against a real installation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from alembic import command
from click.testing import CliRunner, Result

from tracker.installation import Installation, open_installation
from tracker.schema import _config
from tracker.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click

    from tracker.db import Database

Ringback = Callable[..., Result]


@pytest.fixture
def installation(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An installation with all tables, that commands find in the environment."""
    monkeypatch.setenv("RINGBACK_DATABASE_URL", database_url)
    monkeypatch.setenv("RINGBACK_KEYS", "Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu")
    monkeypatch.setenv("RINGBACK_BASE_URL", "https://ring.northwind.example")
    opened = open_installation(load_settings())
    _stamp(opened.database)
    yield opened
    opened.database.dispose()


@pytest.fixture
def ringback(installation: Installation) -> Ringback:
    """Run a command; a traceback fails the test, since people must never see one."""
    del installation

    def run(to_run: click.Command, *arguments: str, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(to_run, arguments)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == exit_code, result.output
        return result

    return run


def _stamp(database: Database) -> None:
    """Say that the tables, made by the fixtures, are those of the last migration."""
    config = _config()
    with database.write_engine.begin() as connection:
        config.attributes["connection"] = connection
        command.stamp(config, "head")
