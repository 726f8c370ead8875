"""Logs: one JSON object a line (or plain lines, on a terminal), and nothing of anybody in them.

Our own lines say what happened and name rows by their numbers; whoever may see the rows can look there.
What libraries say is not ours to word: of theirs, numbers and the kinds of errors are shown, and what
else they fill in is not. Errors keep their traceback and lose their message, which may quote a value:
PostgreSQL's says "Key (email)=(…) already exists".
"""

from __future__ import annotations

import logging
import logging.config
import re
import sys
import threading
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor

OURS = ("tracker", "alerts", "demo", "ringback")
"""Loggers whose words are our own. The web framework's, named like our root module, is not among them."""
LIBRARIES = ("_granian", "multiprocessing")
"""Loggers that hand nothing on by themselves."""
HIDDEN = "…"
MAIL_ADDRESS = re.compile(r"[^\s<>\"'=:/]+@[^\s<>\"',;)]+")
QUOTED_OR_ADDRESS = re.compile(r"[a-z+]+://\S+|'[^']*'|\"[^\"]*\"|<[^>]*>")
TASK = re.compile(r"ringback\.[a-z_]+")
"""The name of a task of ours, the one text of a library's that we know to be harmless."""
NO_VALUES = ("_record", "message", "asctime")
"""What is on a record and was not given as a value: other formatters leave their own there."""
WARNING_PLACE = re.compile(r"[^\s:]+:\d+: \w+")
"""Where a Python warning arose, and its kind; its text follows."""


def configure(level: str, *, as_json: bool) -> None:
    """Log from here on: our own lines from `level` on, libraries' from *warning* on, all to stderr."""
    logging.config.dictConfig(configuration(level, as_json=as_json))
    catch_strays()


def configuration(level: str, *, as_json: bool) -> dict[str, Any]:
    """Give the configuration for `logging.config.dictConfig`, as web servers want to be handed it."""
    ours = logging.getLevelNamesMapping()[level.upper()]
    theirs = max(ours, logging.WARNING)
    alone: dict[str, Any] = {"handlers": ["stderr"], "level": theirs, "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ringback": {"()": "tracker.logs.formatter", "as_json": as_json}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "ringback",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"handlers": ["stderr"], "level": theirs},
        "loggers": {name: {"level": ours} for name in OURS} | {name: dict(alone) for name in LIBRARIES},
    }


def formatter(*, as_json: bool) -> logging.Formatter:
    """Make what turns a record into a line."""
    plain = structlog.dev.ConsoleRenderer(
        colors=False,
        timestamp_key="time",
        exception_formatter=structlog.dev.plain_traceback,
        pad_event_to=0,
    )
    last: Processor = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else plain
    return structlog.stdlib.ProcessorFormatter(
        processors=[_told, last], use_get_message=False, pass_foreign_args=True
    )


def catch_strays() -> None:
    """Log, too, what ends a thread, cannot be raised anywhere, or is only warned of."""
    log = logging.getLogger("ringback")
    logging.captureWarnings(capture=True)

    def of_thread(stray: threading.ExceptHookArgs) -> None:
        error = stray.exc_value or RuntimeError()
        log.error("a thread ended by an error", exc_info=error)

    def unraisable(stray: sys.UnraisableHookArgs) -> None:
        log.error("an error that nobody could be told of", exc_info=stray.exc_value or RuntimeError())

    threading.excepthook = of_thread
    sys.unraisablehook = unraisable


def without_values(error: BaseException) -> str:
    """Write an error's traceback without its message, and those of the errors that led to it."""
    parts: list[str] = []
    seen: set[int] = set()
    this: BaseException | None = error
    while this is not None and id(this) not in seen:
        seen.add(id(this))
        frames = "".join(traceback.format_tb(this.__traceback__))
        parts.append(f"{frames}{kind_of(this)}")
        this = this.__cause__ or (None if this.__suppress_context__ else this.__context__)
    return "\n\nthat came of:\n".join(parts)


def kind_of(error: BaseException) -> str:
    """Name an error: its class, and the code that a database or the system gives it."""
    original = getattr(error, "orig", None) or error
    codes = (getattr(original, name, None) for name in ("sqlstate", "sqlite_errorname", "errno"))
    code = next((f" ({code})" for code in codes if code), "")
    inner = f" of {type(original).__name__}" if original is not error else ""
    return f"{type(error).__name__}{inner}{code}"


def _told(_logger: Any, _method: str, event: EventDict) -> EventDict:  # noqa: ANN401  (structlog's signature)
    """Say what a record says, and nothing of anybody."""
    record: logging.LogRecord = event["_record"]
    ours = record.name.partition(".")[0] in OURS
    args = event.get("positional_args") or ()
    said = _filled_in(str(record.msg), args if ours else _harmless(args))
    if record.name == "py.warnings":
        said = _warned(record.getMessage())
    elif not ours:
        said = QUOTED_OR_ADDRESS.sub(HIDDEN, said.partition("\n")[0])
    told: EventDict = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": MAIL_ADDRESS.sub(HIDDEN, said),
    }
    if ours:
        more = structlog.stdlib.ExtraAdder()(_logger, _method, {"_record": record})
        told.update((name, value) for name, value in more.items() if name not in NO_VALUES)
    error = (event.get("exc_info") or (None, None, None))[1]
    if error is not None:
        told["exception"] = without_values(error)
    return told


def _filled_in(template: str, args: Any) -> str:  # noqa: ANN401  (whatever a caller gives)
    try:
        return template % args if args else template
    except (TypeError, ValueError, KeyError):
        return template


def _harmless(args: Any) -> Any:  # noqa: ANN401
    """Give a library's values as far as they say nothing of anybody."""
    if isinstance(args, Mapping):
        return {name: _shown(value) for name, value in args.items()}
    return tuple(_shown(value) for value in args)


def _shown(value: object) -> object:
    if isinstance(value, (int, float)) or value is None:
        return value
    if isinstance(value, BaseException):
        return kind_of(value)
    return value if isinstance(value, str) and TASK.fullmatch(value) else HIDDEN


def _warned(text: str) -> str:
    place = WARNING_PLACE.match(text)
    return place.group() if place else "a warning of Python's"
