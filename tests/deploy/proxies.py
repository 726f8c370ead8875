"""The recipes of `deploy/`, run by a real nginx and a real Caddy of the tests' own."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from demo.crowd import SITE
from demo.ports import HOST, free_port
from demo.serving import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEPLOY = Path(__file__).parents[2] / "deploy"
SITE_HOST = SITE.removeprefix("https://")
PAGES_HOST = "ringback.example.com"
READY_WITHIN_S = 20
ANSWER_WITHIN_S = 10
OPENSSL = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=ringback")
Name = Literal["nginx", "caddy"]


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that listens with TLS, for the website and for the reps' pages."""

    port: int
    certificate: Path

    def open(self, host: str) -> socket.socket:
        """Connect as a browser does that looks for `host`."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        raw = socket.create_connection((HOST, self.port), timeout=ANSWER_WITHIN_S)
        return context.wrap_socket(raw, server_hostname=host)

    def ask(
        self, host: str, path: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> HTTPResponse:
        """GET, or POST a body; the answer has been read."""
        connection = HTTPConnection(host)
        connection.sock = self.open(host)
        connection.request("GET" if body is None else "POST", path, body, dict(headers or {}))
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer


@contextmanager
def proxy(name: Name, upstream: int, folder: Path) -> Iterator[Proxy]:
    """Run one in front of a port; its recipe's ports, names and certificate are the test's."""
    certificate = _certificate(folder)
    port = free_port()
    command = (_nginx if name == "nginx" else _caddy)(port, upstream, folder)
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)  # noqa: S603  (the proxy)
    try:
        _wait(process, port, folder / f"{name}.log")
        yield Proxy(port, certificate)
    finally:
        process.terminate()
        process.wait()


def _nginx(port: int, upstream: int, folder: Path) -> list[str]:
    for path in (DEPLOY / "nginx").iterdir():
        text = path.read_text(encoding="utf-8")
        text = text.replace("127.0.0.1:8080", f"127.0.0.1:{upstream}").replace("443", str(port))
        text = text.replace("/var/log/nginx", str(folder)).replace("/etc/ssl/ringback", str(folder))
        (folder / path.name).write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(
        f"""
        daemon off; worker_processes 1; pid {folder}/pid; error_log stderr;
        events {{ }}
        http {{
            access_log off; client_body_temp_path {folder}/bodies; proxy_temp_path {folder}/answers;
            fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
            include ringback-upstream.conf;
            include ringback-pages.conf;
            server {{
                listen {port} ssl; server_name {SITE_HOST};
                ssl_certificate fullchain.pem; ssl_certificate_key privkey.pem;
                include ringback-endpoint.conf;
            }}
        }}""",
        encoding="utf-8",
    )
    return [str(shutil.which("nginx")), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]


def _caddy(port: int, upstream: int, folder: Path) -> list[str]:
    text = (DEPLOY / "caddy" / "Caddyfile").read_text(encoding="utf-8")
    text = text.replace("127.0.0.1:8080", f"127.0.0.1:{upstream}")
    for host, ours in (("www.example.com", SITE_HOST), (PAGES_HOST, PAGES_HOST)):
        text = text.replace(f"\n{host} {{", f"\nhttps://{ours}:{port} {{\n\ttls fullchain.pem privkey.pem")
    version = subprocess.run(["caddy", "version"], capture_output=True, text=True, check=True).stdout  # noqa: S607
    if tuple(map(int, re.findall(r"\d+", version)[:3])) < (2, 6, 4):
        text = text.replace("request_buffers 64KiB", "buffer_requests")  # as the recipe says
    (folder / "Caddyfile").write_text(f"{{\n\tadmin off\n\tauto_https off\n}}\n{text}", encoding="utf-8")
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def _certificate(folder: Path) -> Path:
    """Make a certificate for both hosts that the tests' client trusts."""
    certificate = folder / "fullchain.pem"
    names = f"subjectAltName=DNS:{SITE_HOST},DNS:{PAGES_HOST}"
    subprocess.run(  # noqa: S603  (openssl, with fixed words)
        [*OPENSSL, "-addext", names, "-keyout", folder / "privkey.pem", "-out", certificate],
        check=True,
        capture_output=True,
    )
    return certificate


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    ends = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < ends and process.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise ServerError(log.read_text(encoding="utf-8"))
