"""One running Ringback: its settings, its database and its signing keys, opened together.

Commands, web processes and workers all begin here, so that they agree on what they work with.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker import db
from tracker.rules.known import KnownRules
from tracker.settings import Settings, SettingsError
from tracker.signing import KEY_LENGTH, Signer

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.db import Database

KEYS_FILE = "keys"
DISTINCT_CHARACTERS = KEY_LENGTH // 4
"""Of a random key of that length at least, for all practical purposes."""
SAMPLE_WORDS = ("change-me", "changeme", "example", "sample", "secret", "replace", "your-key", "0123456789")
"""A random key holds one of these once in ten million."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What every part of Ringback is given to work with."""

    settings: Settings
    database: Database
    signer: Signer
    rules: KnownRules = field(init=False, compare=False, repr=False)
    """What people changed of the rules, remembered for some seconds."""

    def __post_init__(self) -> None:
        """Load no rules yet."""
        object.__setattr__(self, "rules", KnownRules(self.database))


def open_installation(settings: Settings) -> Installation:
    """Open the database and the keys that `settings` name; the first embedded start makes its key.

    Raises:
        SettingsError: there are no usable keys, or the data folder cannot be used.

    """
    try:
        signer = Signer(signing_keys(settings))
        return Installation(settings, db.connect(settings.database), signer)
    except OSError as error:
        msg = f"RINGBACK_DATA_DIR: {error.filename or settings.data_dir} cannot be used: {error.strerror}"
        raise SettingsError(msg) from error


def signing_keys(settings: Settings) -> tuple[str, ...]:
    """Give the keys from the settings, or from the data folder's file, made when it is not there.

    Raises:
        SettingsError: a key is too short or the documentation's sample, or several machines would
            each make their own.
        OSError: the data folder cannot be used.

    """
    if settings.keys:
        return _secret(settings.keys, "RINGBACK_KEYS")
    if settings.database_url:
        msg = (
            "RINGBACK_KEYS: not set. A database of its own may serve several machines, which must share"
            f" their keys: set the same text of at least {KEY_LENGTH} random characters on each"
        )
        raise SettingsError(msg)
    path = settings.data_dir / KEYS_FILE
    _make_key(path)
    return _secret(_keys_from(path), str(path))


def _secret(keys: tuple[str, ...], source: str) -> tuple[str, ...]:
    """Make sure that nobody can guess them."""
    for key in keys:
        sample = any(word in key.casefold() for word in SAMPLE_WORDS)
        if len(key) < KEY_LENGTH or len(set(key)) < DISTINCT_CHARACTERS or sample:
            msg = f"{source}: a key is no secret: it takes at least {KEY_LENGTH} random characters"
            raise SettingsError(msg)
    return keys


def _make_key(path: Path) -> None:
    """Write a key of our own, unless the file is there.

    Written apart and linked into its place: of two first starts at once one makes the key and both
    read it, and a crash in between leaves no empty file.
    """
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(KEY_LENGTH) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _keys_from(path: Path) -> tuple[str, ...]:
    """Read the keys, a line each, newest first."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except UnicodeDecodeError as error:
        msg = f"{path}: holds no keys but something else. Put your backup of it back"
        raise SettingsError(msg) from error
    keys = tuple(line.strip() for line in lines if line.strip())
    if not keys:
        msg = f"{path}: holds no key. Remove the file to have one made; links signed before then die"
        raise SettingsError(msg)
    return keys
