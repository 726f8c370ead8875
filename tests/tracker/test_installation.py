"""An installation has keys before it has anything else, and makes its own where it may."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.builders import NOON
from tracker.installation import open_installation, signing_keys
from tracker.settings import Settings, SettingsError
from tracker.signing import Purpose

if TYPE_CHECKING:
    from pathlib import Path

A_KEY = "Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu"


def test_s4_the_first_start_makes_a_key_and_the_next_reads_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new" / "data")
    first = signing_keys(settings)
    assert signing_keys(settings) == first
    path = settings.data_dir / "keys"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in settings.data_dir.iterdir()] == ["keys"]
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700


def test_two_first_starts_at_once_agree_on_the_key(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: signing_keys(settings), range(32)))) == 1


def test_keys_may_be_rotated_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"{A_KEY[::-1]}\n\n{A_KEY}\n", encoding="ascii")
    assert signing_keys(Settings(data_dir=tmp_path)) == (A_KEY[::-1], A_KEY)


@pytest.mark.parametrize(
    "key",
    [
        "short",
        "a" * 64,
        "abcdefg" * 8,
        "change-me-change-me-change-me-0123",
        "replace-this-with-32-random-characters",
        "0123456789abcdef0123456789abcdef",
        "this-is-the-SECRET-of-northwind-ltd",
    ],
)
def test_s4_a_short_or_sample_key_is_refused_without_being_shown(key: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no secret") as error:
        signing_keys(Settings(keys=(A_KEY, key)))
    assert key not in str(error.value)
    (tmp_path / "keys").write_text(key, encoding="ascii")
    with pytest.raises(SettingsError, match="no secret"):
        signing_keys(Settings(data_dir=tmp_path))


def test_s4_a_database_of_its_own_wants_its_keys_said(tmp_path: Path) -> None:
    settings = Settings(database_url="postgresql+psycopg://db/ring", data_dir=tmp_path)
    with pytest.raises(SettingsError, match="on each"):
        signing_keys(settings)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("content", "advice"), [(b"\n", "Remove the file"), (b"\xff\xfe", "backup")])
def test_a_spoiled_keys_file_is_named_with_the_way_out(tmp_path: Path, content: bytes, advice: str) -> None:
    (tmp_path / "keys").write_bytes(content)
    with pytest.raises(SettingsError, match=advice):
        signing_keys(Settings(data_dir=tmp_path))


def test_a_data_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    with pytest.raises(SettingsError, match=r"RINGBACK_DATA_DIR: .*file.* cannot be used"):
        open_installation(Settings(data_dir=in_the_way))


def test_an_installation_opens_with_a_database_and_a_signer(tmp_path: Path) -> None:
    installation = open_installation(Settings(data_dir=tmp_path))
    signed = installation.signer.sign(Purpose.FORM, "x", NOON)
    assert signed.startswith("x.")
    with installation.database.reading() as session:
        assert session.connection().exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    installation.database.dispose()
