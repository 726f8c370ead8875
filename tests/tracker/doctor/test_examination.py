"""`ringback check`: from an empty machine to a healthy installation, one plain sentence a finding."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.builders import NOON, add_deal, add_owner_name, add_site, add_user
from tracker import db
from tracker.doctor.examination import Probes, examine
from tracker.doctor.finding import Finding, Level, well
from tracker.installation import signing_keys
from tracker.models import SuppressionKind
from tracker.schema import migrate
from tracker.settings import load_settings
from tracker.signing import Signer
from tracker.suppression import suppress

PROBES = Probes(
    broker=lambda url: well(f"Asked {url}."),
    smtp=lambda settings: well(f"Asked {settings.smtp_host}."),
    snippet=lambda origin: "own" in origin,
)
WELL_SET_UP = {
    "RINGBACK_BASE_URL": "https://ring.northwind.example",
    "RINGBACK_MAIL_FROM": "Ringback <calls@northwind.example>",
    "RINGBACK_COMPANY": "Northwind",
    "RINGBACK_CURRENCY": "GBP",
    "RINGBACK_PHONE_REGION": "GB",
    "RINGBACK_TIME_ZONE": "Europe/London",
}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"RINGBACK_DATA_DIR": str(tmp_path / "data"), **WELL_SET_UP}


@pytest.fixture
def migrated(tmp_path: Path) -> db.Database:
    database = db.connect(f"sqlite:///{tmp_path / 'data' / 'ringback.db'}")
    migrate(database)
    return database


def found(environ: dict[str, str], level: Level | None = None) -> list[str]:
    findings: list[Finding] = list(examine(environ, NOON, PROBES))
    assert all(finding.sentence.endswith((".", ")", "`", "?")) for finding in findings if level is None)
    return [finding.sentence for finding in findings if level in (None, finding.level)]


def test_bad_settings_are_all_said_and_nothing_else_is_looked_at(tmp_path: Path) -> None:
    environ = {"RINGBACK_DATA_DIR": str(tmp_path / "data"), "RINGBACK_PORT": "x", "RINGBACK_COLOUR": "blue"}
    said = found(environ, Level.ILL)
    assert len(said) == 2
    assert len(list(examine(environ, NOON, PROBES))) == 2
    assert list(tmp_path.iterdir()) == []


def test_an_empty_machine_is_told_what_to_set(tmp_path: Path) -> None:
    said = "\n".join(found({"RINGBACK_DATA_DIR": str(tmp_path)}, Level.MIND))
    for advice in (
        "RINGBACK_BASE_URL",
        "RINGBACK_MAIL_FROM",
        "RINGBACK_COMPANY",
        "set RINGBACK_CURRENCY (USD), RINGBACK_PHONE_REGION (US), RINGBACK_TIME_ZONE (UTC)",
        "made at the first start",
    ):
        assert advice in said


def test_a_fresh_installation_is_told_the_next_steps(environ: dict[str, str], migrated: db.Database) -> None:
    migrated.dispose()
    said = found(environ, Level.MIND)
    assert [sentence for sentence in said if "`ringback" in sentence] == said
    assert len(said) == 3
    assert found(environ, Level.ILL) == []


def test_a_healthy_installation_has_nothing_to_mind(environ: dict[str, str], migrated: db.Database) -> None:
    with migrated.writing() as session:
        add_site(session, origins=["https://www.own.example"], seen_at=NOON - timedelta(hours=1))
        add_deal(session, owner=add_owner_name(session, add_user(session)), imported_at=NOON)
    migrated.dispose()
    findings = list(examine(environ, NOON, PROBES))
    assert {finding.level for finding in findings} == {Level.WELL}
    assert "Northwind: the snippet is heard." in [finding.sentence for finding in findings]


def test_what_grew_old_or_was_left_undone_is_said(environ: dict[str, str], migrated: db.Database) -> None:
    with migrated.writing() as session:
        add_site(session, name="Silent", origins=["https://a.example"])
        add_site(session, name="Quiet", origins=["https://b.example"], seen_at=NOON - timedelta(days=8))
        owner = add_owner_name(session, None)
        add_user(session)
        add_deal(session, owner=owner, imported_at=NOON - timedelta(days=3))
    migrated.dispose()
    said = "\n".join(found(environ, Level.MIND))
    for finding in (
        "Silent: no known browser was seen yet",
        "ringback site tag https://a.example",
        "Quiet: the last known browser was seen on 2026-03-02",
        "https://a.example does not serve /ringback.js itself",
        "belong to nobody here: 1",
        "3 days old",
    ):
        assert finding in said


def test_settings_that_cannot_work_are_ill(environ: dict[str, str]) -> None:
    said = found(environ | {"RINGBACK_PHONE_REGION": "UK", "RINGBACK_KEYS": "short"}, Level.ILL)
    assert "the United Kingdom is GB" in said[0]
    assert "no secret" in said[1]


def test_a_lost_key_that_would_forget_who_asked_to_be_left_alone_is_ill(
    environ: dict[str, str], migrated: db.Database
) -> None:
    list(examine(environ, NOON, PROBES))
    with migrated.writing() as session:
        signer = Signer(signing_keys(load_settings(environ)))
        suppress(session, signer, ["dana@a.example"], SuppressionKind.DO_NOT_CALL, "asked", NOON)
    migrated.dispose()
    assert found(environ, Level.ILL) == []
    said = found(environ | {"RINGBACK_KEYS": "Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu"}, Level.ILL)
    assert len(said) == 1
    assert "Put that key back" in said[0]


def test_a_keys_file_that_others_can_read_is_said(environ: dict[str, str], migrated: db.Database) -> None:
    migrated.dispose()
    list(examine(environ, NOON, PROBES))
    keys = Path(environ["RINGBACK_DATA_DIR"]) / "keys"
    keys.chmod(0o644)
    assert any("chmod 600" in sentence for sentence in found(environ, Level.MIND))


def test_tables_of_a_newer_release_are_ill(environ: dict[str, str], migrated: db.Database) -> None:
    with migrated.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    migrated.dispose()
    assert "install the newer release" in found(environ, Level.ILL)[0]


def test_a_data_folder_that_cannot_be_is_ill(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    assert all("RINGBACK_DATA_DIR" in sentence for sentence in found(environ, Level.ILL))


def test_scaled_out_the_broker_is_asked_and_a_database_that_is_not_there_is_ill(
    environ: dict[str, str],
) -> None:
    environ |= {
        "RINGBACK_BROKER_URL": "redis://broker/0",
        "RINGBACK_DATABASE_URL": "postgresql+psycopg://127.0.0.1:1/ring",
        "RINGBACK_KEYS": "Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu",
    }
    assert "Asked redis://broker/0." in found(environ, Level.WELL)
    said = found(environ, Level.ILL)
    assert len(said) == 1
    assert "RINGBACK_DATABASE_URL" in said[0]


def test_a_postgresql_that_was_never_migrated_is_ill_and_says_how_to_make_them(
    environ: dict[str, str], postgres_url: str
) -> None:
    database = db.connect(postgres_url)
    with database.writing() as session:
        session.execute(text("DROP TABLE IF EXISTS alembic_version"))
    database.dispose()
    environ |= {
        "RINGBACK_DATABASE_URL": postgres_url,
        "RINGBACK_KEYS": "Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu",
    }
    assert "`ringback migrate`" in found(environ, Level.ILL)[0]
