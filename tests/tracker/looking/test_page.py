"""A page of the site is looked at as a browser would: a real server, real pages."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from tracker.doctor.finding import Level
from tracker.looking.examine import examine
from tracker.looking.page import PageError, fetch
from tracker.words import ConsentSource

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "nwk3y"
TAG = f'<script src="/ringback.js" data-site="{KEY}" data-consent="api"></script>'


@dataclass
class Website:
    """Answers every address in the same way, unless told otherwise."""

    origin: str = ""
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    silent_for_s: float = 0


@contextmanager
def _website() -> Iterator[Website]:
    site, leaving = Website(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            leaving.wait(site.silent_for_s)
            self.send_response(site.status)
            for name, value in ({"Content-Type": "text/html"} | site.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(site.body.encode())

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.origin = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        leaving.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def website() -> Iterator[Website]:
    with _website() as site:
        yield site


def found(site: Website, consent: ConsentSource = ConsentSource.API) -> list[tuple[Level, str]]:
    seen = fetch(f"{site.origin}/", [site.origin])
    return [(one.level, one.sentence) for one in examine(seen, KEY, consent)]


def test_all_is_well_with_the_tag_first_in_the_head(website: Website) -> None:
    website.body = f"<head>{TAG}<script>ringback(true)</script></head>"
    assert [level for level, _ in found(website)] == [Level.WELL]


def test_a_page_without_the_tag(website: Website) -> None:
    website.body = "<head><script src='/other.js'></script></head>"
    ((level, sentence),) = found(website)
    assert level is Level.ILL
    assert "not in this page" in sentence


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (f"<script src='a.js'></script>{TAG}", "make it the first"),
        (TAG.replace("src=", "async src="), "async or defer"),
        (TAG.replace(KEY, "<b>other"), "not this site's"),
        (TAG.replace('"api"', '"tcf"'), "data-consent"),
        (TAG.replace("/ringback.js", "http://other.example/ringback.js"), "from another host"),
        (TAG, "looks like a call of ringback(true)"),
    ],
)
def test_what_is_in_the_way_has_a_sentence(website: Website, body: str, words: str) -> None:
    website.body = body
    assert any(words in sentence for _, sentence in found(website))


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("default-src 'none'; connect-src 'self'", "to script-src"),
        ("default-src 'self'; connect-src 'none'", "to connect-src"),
    ],
)
def test_a_policy_that_blocks_is_named(website: Website, policy: str, words: str) -> None:
    website.body = TAG
    website.headers = {"Content-Security-Policy": policy}
    assert any(level is Level.ILL and words in sentence for level, sentence in found(website))


def test_a_policy_in_the_page_itself_counts(website: Website) -> None:
    website.body = f"<meta http-equiv='Content-Security-Policy' content=\"script-src 'none'\">{TAG}"
    assert any("to script-src" in sentence for _, sentence in found(website))


def test_s12_nobody_is_led_elsewhere(website: Website) -> None:
    with _website() as other:
        website.status, website.headers = 302, {"Location": f"{other.origin}/secret"}
        with pytest.raises(PageError, match="none of this site's addresses"):
            fetch(f"{website.origin}/", [website.origin])
        with pytest.raises(PageError, match="none of this site's addresses"):
            fetch(f"{other.origin}/", [website.origin])


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "", "http://[", "ftp://x.example/"]
)
def test_s12_only_pages_of_the_web_are_fetched(url: str) -> None:
    with pytest.raises(PageError):
        fetch(url, ["http://127.0.0.1:1"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": 404}, "answers 404"),
        ({"headers": {"Content-Type": "image/png"}}, "is no page"),
        ({"silent_for_s": 30}, "not there within"),
    ],
)
def test_a_page_that_cannot_be_looked_at_says_why(
    website: Website, change: dict[str, object], words: str
) -> None:
    for name, value in change.items():
        setattr(website, name, value)
    with pytest.raises(PageError, match=words):
        fetch(f"{website.origin}/", [website.origin], wait_s=0.3 if "silent_for_s" in change else 5)


def test_nobody_listens_there() -> None:
    with pytest.raises(PageError, match="cannot be fetched"):
        fetch("http://127.0.0.1:9/", ["http://127.0.0.1:9"])
