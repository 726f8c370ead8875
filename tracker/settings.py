"""Ringback's settings: read once from the environment, frozen, every error listed at once.

This is the only reader of `os.environ`. Each setting is `RINGBACK_<NAME>`; a secret may also come
from a file that `RINGBACK_<NAME>_FILE` names. An empty variable counts as not set.
"""

from __future__ import annotations

import os
import re
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from tracker.ways_in import issuer_problem, sign_in_problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

PREFIX = "RINGBACK_"
DEFAULT_PORT = 8080
FROM_FILES = ("KEYS", "DATABASE_URL", "BROKER_URL", "SMTP_PASSWORD", "METRICS_TOKEN", "OIDC_CLIENT_SECRET")
"""Settings that may be given as a file, for secret stores that mount them; never shown in errors."""
LISTS = ("KEYS", "TRUSTED_HOSTS")
"""Settings with several values, separated by commas or line ends."""
TEST_ONLY = ("RINGBACK_CHROMIUM",)
"""Variables that begin like settings and are read by the tests alone."""
PLAIN = {"int_parsing": "must be a whole number", "float_parsing": "must be a number"}
"""What the library says for programmers."""
FOLLOWS = "default_factory_not_called"
"""Of a default that was not made because another setting is wrong: no mistake of its own."""
METRICS_TOKEN_LENGTH = 16
"""Characters of what opens /metrics; nobody guesses that many at random."""
BROKERS = ("redis", "rediss", "redis+socket", "sentinel", "amqp", "amqps", "pyamqp")


class SettingsError(Exception):
    """The environment cannot be used; the message lists everything that is wrong, a line each."""


def _time_zone(value: str) -> str:
    if value not in available_timezones():
        msg = f"{value!r} is no time zone; write one like Europe/London"
        raise ValueError(msg)
    return value


def _base_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or "@" in value or re.search(r"[\s?#]", value):
        msg = "is no address to begin links with; write one like https://ringback.example.com"
        raise ValueError(msg)
    return value.rstrip("/")


def _own_address(given: dict[str, Any]) -> str:
    """Give the address on this machine, for who has not chosen one for the others yet."""
    return f"http://127.0.0.1:{given.get('port', DEFAULT_PORT)}"


