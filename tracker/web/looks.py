"""Style sheets, scripts and icons: a browser keeps them, and asks anew once they have changed."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import request

if TYPE_CHECKING:
    from flask import Flask, Response

LOOKS = frozenset({"alerts.static", "door.static"})
"""They say nothing of anybody, and the page about a wrong host name needs them."""
KEPT = "public, max-age=31536000, immutable"
"""A year: an address with a version never shows anything else."""
VERSION = "v"
VERSION_LENGTH = 10


def version_looks(app: Flask) -> None:
    """Have the addresses of these files name their content."""

    @app.url_defaults
    def _version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in LOOKS and "filename" in values:
            folder = app.blueprints[endpoint.partition(".")[0]].static_folder
            version = _content(Path(str(folder)) / values["filename"])
            if version:
                values[VERSION] = version


def let_keep(response: Response) -> None:
    """Let browsers keep what an address with a version shows."""
    if request.endpoint in LOOKS and VERSION in request.args and response.status_code < 400:  # noqa: PLR2004  (HTTP: an error)
        response.headers["Cache-Control"] = KEPT


@lru_cache(maxsize=64)
def _content(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()[:VERSION_LENGTH]
    except OSError:
        return ""
