"""The mail channel against real servers, kind and unkind (R: SMTP faults)."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from alerts.channels.base import ChannelError, Misconfigured, PermanentFailure, TemporaryFailure
from alerts.channels.mail import SmtpChannel
from alerts.mail import Content, Mail
from tests.builders import NOON
from tests.smtp_sink import Manners, SmtpSink, rude_server, smtp_sink
from tracker.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEADLINE_S = 1.0
REPLY_S = 0.4
SLACK_S = 5.0


def settings_for(sink: SmtpSink, **fields: object) -> Settings:
    return Settings.model_validate(
        {
            "smtp_host": sink.host,
            "smtp_port": sink.port,
            "smtp_timeout_s": REPLY_S,
            "smtp_deadline_s": DEADLINE_S,
            "mail_from": "Ringback <ringback@northwind.example>",
        }
        | fields
    )


def call_dana(**fields: object) -> Mail:
    values: dict[str, object] = {
        "to_name": "Sam Reed",
        "to_address": "sam@northwind.example",
        "content": Content("Call Dana Ortiz, Brightwell: £48k", "+44 20 7946 0018\n", "<p>+44 20</p>\n"),
        "mail_id": "<a1@northwind.example>",
        "references": ("<a0@northwind.example>",),
    } | fields
    return Mail(**values)  # type: ignore[arg-type]


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with smtp_sink() as running:
        yield running


def test_an_alert_arrives_as_text_and_html_with_its_thread(sink: SmtpSink) -> None:
    SmtpChannel(settings_for(sink)).send(call_dana(), NOON)
    (mail,) = sink.mails
    assert mail["Subject"] == "Call Dana Ortiz, Brightwell: £48k"
    assert mail["Message-ID"] == "<a1@northwind.example>"
    assert mail["References"] == mail["In-Reply-To"] == "<a0@northwind.example>"
    assert mail["From"] == "Ringback <ringback@northwind.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOON
    assert mail["Reply-To"] is None
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert sink.envelopes[0].mail_from == "ringback@northwind.example"


def test_several_mails_share_one_connection(sink: SmtpSink) -> None:
    with SmtpChannel(settings_for(sink)).session() as line:
        for number in range(3):
            line.send(call_dana(mail_id=f"<a{number}@northwind.example>"), NOON)
    assert len(sink.mails) == 3
    assert sink.connections == 1


@pytest.mark.parametrize("address", ["jörg@northwind.example", "sam@bücher.example"])
def test_names_and_addresses_of_the_world_arrive(sink: SmtpSink, address: str) -> None:
    SmtpChannel(settings_for(sink)).send(call_dana(to_name="Jörg Müller", to_address=address), NOON)
    assert sink.mails[0]["To"].addresses[0].display_name == "Jörg Müller"
    assert sink.envelopes[0].rcpt_tos == [address.replace("bücher", "xn--bcher-kva")]


@pytest.mark.parametrize(
    ("manners", "failure"),
    [
        (Manners(at_sender="421 4.3.2 shutting down"), TemporaryFailure),
        (Manners(at_recipient="451 4.7.1 greylisted"), TemporaryFailure),
        (Manners(at_content="452 4.3.1 disk full"), TemporaryFailure),
        (Manners(at_recipient="550 5.1.1 no such user"), PermanentFailure),
        (Manners(at_content="554 5.7.1 looks like spam"), PermanentFailure),
        (Manners(at_sender="550 5.7.1 who are you"), Misconfigured),
        (Manners(at_recipient="554 5.7.1 Relay access denied"), Misconfigured),
        (Manners(login=("ringback", "right")), Misconfigured),
    ],
)
def test_R4_what_the_server_says_decides_what_follows(  # noqa: N802
    manners: Manners, failure: type[ChannelError]
) -> None:
    with smtp_sink(manners) as sink, pytest.raises(failure) as caught:
        SmtpChannel(settings_for(sink)).send(call_dana(), NOON)
    said = (manners.at_sender or manners.at_recipient or manners.at_content or "530")[:3]
    assert said in caught.value.reason


def test_R4_smtp_535_names_the_settings_to_check() -> None:  # noqa: N802
    with smtp_sink(Manners(login=("ringback", "right"))) as sink:
        channel = SmtpChannel(settings_for(sink, smtp_user="ringback", smtp_password="wrong"))
        with pytest.raises(Misconfigured, match="RINGBACK_SMTP_PASSWORD") as caught:
            channel.send(call_dana(), NOON)
    assert "535" in caught.value.reason
    assert "wrong" not in caught.value.reason


def test_with_the_right_password_it_logs_in() -> None:
    with smtp_sink(Manners(login=("ringback", "right"))) as sink:
        SmtpChannel(settings_for(sink, smtp_user="ringback", smtp_password="right")).send(call_dana(), NOON)
        assert len(sink.mails) == 1


def test_a_server_without_encryption_or_login_is_a_matter_of_settings(sink: SmtpSink) -> None:
    for wrong in ({"smtp_security": "starttls"}, {"smtp_security": "tls"}, {"smtp_user": "ringback"}):
        with pytest.raises(Misconfigured, match="RINGBACK_SMTP"):
            SmtpChannel(settings_for(sink, **wrong)).send(call_dana(), NOON)


def test_a_server_that_is_not_there_is_a_temporary_failure() -> None:
    with smtp_sink() as gone:
        pass
    with pytest.raises(TemporaryFailure):
        SmtpChannel(settings_for(gone)).send(call_dana(), NOON)


def test_a_connection_that_died_between_two_mails_is_opened_again(sink: SmtpSink) -> None:
    with SmtpChannel(settings_for(sink)).session() as line:
        line.send(call_dana(), NOON)
        line._smtp.sock.shutdown(2)  # type: ignore[union-attr]
        line.send(call_dana(mail_id="<a2@northwind.example>"), NOON)
    assert len(sink.mails) == 2


def test_a_mail_after_one_that_was_refused_goes_out_on_the_same_connection(sink: SmtpSink) -> None:
    with SmtpChannel(settings_for(sink)).session() as line:
        sink.manners.at_recipient = "550 5.1.1 no such user"
        with pytest.raises(PermanentFailure):
            line.send(call_dana(), NOON)
        sink.manners.at_recipient = ""
        line.send(call_dana(mail_id="<a2@northwind.example>"), NOON)
    assert [mail["Message-ID"] for mail in sink.mails] == ["<a2@northwind.example>"]
    assert sink.connections == 1


def test_a_line_is_kept_for_the_mails_that_come_next_and_then_closed(sink: SmtpSink) -> None:
    channel = SmtpChannel(settings_for(sink), keep_s=0.5)
    channel.send(call_dana(), NOON)
    with channel.session() as line:
        line.send(call_dana(mail_id="<a2@northwind.example>"), NOON)
    assert (len(sink.mails), sink.connections) == (2, 1)
    ends = time.monotonic() + SLACK_S
    while line.is_open and time.monotonic() < ends:
        time.sleep(0.05)
    assert not line.is_open
    channel.send(call_dana(mail_id="<a3@northwind.example>"), NOON)
    assert (len(sink.mails), sink.connections) == (3, 2)


def test_a_kept_line_that_the_server_left_costs_nothing_but_a_new_one(sink: SmtpSink) -> None:
    channel = SmtpChannel(settings_for(sink), keep_s=0.5)
    with channel.session() as line:
        line.send(call_dana(), NOON)
    line._smtp.sock.shutdown(2)  # type: ignore[union-attr]
    channel.send(call_dana(mail_id="<a2@northwind.example>"), NOON)
    assert (len(sink.mails), sink.connections) == (2, 2)


def test_a_line_on_which_something_failed_is_not_kept(sink: SmtpSink) -> None:
    channel = SmtpChannel(settings_for(sink), keep_s=0.5)
    sink.manners.at_content = "452 4.3.1 disk full"
    with pytest.raises(TemporaryFailure), channel.session() as line:
        line.send(call_dana(), NOON)
    assert not line.is_open


def test_a_forked_child_leaves_its_parents_line_alone(sink: SmtpSink) -> None:
    channel = SmtpChannel(settings_for(sink), keep_s=5)
    with channel.session() as line:
        line.send(call_dana(), NOON)
    (kept,) = channel._kept._lines
    channel._kept._lines[0] = kept._replace(process=kept.process + 1)
    channel.send(call_dana(mail_id="<a2@northwind.example>"), NOON)
    assert (len(sink.mails), sink.connections) == (2, 2)
    assert not line.is_open
    channel._kept.take().close()  # type: ignore[union-attr]


def _stall_at_banner() -> object:
    return rude_server(drip=False)


def _drip_at_banner() -> object:
    return rude_server(drip=True)


def _stall_after_data() -> object:
    return smtp_sink(Manners(stall_after_data=True))


def _drip_after_data() -> object:
    return smtp_sink(Manners(drip_reply=True))


@pytest.mark.parametrize("fault", [_stall_at_banner, _drip_at_banner, _stall_after_data, _drip_after_data])
def test_R4_whatever_the_server_does_the_worker_is_free_in_time(fault: Callable[[], object]) -> None:  # noqa: N802
    freed = threading.Event()
    begun = time.monotonic()
    with fault() as sink:  # type: ignore[attr-defined]

        def attempt() -> None:
            with pytest.raises(TemporaryFailure):
                SmtpChannel(settings_for(sink)).send(call_dana(), NOON)
            freed.set()

        worker = threading.Thread(target=attempt)
        worker.start()
        assert freed.wait(DEADLINE_S + SLACK_S), f"still held after {time.monotonic() - begun:.1f} s"
        worker.join()
        assert not sink.mails
