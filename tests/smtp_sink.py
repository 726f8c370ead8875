"""A real SMTP server that keeps what it is sent, and can be told to misbehave.

`SmtpSink` speaks the protocol (aiosmtpd) and answers as its `Manners` say; `RudeServer` does not even
get that far: it never greets, or drips its greeting a byte at a time.
"""

from __future__ import annotations

import asyncio
import email
import socket
import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

STALL_S = 3600.0
DRIP_S = 0.05


@dataclass
class Manners:
    """How the server answers; may be changed while it runs. An empty answer is a yes."""

    at_sender: str = ""
    at_recipient: str = ""
    at_content: str = ""
    stall_at_recipient: bool = False
    stall_after_data: bool = False
    stall_after_250: bool = False
    """Whether the mail is kept and the answer is not sent: the client cannot know."""
    login: tuple[str, str] | None = None
    """The user and password that it wants; None: none."""
    drip_reply: bool = False
    """Whether the answer to DATA comes a byte at a time, for ever."""


@dataclass
class SmtpSink:
    """Where it listens, what it was sent, and how often it was called."""

    host: str
    port: int
    manners: Manners
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    connections: int = 0
    arrived: threading.Condition = field(default_factory=threading.Condition)
    stalled: threading.Event = field(default_factory=threading.Event)
    """Set when it lets a client wait."""

    def wait(self, count: int, timeout: float = 20) -> list[EmailMessage]:
        """Wait until `count` mails are there; give what is there when the time is up."""
        with self.arrived:
            self.arrived.wait_for(lambda: len(self.mails) >= count, timeout)
            return list(self.mails)

    async def stall(self) -> None:
        self.stalled.set()
        await asyncio.sleep(STALL_S)


class _Handler:
    def __init__(self, sink: SmtpSink, on_mail: Callable[[EmailMessage], None] | None) -> None:
        self._sink = sink
        self._on_mail = on_mail

    async def handle_MAIL(  # noqa: N802  (the library's hook)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session
        if self._sink.manners.at_sender:
            return self._sink.manners.at_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if self._sink.manners.stall_at_recipient:
            await self._sink.stall()
        if self._sink.manners.at_recipient:
            return self._sink.manners.at_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        del session
        manners = self._sink.manners
        if manners.stall_after_data:
            await self._sink.stall()
        while manners.drip_reply:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.write(b"2")
            await asyncio.sleep(DRIP_S)
        if manners.at_content:
            return manners.at_content
        content = envelope.content
        assert isinstance(content, bytes)
        parsed = email.message_from_string(content.decode(), policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        with self._sink.arrived:
            self._sink.mails.append(parsed)
            self._sink.envelopes.append(envelope)
            self._sink.arrived.notify_all()
        if self._on_mail:
            self._on_mail(parsed)
        if manners.stall_after_250:
            await self._sink.stall()
        return "250 OK"


@contextmanager
def smtp_sink(
    manners: Manners | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    on_mail: Callable[[EmailMessage], None] | None = None,
) -> Iterator[SmtpSink]:
    """Run a server on a free port, with TLS from the first byte (`tls`) or on request (`starttls`)."""
    sink = SmtpSink("127.0.0.1", 0, manners or Manners())

    def knows(
        server: SMTP,
        session: Session,
        envelope: Envelope,
        mechanism: str,
        given: Any,  # noqa: ANN401
    ) -> AuthResult:
        del server, session, envelope, mechanism
        login = tuple(part.decode() for part in (given.login, given.password))
        return AuthResult(success=login == sink.manners.login, handled=False)

    class Counting(SMTP):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            sink.connections += 1
            super().connection_made(transport)

    class Server(Controller):
        def factory(self) -> SMTP:
            with warnings.catch_warnings():
                # A password in the clear, on this machine, from one test to another.
                warnings.simplefilter("ignore", UserWarning)
                return Counting(self.handler, **self.SMTP_kwargs)

    # Port 0 cannot be asked of this library: it connects to the port it was told.
    with socket.create_server(("127.0.0.1", 0)) as free:
        sink.port = free.getsockname()[1]
    controller = Server(
        _Handler(sink, on_mail),
        hostname=sink.host,
        port=sink.port,
        server_hostname="sink.example",
        ssl_context=tls,
        tls_context=starttls,
        authenticator=knows if sink.manners.login else None,
        auth_require_tls=False,
        auth_required=sink.manners.login is not None,
        enable_SMTPUTF8=True,
    )
    controller.start()
    sink.connections = 0  # the controller's own call, to see whether it runs
    try:
        yield sink
    finally:
        loop = controller.loop
        asyncio.run_coroutine_threadsafe(_cancel_others(), loop).result(10)
        controller.stop()


async def _cancel_others() -> None:
    """End conversations that stall."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.wait(others, timeout=5) if others else None


@contextmanager
def rude_server(*, drip: bool) -> Iterator[SmtpSink]:
    """Accept connections and never finish the greeting: say nothing, or drip it."""
    stopping = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        sink = SmtpSink("127.0.0.1", listener.getsockname()[1], Manners())

        def bore(connection: socket.socket) -> None:
            with connection:
                while not stopping.wait(DRIP_S):
                    if drip:
                        try:
                            connection.sendall(b"2")
                        except OSError:
                            return

        def accept() -> None:
            guests = []
            while not stopping.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                sink.connections += 1
                guests.append(threading.Thread(target=bore, args=(connection,)))
                guests[-1].start()
            for guest in guests:
                guest.join()

        host = threading.Thread(target=accept)
        host.start()
        try:
            yield sink
        finally:
            stopping.set()
            host.join()
