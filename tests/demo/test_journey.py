"""The whole way in Chromium, with the files that the README names as things to try."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import find_chromium

RINGBACK = Path(sys.executable).with_name("ringback")
SAMPLES = Path(__file__).parents[2] / "demo" / "samples"
PATIENCE_S = 300
SOON = ("--window", "2")
"""One of the walks waits as long as the policy wants; the others wait less."""
KEYS = ["imported", "rejected", "links", "alerts", "gesture_to_mail_s", "subject", "to"]


def travel(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  (our own command)
        [RINGBACK, "journey", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "imported", "rejected", "subject", "to"),
    [
        (["pipedrive-deals.csv"], 8, 1, "Call Dana Ortiz, Brightwell: £48k", "sam.reed@reps.example"),
        (
            ["hubspot-deals.csv", "--contacts", "hubspot-contacts.csv", *SOON],
            7,
            0,
            "Call Jana Vogt, Nordlicht Medien: €31k",
            "priya.nair@reps.example",
        ),
        (
            ["salesforce-report.csv", *SOON],
            6,
            1,
            "Call Derek Olson, Lakeshore Insurance",
            "priya.nair@reps.example",
        ),
    ],
    ids=["pipedrive", "hubspot", "salesforce"],
)
def test_a_lost_deal_comes_back_and_its_owner_is_told(
    files: list[str], imported: int, rejected: int, subject: str, to: str
) -> None:
    if find_chromium() is None:
        lack = "no Chromium here: install it, or name it in RINGBACK_CHROMIUM, to run the browser tests"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(lack)
    done = travel(*[SAMPLES / name if name.endswith(".csv") else name for name in files])
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert list(told) == KEYS
    assert (told["imported"], told["rejected"], told["alerts"], told["to"]) == (imported, rejected, 1, to)
    assert told["subject"].startswith(subject)
    assert "by the clock on the wall" in done.stderr


def test_a_file_with_nobody_to_come_back_says_so(tmp_path: Path) -> None:
    header, *_ = (SAMPLES / "pipedrive-deals.csv").read_text(encoding="utf-8").splitlines()
    won = "1,Line 4,100,GBP,Kestrel,Martin Shaw,Priya Nair,Won,,,2026-08-26,martin@kestrel.example,"
    file = tmp_path / "won.csv"
    file.write_text(f"{header}\n{won}\n", encoding="utf-8")
    done = travel(file)
    assert done.returncode == 1
    assert "holds no lost deal with an owner" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_not_there_is_named() -> None:
    done = travel("no-such-file.csv")
    assert done.returncode == 2
    assert "no-such-file.csv" in done.stderr
