"""Settings are read once, and everything that is wrong with them is said at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from tracker.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from pathlib import Path


def problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as error:
        load_settings(environ)
    return str(error.value).splitlines()


def test_nothing_has_to_be_set_for_one_machine() -> None:
    settings = load_settings({"PATH": "/usr/bin"})
    assert settings.embedded
    assert settings.database.startswith("sqlite:////")
    assert settings == Settings()


def test_settings_come_from_the_environment() -> None:
    settings = load_settings(
        {
            "RINGBACK_DATABASE_URL": "postgresql+psycopg://ring@db/ring",
            "RINGBACK_BROKER_URL": "redis://broker/0",
            "RINGBACK_BASE_URL": "https://ring.northwind.example/",
            "RINGBACK_PORT": " 9000 ",
            "RINGBACK_TRUSTED_HOSTS": "a.example, b.example",
            "RINGBACK_KEYS": "newer,older",
            "RINGBACK_MAIL_FROM": "Ringback <calls@northwind.example>",
        }
    )
    assert not settings.embedded
    assert settings.database == "postgresql+psycopg://ring@db/ring"
    assert settings.base_url == "https://ring.northwind.example"
    assert settings.port == 9000
    assert settings.trusted_hosts == ("a.example", "b.example")
    assert settings.keys == ("newer", "older")


def test_who_sets_the_port_alone_gets_links_that_open_here() -> None:
    assert load_settings({"RINGBACK_PORT": "9000"}).base_url == "http://127.0.0.1:9000"
    assert Settings().base_url == "http://127.0.0.1:8080"


def test_what_is_wrong_is_said_in_plain_words() -> None:
    assert problems(
        {
            "RINGBACK_PORT": "high",
            "RINGBACK_SMTP_TIMEOUT_S": "long",
            "RINGBACK_CURRENCY": "pounds",
            "RINGBACK_PHONE_REGION": "gb",
            "RINGBACK_PROXY_HOPS": "-1",
        }
    ) == [
        "RINGBACK_PORT: must be a whole number (is 'high')",
        "RINGBACK_PROXY_HOPS: must be greater than or equal to 0 (is '-1')",
        "RINGBACK_SMTP_TIMEOUT_S: must be a number (is 'long')",
        "RINGBACK_CURRENCY: is no currency's code; write three capitals, like GBP (is 'pounds')",
        "RINGBACK_PHONE_REGION: is no country's code; write two capitals, like GB (is 'gb')",
    ]


def test_settings_never_change() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]  # that it is refused is the point


def test_an_empty_variable_counts_as_not_set() -> None:
    """Compose files pass `${PORT:-}` on as an empty text."""
    environ = {f"RINGBACK_{name.upper()}": "" for name in Settings.model_fields}
    assert load_settings(environ) == Settings()


def test_everything_wrong_is_said_at_once() -> None:
    said = problems(
        {
            "RINGBACK_PORT": "high",
            "RINGBACK_TIME_ZONE": "London",
            "RINGBACK_BASE_URL": "ring.example",
            "RINGBACK_DATABASE_URL": "mysql://db/ring",
            "RINGBACK_BROKER_URL": "kafka://broker",
            "RINGBACK_MAIL_FROM": "Ringback",
            "RINGBACK_CURRENCY": "pounds",
            "RINGBACK_SMTP_SECURITY": "ssl",
            "RINGBACK_COLOUR": "blue",
            "RINGBACK_KEYS_FILE": "/nowhere/keys",
        }
    )
    assert {line.partition(":")[0] for line in said} == {
        "RINGBACK_PORT",
        "RINGBACK_TIME_ZONE",
        "RINGBACK_BASE_URL",
        "RINGBACK_DATABASE_URL",
        "RINGBACK_BROKER_URL",
        "RINGBACK_MAIL_FROM",
        "RINGBACK_CURRENCY",
        "RINGBACK_SMTP_SECURITY",
        "RINGBACK_COLOUR",
        "RINGBACK_KEYS_FILE",
    }
    assert "RINGBACK_TIME_ZONE: 'London' is no time zone; write one like Europe/London (is 'London')" in said


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BASE_URL", "https://"),
        ("BASE_URL", "https://ring.example?x=1"),
        ("BASE_URL", "https://ring.example:port"),
        ("BASE_URL", "https://sam@ring.example"),
        ("BASE_URL", "javascript:alert(1)"),
        ("DATABASE_URL", "postgres://db/ring"),
        ("DATABASE_URL", "postgresql+psycopg2://db/ring"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("BROKER_URL", "redis"),
        ("BROKER_URL", "memory://"),
        ("MAIL_FROM", "calls@a.example\r\nBcc: all@a.example"),
        ("MAIL_FROM", "Ringback <>"),
        ("PORT", "70000"),
        ("PROXY_HOPS", "-1"),
        ("TOKEN_DAYS", "0"),
        ("SMTP_TIMEOUT_S", "nan"),
        ("PHONE_REGION", "gb"),
    ],
)
def test_a_value_that_cannot_be_is_refused(variable: str, value: str) -> None:
    said = problems({f"RINGBACK_{variable}": value})
    assert [line.partition(":")[0] for line in said] == [f"RINGBACK_{variable}"]


def test_s17_a_secret_may_come_from_a_file_with_a_key_a_line(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("newer\nolder\n", encoding="utf-8")
    (tmp_path / "password").write_text("pass, word\n", encoding="utf-8")
    settings = load_settings(
        {
            "RINGBACK_KEYS_FILE": str(tmp_path / "keys"),
            "RINGBACK_SMTP_PASSWORD_FILE": str(tmp_path / "password"),
        }
    )
    assert settings.keys == ("newer", "older")
    assert settings.smtp_password == "pass, word"


def test_a_secret_s_file_that_says_nothing_is_no_default(tmp_path: Path) -> None:
    empty, binary = tmp_path / "empty", tmp_path / "binary"
    empty.write_text("\n", encoding="utf-8")
    binary.write_bytes(b"\xff\xfe\x00")
    assert "is empty" in problems({"RINGBACK_KEYS_FILE": str(empty)})[0]
    assert "it is no text" in problems({"RINGBACK_KEYS_FILE": str(binary)})[0]
    assert "cannot read" in problems({"RINGBACK_KEYS_FILE": str(tmp_path)})[0]
    both = {"RINGBACK_SMTP_PASSWORD": "x", "RINGBACK_SMTP_PASSWORD_FILE": str(empty)}
    assert "both set" in problems(both)[0]


def test_only_secrets_come_from_files() -> None:
    assert problems({"RINGBACK_PORT_FILE": "/port"}) == ["RINGBACK_PORT_FILE: there is no such setting"]


def test_s17_no_error_shows_a_secret() -> None:
    secret = "hunter2"
    said = problems(
        {
            "RINGBACK_DATABASE_URL": f"mysql://ring:{secret}@db/ring",
            "RINGBACK_BROKER_URL": f"kafka://:{secret}@broker",
            "RINGBACK_SMTP_PASSWORD": secret,
            "RINGBACK_KEYS": secret,
            "RINGBACK_PORT": "high",
        }
    )
    assert secret not in "\n".join(said)


def test_the_tests_own_variable_is_no_setting_and_no_mistake() -> None:
    assert load_settings({"RINGBACK_CHROMIUM": "/usr/bin/chromium"}) == Settings()


def test_a_log_level_is_one_of_four_however_it_is_written() -> None:
    assert load_settings({"RINGBACK_LOG_LEVEL": "WARNING"}).log_level == "warning"
    assert problems({"RINGBACK_LOG_LEVEL": "loud"}) == [
        "RINGBACK_LOG_LEVEL: must be 'debug', 'info', 'warning' or 'error' (is 'loud')"
    ]


def test_what_opens_the_figures_is_long_and_never_shown() -> None:
    for token in ("short", "sixteen and more with spaces"):
        (said,) = problems({"RINGBACK_METRICS_TOKEN": token})
        assert "at least 16" in said
        assert token not in said


PROVIDER = {
    "RINGBACK_OIDC_ISSUER": "https://login.northwind.example/",
    "RINGBACK_OIDC_CLIENT_ID": "ringback",
    "RINGBACK_OIDC_CLIENT_SECRET": "hunter2",
}


def test_half_an_identity_provider_is_a_mistake_whichever_half() -> None:
    for name in PROVIDER:
        rest = {other: value for other, value in PROVIDER.items() if other != name}
        (said,) = problems(rest)
        assert said == f"{name}: is needed, since {next(iter(rest))} is set"
    assert len(problems({"RINGBACK_OIDC_NAME": "Northwind", "RINGBACK_PORT": "high"})) == 4
    assert load_settings(PROVIDER).oidc_client_secret == "hunter2"


def test_s17_the_provider_s_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2\n", encoding="utf-8")
    given = PROVIDER | {"RINGBACK_OIDC_CLIENT_SECRET": ""}
    given["RINGBACK_OIDC_CLIENT_SECRET_FILE"] = str(tmp_path / "secret")
    assert load_settings(given).oidc_client_secret == "hunter2"


@pytest.mark.parametrize(
    "issuer",
    ["login.northwind.example", "http://login.northwind.example", "https://", "https://a.example?x=1",
     "https://a.example:port", "javascript:alert(1)"],
)  # fmt: skip
def test_a_provider_is_reached_safely(issuer: str) -> None:
    (said,) = problems(PROVIDER | {"RINGBACK_OIDC_ISSUER": issuer})
    assert said.startswith("RINGBACK_OIDC_ISSUER: ")
    assert load_settings(PROVIDER | {"RINGBACK_OIDC_ISSUER": "http://localhost:9000"}).oidc_issuer


def test_a_stronger_way_is_required_only_where_there_can_be_one() -> None:
    strong = {"RINGBACK_SIGN_IN": "strong"}
    (said,) = problems(strong)
    assert said.startswith("RINGBACK_SIGN_IN: strong needs passkeys or an identity provider")
    for base in ("https://192.0.2.7", "http://ring.northwind.example", "https://[2001:db8::1]"):
        assert problems(strong | {"RINGBACK_BASE_URL": base})
    for base in ("https://ring.northwind.example", "http://localhost:8080"):
        assert load_settings(strong | {"RINGBACK_BASE_URL": base}).sign_in == "strong"
    assert load_settings(strong | PROVIDER).sign_in == "strong"
