"""One running Ringback: its settings, its database and its signing keys, opened together.

Commands, web processes and workers all begin here, so that they agree on what they work with.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker import db
from tracker.settings import Settings, SettingsError
from tracker.signing import KEY_LENGTH, Signer

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.db import Database

KEYS_FILE = "keys"


@dataclass(frozen=True, slots=True)
class Installation:
    """What every part of Ringback is given to work with."""

    settings: Settings
    database: Database
    signer: Signer


def open_installation(settings: Settings) -> Installation:
    """Open the database and the keys that `settings` name; the first embedded start makes its key.

    Raises:
        SettingsError: there are no usable keys.

    """
    return Installation(settings, db.connect(settings.database), Signer(signing_keys(settings)))


def signing_keys(settings: Settings) -> tuple[str, ...]:
    """Give the keys from the settings, or from the data folder's file, made when it is not there.

    Raises:
        SettingsError: a key is too short or the documentation's sample, or several machines would
            each make their own.

    """
    if settings.keys:
        keys = settings.keys
    elif settings.database_url:
        msg = (
            "RINGBACK_KEYS: not set. A database of its own may serve several machines, which must share"
            f" their keys: set the same text of at least {KEY_LENGTH} random characters on each"
        )
        raise SettingsError(msg)
    else:
        keys = _keys_from(settings.data_dir / KEYS_FILE)
    for key in keys:
        if len(key) < KEY_LENGTH or len(set(key)) < KEY_LENGTH // 4:
            msg = f"RINGBACK_KEYS: a key is no secret: it takes at least {KEY_LENGTH} random characters"
            raise SettingsError(msg)
    return keys


def _keys_from(path: Path) -> tuple[str, ...]:
    """Read the keys, a line each, newest first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # O_EXCL: of two first starts at once, one makes the key and the other reads it.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(KEY_LENGTH) + "\n")
    except FileExistsError:
        pass
    keys = tuple(line.strip() for line in path.read_text(encoding="ascii").splitlines() if line.strip())
    if not keys:
        msg = f"{path}: holds no key. Remove the file to have one made; links signed before then die"
        raise SettingsError(msg)
    return keys
