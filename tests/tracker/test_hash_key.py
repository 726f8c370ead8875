"""Rotating keys must never forget who asked to be left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.builders import NOON
from tracker import db
from tracker.cli.keys import key_lost_command
from tracker.hash_key import require_same_key
from tracker.schema import migrate
from tracker.settings import SettingsError
from tracker.signing import Signer
from tracker.suppression import suppress, suppressed_kinds
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.db import Database

OLD = "Aq7" * 12
NEW = "zP4" * 12
DANA = "dana@brightwell.example"


def suppress_dana(database: Database) -> None:
    with database.writing() as session:
        suppress(session, Signer([OLD]), [DANA], SuppressionKind.DO_NOT_TRACK, "letter", NOON)


def test_p8_a_new_key_in_front_changes_nothing(database: Database) -> None:
    require_same_key(database, Signer([OLD]), NOON)
    suppress_dana(database)
    rotated = Signer([NEW, OLD])
    require_same_key(database, rotated, NOON)
    with database.reading() as session:
        assert suppressed_kinds(session, rotated, [DANA]) == {DANA: {SuppressionKind.DO_NOT_TRACK}}


def test_p8_a_start_without_the_key_of_the_wishes_is_refused(database: Database) -> None:
    require_same_key(database, Signer([OLD]), NOON)
    suppress_dana(database)
    for keys in ([NEW], [OLD, NEW]):
        with pytest.raises(SettingsError, match=r"1 wishes .* Put that key back at the end") as refusal:
            require_same_key(database, Signer(keys), NOON)
        assert OLD not in str(refusal.value)
    require_same_key(database, Signer([OLD]), NOON)


def test_while_nobody_asked_to_be_left_alone_any_key_will_do(database: Database) -> None:
    require_same_key(database, Signer([OLD]), NOON)
    require_same_key(database, Signer([NEW]), NOON)
    suppress_dana(database)
    with pytest.raises(SettingsError):
        require_same_key(database, Signer([OLD]), NOON)


def test_whoever_lost_the_key_can_say_so(tmp_path: Path) -> None:

    address = f"sqlite:///{tmp_path / 'ringback.db'}"
    database = db.connect(address)
    migrate(database)
    require_same_key(database, Signer([OLD]), NOON)
    suppress_dana(database)
    environ = {"RINGBACK_DATABASE_URL": address, "RINGBACK_KEYS": "nXw8rT5qLk2" * 4}
    refused = CliRunner().invoke(key_lost_command, input="n\n", env=environ)
    assert refused.exit_code == 1
    done = CliRunner().invoke(key_lost_command, ["--yes"], env=environ)
    assert done.exit_code == 0, done.output
    require_same_key(database, Signer(["nXw8rT5qLk2" * 4]), NOON)
    database.dispose()
