"""`ringback why EMAIL`, as an admin types it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from alerts.briefing.moments import zone_named
from alerts.cli_why import report, why_command
from alerts.why import explain
from tests.alerts.scenes import MORNING, dana_reads_pricing
from tracker.installation import open_installation
from tracker.schema import migrate
from tracker.settings import load_settings

LAST_VISIT = """
Visit 12 Jan 10:57: confirmed
  A call is due to Sam Reed, but no mail has been written: Read a page about pricing.
  Seen
    They came on their own, known by their browser, 12 Jan 10:57; last sign 12 Jan 11:00.
  Judged
    A person was there.
    Intent 0 of 100.
    Call now (high intent page), for Sam Reed, decided 12 Jan 11:00: Read a page about pricing.
  Done
    Sam Reed reported 12 Jan 11:00: Spoke. "rollout slow\""""

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.installation import Installation


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    monkeypatch.setenv("RINGBACK_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("RINGBACK_TIME_ZONE", "Europe/Berlin")
    opened = open_installation(load_settings())
    migrate(opened.database)
    yield opened
    opened.database.dispose()


def test_it_answers_for_an_address_however_it_is_spelt(installation: Installation) -> None:
    with installation.database.writing() as session:
        dana = dana_reads_pricing(session).dana
    result = CliRunner().invoke(why_command, [str(dana.email).upper()])
    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"Dana Ortiz, Brightwell <{dana.email}>\n")
    assert "Times are in Europe/Berlin." in result.output
    assert "about pricing" in result.output


def test_an_unknown_address_is_said_with_what_to_do(installation: Installation) -> None:
    assert installation.settings.time_zone == "Europe/Berlin"
    result = CliRunner().invoke(why_command, ["nobody@example.com\x1b[31m"])
    assert result.exit_code == 1
    assert "nobody with the address nobody@example.com[31m is on record" in result.output
    assert "ringback import" in result.output


def test_the_whole_report(installation: Installation) -> None:
    with installation.database.writing() as session:
        scene = dana_reads_pricing(session)
    zone = zone_named("Europe/Berlin")
    assert zone is not None
    with installation.database.reading() as session:
        lines = list(report(explain(session, installation, scene.dana.id, MORNING), MORNING, zone))
    whole = "\n".join(lines)
    assert max(len(line) for line in whole.splitlines()) <= 100
    assert whole.endswith(LAST_VISIT)


@pytest.mark.usefixtures("installation")
def test_an_endless_address_is_not_repeated_whole() -> None:
    result = CliRunner().invoke(why_command, ["x" * 5_000])
    assert "nobody with the address xxx" in result.stderr
    assert len(result.stderr) < 400
