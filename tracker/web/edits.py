"""Two people edit the same thing: the second is told, and overwrites nothing that they did not see."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from flask import request

if TYPE_CHECKING:
    from collections.abc import Mapping

SEEN = "seen"
"""The field in which a form carries what its writer was shown."""
VERSION_LENGTH = 16
HELD = {"key_share": True}
"""How a row is held while it is edited: others wait who change it, but not those who refer to it."""


def version_of(values: Mapping[str, Any]) -> str:
    """Name what stood there, in short; other values have another name."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:VERSION_LENGTH]


def seen_version() -> int:
    """Give the number of the version that a form's writer was shown; what is none is older than any."""
    text = request.form.get(SEEN, "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1  # noqa: PLR2004  (fits every database)
