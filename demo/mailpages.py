"""The mailbox's web pages: who got what, one mail with both its parts, and news of arrivals.

A mail is somebody else's HTML: it is shown in a frame without scripts, under a policy that loads
nothing from anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, jsonify, render_template

if TYPE_CHECKING:
    from datetime import datetime

    from demo.mailbox import Mailbox, Received

FOLDER = Path(__file__).parent / "mailbox"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'self'; form-action 'none';"
    " frame-ancestors 'self'"
)
"""Mails carry their styles inline; there is no other way to write one."""
NEW_TAB = '<base target="_blank">'
"""Links of a mail open beside the mailbox, as they do in every mail program."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose mails are shown as a box of their own."""

    name: str
    address: str
    part: str
    """What they are in the story, e.g. *the rep*."""
    empty: str
    """What to say while they have no mail."""


@dataclass(frozen=True, slots=True)
class Box:
    """An owner's mails, newest first."""

    owner: Owner
    mails: list[Received]


def create_mail_pages(mailbox: Mailbox, owners: tuple[Owner, ...], steps: tuple[str, ...] = ()) -> Flask:
    """Make the pages; `steps` tell a newcomer what to do here."""
    app = Flask(__name__, template_folder=FOLDER / "templates", static_folder=FOLDER / "static")
    app.add_template_filter(_time, "time")

    @app.after_request
    def strict(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-cache"
        return response

    @app.get("/")
    def show_boxes() -> str:
        seen = _latest(mailbox)  # before the boxes are filled: what comes meanwhile is news
        return render_template("boxes.html", boxes=_boxes(mailbox, owners), steps=steps, seen=seen)

    @app.get("/mail/<int:number>")
    def show_mail(number: int) -> str:
        return render_template("mail.html", mail=_found(mailbox, number), seen=_latest(mailbox))

    @app.get("/mail/<int:number>/html")
    def show_html(number: int) -> Response:
        response = Response(_with_base(_found(mailbox, number).html), mimetype="text/html")
        response.headers["Content-Security-Policy"] = MAIL_POLICY
        return response

    @app.get("/messages.json")
    def messages() -> Response:
        return jsonify([_as_json(mail) for mail in mailbox.mails()])

    return app


def _boxes(mailbox: Mailbox, owners: tuple[Owner, ...]) -> list[Box]:
    mails = mailbox.mails()
    boxes = [Box(owner, [mail for mail in mails if mail.recipient == owner.address]) for owner in owners]
    known = {owner.address for owner in owners}
    others = [mail for mail in mails if mail.recipient not in known]
    return [*boxes, *([Box(Owner("Everybody else", "", "", ""), others)] if others else [])]


def _latest(mailbox: Mailbox) -> int:
    return max((mail.number for mail in mailbox.mails()), default=0)


def _found(mailbox: Mailbox, number: int) -> Received:
    mail = mailbox.mail(number)
    if mail is None:
        abort(404)
    return mail


def _as_json(mail: Received) -> dict[str, object]:
    return {
        "number": mail.number,
        "at": mail.at.isoformat(),
        "to": mail.recipient,
        "from": mail.sender,
        "subject": mail.subject,
    }


def _with_base(html: str) -> str:
    head, tag, rest = html.partition("<head>")
    return f"{head}{tag}{NEW_TAB}{rest}" if tag else NEW_TAB + html


def _time(moment: datetime) -> str:
    """Write a moment as this machine's clock on the wall shows it."""
    return moment.astimezone().strftime("%H:%M:%S")
