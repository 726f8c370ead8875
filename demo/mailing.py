"""Northwind's spring mailing: one mail whose button is the reader's own tracked link."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from demo.ports import HOST

if TYPE_CHECKING:
    from datetime import datetime

FOLDER = Path(__file__).parent / "mail"
SUBJECT = "Single sign-on, in every plan"
SENDER = formataddr(("Northwind", "hello@northwind.example"))
SMTP_TIMEOUT_S = 10
NEWS = (
    ("No longer an extra", "Single sign-on is part of every plan, at no extra price."),
    ("Slack in sight", "Plans show how far they may drift, so that a slip is news and not a surprise."),
    ("Moving is an afternoon", "Projects, people and history come along from other tools."),
)

_templates = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=select_autoescape(["html"]), undefined=StrictUndefined
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who gets the mail."""

    name: str
    first_name: str
    email: str
    link: str
    """Their own tracked link."""


def spring_mail(reader: Reader, now: datetime) -> EmailMessage:
    """Write the mail, as a mailing service would."""
    values = {"first_name": reader.first_name, "link": reader.link, "news": NEWS}
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = formataddr((reader.name, reader.email))
    message["Subject"] = SUBJECT
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain="northwind.example")
    message["List-Unsubscribe"] = "<mailto:unsubscribe@northwind.example>"
    message.set_content(_templates.get_template("spring.txt").render(values))
    message.add_alternative(_templates.get_template("spring.html").render(values), subtype="html")
    return message


def send(message: EmailMessage, port: int) -> None:
    """Send it by SMTP on this machine."""
    with smtplib.SMTP(HOST, port, timeout=SMTP_TIMEOUT_S) as server:
        server.send_message(message)
