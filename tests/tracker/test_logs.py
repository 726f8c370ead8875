"""A log line says what happened, and nothing of anybody."""

from __future__ import annotations

import json
import logging
import sys
import threading
import warnings
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from tracker import logs

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "Dana Ortiz"


class Lines(logging.Handler):
    """Keeps what would be written."""

    def __init__(self, *, as_json: bool = True) -> None:
        super().__init__()
        self.setFormatter(logs.formatter(as_json=as_json))
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))

    @property
    def last(self) -> dict[str, str]:
        told: dict[str, str] = json.loads(self.written[-1])
        return told


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler = Lines()
    root = logging.getLogger()
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)


def test_our_own_line_is_one_json_object_with_what_it_names(lines: Lines) -> None:
    logging.getLogger("alerts.delivery").warning("mail %d: cannot record %r yet", 7, "sent", extra={"try": 2})
    (line,) = lines.written
    assert "\n" not in line
    told = lines.last
    assert told.pop("time").endswith("+00:00")
    assert told == {
        "level": "warning",
        "logger": "alerts.delivery",
        "event": "mail 7: cannot record 'sent' yet",
        "try": 2,
    }


def test_an_address_that_slipped_into_our_own_line_is_taken_out(lines: Lines) -> None:
    logging.getLogger("alerts.x").error("550 <dana@brightwell.example> has no such mailbox")
    assert lines.last["event"] == "550 <…> has no such mailbox"


@pytest.mark.parametrize(
    ("logger", "template", "values", "said"),
    [
        ("wsgi", "Exception on %s [%s]", ("/a/token-of-dana", "GET"), "Exception on … […]"),
        ("kombu", "Again in %d s: %s", (2, ValueError(SECRET)), "Again in 2 s: ValueError"),
        ("celery.app.trace", "Task %(name)s raised %(exc)s", ({"name": "ringback.sweep", "exc": SECRET},),
         "Task ringback.sweep raised …"),
        ("library", "it is 'Dana Ortiz' at https://brightwell.example/x", (), "it is … at …"),
        ("library", "first\nDana Ortiz", (), "first"),
    ],
)  # fmt: skip
def test_what_a_library_fills_in_is_not_shown(
    lines: Lines, logger: str, template: str, values: tuple[object, ...], said: str
) -> None:
    logging.getLogger(logger).error(template, *values)
    assert lines.last["event"] == said


def test_an_error_keeps_its_traceback_and_loses_what_it_quotes(lines: Lines) -> None:
    def look_up(name: str) -> None:
        try:
            int(name)
        except ValueError as error:
            raise IntegrityError("INSERT", {"name": name}, error) from error  # noqa: EM101

    try:
        look_up(SECRET)
    except IntegrityError:
        logging.getLogger("tracker.x").exception("a hit could not be stored")
    told = lines.last
    assert "in look_up" in told["exception"]
    assert "IntegrityError of ValueError" in told["exception"]
    assert "Dana" not in lines.written[-1]


def test_errors_that_no_one_catches_are_logged_too(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, hook in ((threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(module, hook, getattr(module, hook))
    logs.catch_strays()
    try:
        thread = threading.Thread(target=int, args=(SECRET,))
        thread.start()
        thread.join()
        assert "ValueError" in lines.last["exception"]
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(SECRET, UserWarning, stacklevel=1)
        assert lines.last["event"].endswith(": UserWarning")
    finally:
        logging.captureWarnings(capture=False)
    assert not any("Dana" in line for line in lines.written)


def test_on_a_terminal_lines_are_plain(lines: Lines) -> None:
    lines.setFormatter(logs.formatter(as_json=False))
    logging.getLogger("alerts.pacer").warning("no broker (%s)", "TimeoutError")
    assert "no broker (TimeoutError)" in lines.written[-1]
    assert not lines.written[-1].startswith("{")


def test_libraries_are_heard_from_warnings_on_whatever_we_say_ourselves() -> None:
    wanted = logs.configuration("debug", as_json=True)
    assert wanted["loggers"]["tracker"]["level"] == logging.DEBUG
    assert wanted["root"]["level"] == wanted["loggers"]["_granian"]["level"] == logging.WARNING
    assert logs.configuration("error", as_json=True)["root"]["level"] == logging.ERROR
