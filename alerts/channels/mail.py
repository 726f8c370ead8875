"""The mail channel: SMTP with explicit timeouts, and its answers in three kinds of failure."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from alerts.channels.base import (
    ChannelError,
    Misconfigured,
    PermanentFailure,
    TemporaryFailure,
    UnusableAddress,
)
from alerts.channels.deadline import Deadline, connect, tls_context
from alerts.channels.kept import KeptLines
from alerts.channels.mime import AddressError, Envelope, Sender, parse_sender, seal
from alerts.channels.replies import Reply, Step, judge

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from datetime import datetime

    from alerts.mail import Mail
    from tracker.settings import Settings

GOODBYE_S = 2.0
"""Seconds that a server may take to answer QUIT: the mail is accepted by then, only manners are left."""
KEEP_S = 20.0
"""Seconds that an idle line is kept for the next mail. Servers wait minutes (RFC 5321, 4.5.3.2.7: five), busy
ones ten seconds; one that hung up meanwhile costs a look and a new line.
"""


class SmtpChannel:
    """Sends mails through the server that the settings name."""

    name = "mail"

    def __init__(self, settings: Settings, keep_s: float = 0.0) -> None:
        """Connect to nothing yet. `keep_s`: how long a line is kept that nobody talks on, seconds."""
        self._settings = settings
        self._kept = KeptLines(keep_s)

    @contextmanager
    def session(self) -> Iterator[SmtpLine]:
        """Open a line, or take one that was kept; it connects at its first mail."""
        line = self._kept.take() or SmtpLine(self._settings)
        try:
            yield line
        except BaseException:
            line.close()
            raise
        self._kept.keep(line)

    def send(self, mail: Mail, date: datetime) -> None:
        """Send one mail on a line of its own; see `SmtpLine.send`."""
        with self.session() as line:
            line.send(mail, date)


class SmtpLine:
    """One connection, for several mails after each other; after a failure the next mail gets a new one."""

    def __init__(self, settings: Settings) -> None:
        """Connect to nothing yet."""
        self._settings = settings
        self._deadline = Deadline(settings.smtp_deadline_s, settings.smtp_timeout_s)
        self._smtp: _Smtp | None = None

    def send(self, mail: Mail, date: datetime) -> None:
        """Have the server accept `mail`, within `smtp_deadline_s` whatever it does.

        Raises:
            TemporaryFailure: 4xx, no answer, or one that takes too long.
            PermanentFailure: 5xx for this reader or this mail.
            UnusableAddress: a permanent failure too, found without asking.
            Misconfigured: login, sender, certificate or encryption are refused.

        """
        sender = self._sender()
        try:
            envelope = seal(mail, sender, date)
        except AddressError as error:
            raise UnusableAddress(str(error)) from error
        self._deadline.restart()
        try:
            if not self._goes_on(envelope):
                self._smtp = self._open(sender)
                judge(Step.SENDER, *self._begin(envelope))
            self._hand_over(envelope)
        except PermanentFailure:
            self._start_over()
            raise
        except ChannelError:
            self.hang_up()
            raise
        except (smtplib.SMTPException, OSError) as error:
            self.hang_up()
            raise _failure(error) from error

    def close(self) -> None:
        """Say goodbye, if there is anybody."""
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.goodbye()
        self.hang_up()

    @property
    def is_open(self) -> bool:
        """Whether there was somebody at the other end a moment ago."""
        return self._smtp is not None

    def hang_up(self) -> None:
        """Leave without a word."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _sender(self) -> Sender:
        try:
            return parse_sender(self._settings.mail_from)
        except AddressError as error:
            msg = f"RINGBACK_MAIL_FROM: {error}"
            raise Misconfigured(msg) from error

    def _goes_on(self, envelope: Envelope) -> bool:
        """Begin another mail on an open connection, if it still is one; servers hang up on idle ones."""
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                if self._begin(envelope)[0] == Reply.OK:
                    return True
        self.hang_up()
        return False

    def _start_over(self) -> None:
        """Have the server forget a mail that it refused, for the next."""
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                if self._smtp.rset()[0] == Reply.OK:
                    return
        self.hang_up()

    def _open(self, sender: Sender) -> _Smtp:
        settings = self._settings
        name = sender.domain if "." in sender.domain else "[127.0.0.1]"
        smtp = _Smtp(settings, self._deadline, name)
        try:
            code, text = smtp.connect(settings.smtp_host, settings.smtp_port)
            judge(Step.GREETING, code, text)
            smtp.ehlo_or_helo_if_needed()
            if settings.smtp_security == "starttls":
                smtp.starttls(context=tls_context(self._deadline))
                smtp.ehlo_or_helo_if_needed()
            if settings.smtp_user:
                smtp.login(settings.smtp_user, settings.smtp_password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _begin(self, envelope: Envelope) -> tuple[int, bytes]:
        """Name the sender of the next mail; gives the server's answer."""
        smtp = self._smtp
        assert smtp is not None  # noqa: S101  (opened by the caller)
        options = []
        if envelope.utf8:
            if not smtp.has_extn("smtputf8"):
                msg = f"The mail server cannot send to {envelope.recipient}: it lacks SMTPUTF8."
                raise PermanentFailure(msg)
            smtp.command_encoding = "utf-8"
            options = ["SMTPUTF8"]
        return smtp.mail(envelope.sender, options)

    def _hand_over(self, envelope: Envelope) -> None:
        smtp = self._smtp
        assert smtp is not None  # noqa: S101  (opened by the caller)
        judge(Step.RECIPIENT, *smtp.rcpt(envelope.recipient))
        try:
            code, text = smtp.data(envelope.content)
        except smtplib.SMTPDataError as error:
            code, text = error.smtp_code, _bytes(error.smtp_error)
        judge(Step.CONTENT, code, text)


class _Smtp(smtplib.SMTP):
    """The library's client over sockets that keep to our deadline."""

    def __init__(self, settings: Settings, deadline: Deadline, name: str) -> None:
        super().__init__(local_hostname=name, timeout=settings.smtp_timeout_s)
        self._host = settings.smtp_host  # what the server's certificate must say
        self._deadline = deadline
        self._tls = settings.smtp_security == "tls"

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        del timeout
        plain = connect(host, port, self._deadline)
        if not self._tls:
            return plain
        try:
            return tls_context(self._deadline).wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def goodbye(self) -> None:
        """Say QUIT, and wait for the answer only so long as manners ask."""
        self._deadline.restart(GOODBYE_S)
        self.quit()


def _failure(error: Exception) -> ChannelError:
    """Say what an error of the library means for the mail."""
    match error:
        case ssl.SSLCertVerificationError():
            return Misconfigured(f"The mail server's certificate is not trusted: {error.verify_message}.")
        case ssl.SSLError(reason="WRONG_VERSION_NUMBER"):
            return Misconfigured(
                "The mail server does not speak TLS on this port: check RINGBACK_SMTP_SECURITY and"
                " RINGBACK_SMTP_PORT."
            )
        case _ if type(error) in {smtplib.SMTPNotSupportedError, smtplib.SMTPException}:
            # The second is what the library says when no way to log in is left.
            return Misconfigured(
                f"The mail server cannot do what the settings ask for ({error}): check"
                " RINGBACK_SMTP_SECURITY and RINGBACK_SMTP_USER."
            )
        case smtplib.SMTPAuthenticationError():
            return _refused(Step.LOGIN, error)
        case smtplib.SMTPResponseException():
            return _refused(Step.GREETING, error)
        case _:
            text = str(error) or type(error).__name__
            return TemporaryFailure(f"The mail server did not answer as it should: {text}.")


def _refused(step: Step, error: smtplib.SMTPResponseException) -> ChannelError:
    try:
        judge(step, error.smtp_code, _bytes(error.smtp_error))
    except ChannelError as failure:
        return failure
    return TemporaryFailure(f"The mail server did not answer as it should: {error.smtp_code}.")


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