def _currency(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", value):
        msg = "is no currency's code; write three capitals, like GBP"
        raise ValueError(msg)
    return value


def _phone_region(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", value):
        msg = "is no country's code; write two capitals, like GB"
        raise ValueError(msg)
    return value


def _database_url(value: str) -> str:
    msg = "must be postgresql+psycopg://user@host/name, or sqlite:/// and a file's path"
    if not re.match(r"sqlite:///[^:]|postgresql(\+psycopg)?://", value):
        raise ValueError(msg)
    try:
        _ = urlsplit(value).port  # reading it checks it
    except ValueError:
        raise ValueError(msg) from None  # what it says holds the password
    return value


def _broker_url(value: str) -> str:
    if value.partition("://")[0] in BROKERS and "://" in value:
        return value
    msg = "must be redis://host/0 or amqp://user@host//"
    raise ValueError(msg)


def _mail_from(value: str) -> str:
    address = parseaddr(value)[1]
    if not value.isprintable() or not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        msg = "is no sender; write one like Ringback <ringback@example.com>"
        raise ValueError(msg)
    return value


def _metrics_token(value: str) -> str:
    if len(value) < METRICS_TOKEN_LENGTH or not re.fullmatch(r"[!-~]+", value):
        msg = f"must be at least {METRICS_TOKEN_LENGTH} random letters, digits and signs, without spaces"
        raise ValueError(msg)
    return value


def _issuer(value: str) -> str:
    if value and (problem := issuer_problem(value)):
        raise ValueError(problem)
    return value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class Settings(BaseModel):
    """Everything that may differ between two installations."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Path("ringback-data")
    """Where the embedded database and the generated keys live."""
    database_url: Annotated[str, AfterValidator(_database_url)] = ""
    """Empty: one SQLite file in `data_dir`. Else e.g. `postgresql+psycopg://user@host/name`."""
    broker_url: Annotated[str, AfterValidator(_broker_url)] = ""
    """Empty: embedded, Celery's worker runs inside the web process. Else e.g. `redis://host/0`."""
    keys: tuple[str, ...] = ()
    """Signing keys, newest first; empty: one is made in `data_dir` at the first start.

    The last also keys the hashes of people who asked to be left alone: never take it away.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=DEFAULT_PORT, ge=1, le=65535)
    base_url: Annotated[str, AfterValidator(_base_url)] = Field(default_factory=_own_address)
    """The address at which reps reach Ringback; links in mails begin with it."""
    trusted_hosts: tuple[str, ...] = ()
    """Further host names that requests may carry; that of `base_url` always may."""
    proxy_hops: int = Field(default=0, ge=0, le=5)
    """How many proxies in front set X-Forwarded-For; 0: the header is ignored."""
    web_processes: int = Field(default=2, ge=1, le=64)
    """Of `ringback serve`; embedded mode always has one."""
    web_threads: int = Field(default=2 * (os.cpu_count() or 1) + 1, ge=1, le=256)
    """Requests that one process works on at the same time; by default two a core, and one."""

    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = "info"
    """From which level on Ringback's own lines are logged; libraries speak up from *warning* on."""
    metrics_token: Annotated[str, AfterValidator(_metrics_token)] = ""
    """What a bearer must show to read /metrics; empty: there is no such page."""

    hits_per_address: int = Field(default=600, ge=0)
    """Requests a minute that one address may send to one process; 0: no limit."""
    hits_per_person: int = Field(default=120, ge=0)
    """Requests a minute of one token or browser to one process; 0: no limit."""

    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    smtp_timeout_s: float = Field(default=10, gt=0, le=60)
    """For one reply of the mail server, seconds."""
    smtp_deadline_s: float = Field(default=30, gt=0, le=300)
    """For one whole attempt, seconds."""
    mail_from: Annotated[str, AfterValidator(_mail_from)] = "Ringback <ringback@localhost>"

    sign_in: Literal["any", "strong"] = "any"
    """`strong`: nobody gets in by a mailed link alone; it lets them add their first passkey."""
    oidc_issuer: Annotated[str, AfterValidator(_issuer)] = ""
    """The address of the company's identity provider (OpenID Connect); empty: none."""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""
    """What the provider is called on the button; empty: the issuer's host."""

    company: str = ""
    """Your company's name, as reps say it on the phone."""
    currency: Annotated[str, AfterValidator(_currency)] = "USD"
    """Of imported values that name none."""
    phone_region: Annotated[str, AfterValidator(_phone_region)] = "US"
    """Country of imported phone numbers without a country code."""
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    """Of users who chose none."""
    token_days: int = Field(default=400, ge=1, le=3650)
    """How long a link's token is good for."""
    call_window_s: float = Field(default=20, ge=0, le=300)
    """How long a call-now alert waits for more context, seconds; contact and demo pages never wait."""

    @property
    def embedded(self) -> bool:
        """Whether web, worker and schedule share one process."""
        return not self.broker_url

    @property
    def database(self) -> str:
        """The database's SQLAlchemy address."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'ringback.db'}"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environ`, by default the process's own.

    Raises:
        SettingsError: something is wrong; all of it is listed.

    """
    given = dict(os.environ if environ is None else environ)
    problems = _unknown(given)
    values: dict[str, object] = {}
    for field in Settings.model_fields:
        name = field.upper()
        text = given.get(PREFIX + name, "").strip()
        path = given.get(f"{PREFIX}{name}_FILE", "").strip() if name in FROM_FILES else ""
        if text and path:
            problems.append(f"{PREFIX}{name} and {PREFIX}{name}_FILE are both set: keep one of them")
        elif path:
            text = _from_file(f"{PREFIX}{name}_FILE", path, problems)
        if text:
            values[field] = tuple(re.split(r"[,\s]+", text.strip(", \n"))) if name in LISTS else text
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        problems += [
            _in_words(str(fault["loc"][0]).upper(), fault)
            for fault in error.errors()
            if fault["type"] != FOLLOWS
        ]
        problems += sign_in_problems(values, str(values.get("base_url", "")) or _own_address({}))
    else:
        problems += sign_in_problems(values, settings.base_url)
        if not problems:
            return settings
    raise SettingsError("\n".join(problems))


def hand_down(variable: str, value: str) -> None:
    """Set a variable for the processes that this one starts, and for libraries that look there."""
    os.environ[variable] = value


def _unknown(given: Mapping[str, str]) -> list[str]:
    known = {PREFIX + name.upper() for name in Settings.model_fields} | set(TEST_ONLY)
    known |= {f"{PREFIX}{name}_FILE" for name in FROM_FILES}
    return [
        f"{variable}: there is no such setting"
        for variable in sorted(given)
        if variable.startswith(PREFIX) and variable not in known
    ]


def _from_file(variable: str, path: str, problems: list[str]) -> str:
    """Read a secret's file; what is wrong with it is added to `problems`."""
    try:
        text = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        problems.append(f"{variable}: cannot read {path}: {reason}")
        return ""
    if not text:
        # An empty mount must not quietly turn into a default.
        problems.append(f"{variable}: {path} is empty")
    return text


def _in_words(name: str, fault: ErrorDetails) -> str:
    shown = "" if name in FROM_FILES else f" (is {fault['input']!r})"
    said = PLAIN.get(fault["type"]) or fault["msg"].removeprefix("Value error, ")
    return f"{PREFIX}{name}: {said.replace('Input should be', 'must be')}{shown}"
