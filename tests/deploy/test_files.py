"""What stands in the files of an installation is what Ringback knows: settings, commands, paths, times."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from alerts.cli import main
from alerts.cli_run import STOP_WITHIN_S
from tracker.settings import FROM_FILES, PREFIX, Settings, load_settings

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
KNOWN = {PREFIX + name.upper() for name in Settings.model_fields} | {
    f"{PREFIX}{name}_FILE" for name in FROM_FILES
}
NEEDED = {"POSTGRES_PASSWORD": "x", "RINGBACK_BASE_URL": "https://r.example", "RINGBACK_KEYS": "0a1b2c3d" * 4}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def composed() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = yaml.safe_load(read("compose.yaml"))["services"]
    return services


def test_every_setting_is_explained_in_the_example_and_no_other() -> None:
    lines = read(".env.example").splitlines()
    named = [line.removeprefix("#").partition("=")[0] for line in lines if re.match(r"#?[A-Z_]+=", line)]
    assert {name for name in named if name.startswith(PREFIX)} == KNOWN - {
        name for name in KNOWN if name.endswith("_FILE")
    }
    for above, line in pairwise(lines):
        if re.match(r"#?[A-Z_]+=", line):
            assert re.match(r"# \w.*[.)]$|# .*\. |# .*: ", above), line


def test_the_example_names_the_defaults() -> None:
    shown = dict(re.findall(r"^#RINGBACK_([A-Z_]+)=(.+)$", read(".env.example"), re.MULTILINE))
    defaults = Settings()
    assert {name: str(getattr(defaults, name.lower())).removesuffix(".0") for name in shown} == shown


def test_the_example_holds_no_secret() -> None:
    assert not re.search(r"^#?(RINGBACK_KEYS|\w+PASSWORD|\w+TOKEN)=.+", read(".env.example"), re.MULTILINE)


def test_the_example_filled_in_makes_settings() -> None:
    given = dict(re.findall(r"^([A-Z_]+)=(.*)$", read(".env.example"), re.MULTILINE))
    settings = load_settings(given | NEEDED)
    assert settings.proxy_hops == 1


@pytest.mark.parametrize(
    "name", ["compose.yaml", "Dockerfile", *(f"deploy/systemd/{unit.name}" for unit in UNITS)]
)
def test_only_settings_that_there_are(name: str) -> None:
    assert set(re.findall(r"RINGBACK_[A-Z_]+", read(name))) <= KNOWN


def test_each_service_runs_a_command_that_there_is() -> None:
    group = click.Context(main)
    for name, service in composed().items():
        if service["image"] == "ringback":
            assert main.get_command(group, service["command"][0]), name


def test_compose_lets_ringback_finish_and_gives_it_nothing_to_write() -> None:
    for name, service in composed().items():
        assert service["read_only"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service["logging"]["options"]["max-size"], name
        assert "healthcheck" in service or name == "web", name  # the image's own
        if service["image"] == "ringback":
            assert int(service["stop_grace_period"].removesuffix("s")) > STOP_WITHIN_S


def test_tables_are_migrated_before_anything_serves() -> None:
    services = composed()
    for name in ("web", "worker"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert services["migrate"]["depends_on"]["postgres"] == {"condition": "service_healthy"}
    assert services["migrate"]["restart"] == "no"


def test_the_broker_refuses_rather_than_forgets() -> None:
    command = composed()["redis"]["command"]
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"


def test_the_image_copies_what_there_is_and_its_health_check_is_python() -> None:
    text = read("Dockerfile")
    copied = [
        name for line in re.findall(r"^COPY (?!--)(.*)$", text, re.MULTILINE) for name in line.split()[:-1]
    ]
    ignored = read(".dockerignore").splitlines()
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in ignored
    check = re.search(r'"-c", "(.*)"\]', text)
    assert check
    compile(check[1], "HEALTHCHECK", "exec")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_each_unit(unit: Path, tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed: the units were not verified")
    command = Path(sys.executable).with_name("ringback")
    for each in UNITS:
        name = each.name.replace("@", "@1")
        text = each.read_text(encoding="utf-8").replace("/opt/ringback/bin/ringback", str(command))
        (tmp_path / name).write_text(text, encoding="utf-8")
    said = subprocess.run(  # noqa: S603  (systemd's own)
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.name.replace("@", "@1"))],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stderr) == (0, "")


def test_each_unit_runs_a_command_that_there_is_and_waits_for_its_end() -> None:
    group = click.Context(main)
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        for command in re.findall(r"^ExecStart=/opt/ringback/bin/ringback (\w+)", text, re.MULTILINE):
            assert main.get_command(group, command), unit.name
            if command != "migrate":
                stop = re.search(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)
                assert stop
                assert int(stop[1]) > STOP_WITHIN_S
