"""A real installation to import into, and a short way to do it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.builders import NOON
from tracker.imports import ImportOptions, ImportReport, import_file
from tracker.installation import Installation
from tracker.settings import Settings
from tracker.signing import Signer

if TYPE_CHECKING:
    from tracker.db import Database

FILES = Path(__file__).parent / "files"

Importer = Callable[..., ImportReport]


@pytest.fixture
def installation(database: Database) -> Installation:
    """A British company's installation."""
    settings = Settings(currency="GBP", phone_region="GB")
    return Installation(settings, database, Signer(["Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu"]))


@pytest.fixture
def bring_in(installation: Installation, tmp_path: Path) -> Importer:
    """Import a text, or a sample by its name; options as of `ImportOptions`."""

    def run(
        source: str, *, name: str = "deals.csv", encoding: str = "utf-8", **options: object
    ) -> ImportReport:
        if source.endswith(".csv"):
            path = FILES / source
        else:
            path = tmp_path / name
            path.write_bytes(source.encode(encoding))
        return import_file(installation, path, ImportOptions(**options), NOON)  # type: ignore[arg-type]

    return run
