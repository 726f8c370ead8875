"""The mailbox takes mails by real SMTP and shows them without trusting them."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from threading import Timer
from typing import TYPE_CHECKING

import pytest

from demo.mailbox import Mailbox, smtp_server
from demo.mailpages import Owner, create_mail_pages
from demo.ports import HOST, free_port, is_free
from demo.serving import web
from tests.browser import launch_chromium
from tests.builders import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

DANA = Owner("Dana Ortiz", "dana@brightwell.example", "the prospect", "Nothing for Dana.")
SAM = Owner("Sam Reed", "sam@northwind.example", "the rep", "Nothing for Sam.")
Post = Callable[..., None]
HEIGHT_OF_FRAME = """new Promise(tell => requestAnimationFrame(() => requestAnimationFrame(
    () => tell(document.getElementById("html").offsetHeight))))"""
"""Once the page has settled: it hears of a new size before a frame is drawn."""


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox(lambda: NOON)


@pytest.fixture
def post(mailbox: Mailbox) -> Iterator[Post]:
    """Send a mail by SMTP."""
    with smtp_server(mailbox, 0) as port:

        def send(to: str = DANA.address, subject: str = "Hello", html: str = "<p>Hello</p>") -> None:
            message = EmailMessage()
            message["From"], message["To"], message["Subject"] = (
                "Northwind <hello@northwind.example>",
                to,
                subject,
            )
            message.set_content("Hello, in plain words.\n")
            message.add_alternative(html, subtype="html")
            with smtplib.SMTP(HOST, port, timeout=10) as server:
                server.send_message(message)

        yield send


@pytest.fixture
def pages(mailbox: Mailbox) -> FlaskClient:
    return create_mail_pages(mailbox, (DANA, SAM), ("Open Dana's mail.",)).test_client()


def test_each_owner_has_a_box_and_an_empty_one_says_what_it_waits_for(post: Post, pages: FlaskClient) -> None:
    post(subject="Single sign-on, in every plan")
    html = pages.get("/").text
    dana, sam = html.index("Dana Ortiz"), html.index("Sam Reed")
    assert dana < html.index("Single sign-on, in every plan") < sam < html.index(SAM.empty)
    assert DANA.empty not in html


def test_mails_to_others_are_shown_as_well(post: Post, pages: FlaskClient) -> None:
    assert "Everybody else" not in pages.get("/").text
    post(to="priya@northwind.example", subject="For Priya")
    assert "For Priya" in pages.get("/").text.partition("Everybody else")[2]


def test_a_mail_shows_both_its_parts_and_its_headers(post: Post, pages: FlaskClient) -> None:
    post()
    html = pages.get("/mail/1").text
    assert "Hello, in plain words." in html
    assert "multipart/alternative" in html
    assert 'src="/mail/1/html"' in html
    assert "allow-scripts" not in html
    assert pages.get("/mail/1/html").text == '<base target="_blank"><p>Hello</p>\n'


def test_a_hostile_mail_runs_nothing_and_loads_nothing(post: Post, pages: FlaskClient) -> None:
    post(
        subject='<script>alert("subject")</script>', html="<script>alert(1)</script><img src=//evil.example>"
    )
    for path in ("/", "/mail/1"):
        assert "<script>alert" not in pages.get(path).text
    policy = pages.get("/mail/1/html").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "img-src data:" in policy


@pytest.mark.browser
def test_the_frame_of_a_mail_shrinks_with_what_it_shows(post: Post, pages: FlaskClient) -> None:
    post(html=f"<p>{'A long letter about single sign-on. ' * 200}</p>")
    with web(pages.application, 0) as address, launch_chromium() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(f"{address}/mail/1")
        narrow = page.evaluate(HEIGHT_OF_FRAME)
        page.set_viewport_size({"width": 1600, "height": 900})
        wide = page.evaluate(HEIGHT_OF_FRAME)
        page.set_viewport_size({"width": 390, "height": 844})
        again = page.evaluate(HEIGHT_OF_FRAME)
    assert wide < narrow - 100
    assert again == narrow


def test_news_of_mails_comes_as_json_newest_first(post: Post, pages: FlaskClient) -> None:
    post(subject="First")
    post(to=SAM.address, subject="Second")
    assert [
        (mail["number"], mail["subject"], mail["to"]) for mail in pages.get("/messages.json").get_json()
    ] == [
        (2, "Second", SAM.address),
        (1, "First", DANA.address),
    ]


@pytest.mark.parametrize("path", ["/", "/mail/1"])
def test_a_page_says_which_mails_are_no_news_to_it(post: Post, pages: FlaskClient, path: str) -> None:
    """So that one that comes while the page loads is news."""
    post()
    post(to=SAM.address)
    assert 'data-seen="2"' in pages.get(path).text


def test_a_mail_that_is_not_there_is_not_found(pages: FlaskClient) -> None:
    assert pages.get("/mail/1").status_code == 404
    assert pages.get("/mail/1/html").status_code == 404


def test_one_can_wait_for_a_mail(mailbox: Mailbox, post: Post) -> None:
    timer = Timer(0.1, post, kwargs={"to": SAM.address})
    timer.start()
    mail = mailbox.wait_for(lambda each: each.recipient == SAM.address, 20)
    timer.join()
    assert mail is not None
    assert mail.at == NOON
    assert mailbox.wait_for(lambda each: each.subject == "Never", 0.01) is None


def test_the_server_frees_its_port_when_it_stops(mailbox: Mailbox) -> None:
    port = free_port()
    with smtp_server(mailbox, port):
        assert not is_free(port)
    assert is_free(port)
