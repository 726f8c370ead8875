"""What stands in a mail's headers is what was meant, and nothing more (S9)."""

from __future__ import annotations

import email
from email import policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.channels.mime import AddressError, parse_sender, plain, seal, wire_address
from alerts.mail import Content, Mail
from tests.builders import NOON

SENDER = parse_sender("Ringback <ringback@northwind.example>")
WRITTEN = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("MIME-Version", "Content-Type"),
}


@given(subject=st.text(max_size=300), name=st.text(max_size=80))
def test_S9_no_text_becomes_a_header(subject: str, name: str) -> None:  # noqa: N802
    mail = Mail(name, "sam@northwind.example", Content(subject, "text", "html"), "<a1@northwind.example>")
    read = email.message_from_bytes(seal(mail, SENDER, NOON).content, policy=policy.default)
    assert set(read.keys()) == WRITTEN
    assert read["Subject"] == plain(subject, 200)
    assert plain(name, 80).startswith(read["To"].addresses[0].display_name)


def test_S9_lines_and_marks_that_turn_text_around_are_gone() -> None:  # noqa: N802
    assert plain("Dana\r\nBcc: all@x.example\x00\u202e \u2066!\t👩\u200d💻", 100) == (
        "Dana Bcc: all@x.example ! 👩\u200d💻"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "a@",
        "@b.example",
        "a b@c.example",
        "a@b@c.example",
        "a@b.example\r\nRCPT TO:<x@y>",
        "<a@b.example>",
        "a@b.example,c@d.example",
        "a..b@c.example",
        "a@b..c",
        "a\x00@b.example",
        f"a@{'x' * 64}.example",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        wire_address(text)


def test_a_long_message_id_stays_one_word() -> None:
    long = f"<{'a' * 100}@{'northwind.' * 5}example>"
    mail = Mail("Sam", "sam@northwind.example", Content("Call", "text", "html"), long, (long, long))
    lines = seal(mail, SENDER, NOON).content.decode().split("\r\n")
    assert f"Message-ID: {long}" in lines
    assert f"References: {long}" in lines
    assert f" {long}" in lines
