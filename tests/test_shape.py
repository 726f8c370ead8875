"""The shape of the house: small files, one wire format, nothing that speaks of a machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import msgspec
import pytest

from tracker.ingest.hit import WireBatch, WireHit

ROOT = Path(__file__).parents[1]
MAX_LINES = 300
CODE = ("*.py", "*.js", "*.mjs", "*.html", "*.css")


def tracked_files(*patterns: str) -> list[Path]:
    listed = subprocess.run(  # noqa: S603  (git, with fixed words)
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def test_no_file_is_longer_than_one_reads_at_a_sitting() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in tracked_files(*CODE)
    }
    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}


@pytest.mark.parametrize("struct", [WireBatch, WireHit])
def test_the_snippet_sends_the_keys_that_the_server_reads(struct: type[msgspec.Struct]) -> None:
    source = (ROOT / "snippet" / "src" / "ringback.js").read_text(encoding="utf-8")
    built = (ROOT / "snippet" / "dist" / "ringback.js").read_text(encoding="utf-8")
    for key in (field.name for field in msgspec.structs.fields(struct)):
        for text in (source, built):
            assert re.search(rf"\b{key}\b", text), f"the snippet never sends {key!r}"


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for path in tracked_files("tracker/*.py", "alerts/*.py", "wsgi.py")
        if re.search(r"os\.environ|getenv", path.read_text(encoding="utf-8"))
    }
    assert readers <= {"tracker/settings.py"}


def test_locked_versions_carry_hashes_and_no_addresses() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text)
        assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z])", text.strip()))
    package_lock = (ROOT / "snippet" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in package_lock
