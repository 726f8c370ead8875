"""What somebody saw before they changed it: two who change the same thing at once are told. PURE."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LENGTH = 16
"""Hexadecimal characters: two states of one thing are told apart, nothing is kept secret by it."""


def fingerprint(values: Mapping[str, object]) -> str:
    """Give a short text that differs where any of the values differs."""
    written = json.dumps({name: str(value) for name, value in values.items()}, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:LENGTH]
