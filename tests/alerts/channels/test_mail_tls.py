"""Mails go over TLS that is verified, or they do not go."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest

from alerts.channels.base import Misconfigured
from alerts.channels.mail import SmtpChannel
from tests.alerts.channels.test_mail import call_dana, settings_for
from tests.builders import NOON
from tests.smtp_sink import smtp_sink

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory, in_ci: bool) -> Path:  # noqa: FBT001
    """A key and a certificate for 127.0.0.1, in one file, made for this run."""
    openssl = shutil.which("openssl")
    if openssl is None:
        assert not in_ci, "openssl is missing"
        pytest.skip("openssl is not installed")
    made = tmp_path_factory.mktemp("tls")
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=sink"]
    command += [
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        str(made / "key"),
        "-out",
        str(made / "cert"),
    ]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  (our own words)
    return made


@pytest.fixture
def served(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert", certificate / "key")
    return context


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_trusted_certificate_is_talked_to(
    certificate: Path, served: ssl.SSLContext, security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert"))
    with smtp_sink(**{security: served}) as sink:  # type: ignore[arg-type]
        SmtpChannel(settings_for(sink, smtp_security=security)).send(call_dana(), NOON)
        assert len(sink.mails) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_an_unknown_certificate_is_refused(served: ssl.SSLContext, security: str) -> None:
    with smtp_sink(**{security: served}) as sink:  # type: ignore[arg-type]
        with pytest.raises(Misconfigured, match="certificate"):
            SmtpChannel(settings_for(sink, smtp_security=security)).send(call_dana(), NOON)
        assert not sink.mails


def test_a_certificate_for_another_name_is_refused(
    certificate: Path, served: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert"))
    with smtp_sink(tls=served) as sink:
        channel = SmtpChannel(settings_for(sink, smtp_security="tls", smtp_host="localhost"))
        with pytest.raises(Misconfigured, match="certificate"):
            channel.send(call_dana(), NOON)
