"""Northwind's site is one that a real company could have, under a policy that a strict one would have."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from demo.site import PAGES, create_site
from tracker.topic_rules import DEFAULT_RULES, topic_of

RINGBACK = "http://127.0.0.1:8080"
client = create_site(RINGBACK, "SITEKEY").test_client()


class Page(HTMLParser):
    """What a page loads, where it leads, and what it writes inline."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.scripts: list[dict[str, str | None]] = []
        self.links: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self.scripts.append(given)
        if tag == "a":
            self.links.append(given.get("href") or "")
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


def page(path: str) -> Page:
    response = client.get(path)
    assert response.status_code == 200
    return Page(response.text)


@pytest.mark.parametrize("path", PAGES)
def test_the_snippet_is_the_first_script_of_every_page(path: str) -> None:
    first, second, *_ = page(f"/{path}").scripts
    assert first == {"src": f"{RINGBACK}/ringback.js", "data-site": "SITEKEY"}
    assert "analytics" in str(second["src"])


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_written_inline_so_that_the_policy_holds(path: str) -> None:
    assert page(f"/{path}").inline == []
    policy = client.get(f"/{path}").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert f"script-src 'self' {RINGBACK};" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", PAGES)
def test_every_link_leads_somewhere(path: str) -> None:
    for link in page(f"/{path}").links:
        if not link.startswith("#"):
            assert client.get(link.partition("#")[0]).status_code == 200, link


def test_everything_that_the_pages_load_is_there() -> None:
    html = client.get("/").text
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', html):
        with client.get(address) as response:
            assert response.status_code == 200, address


@pytest.mark.parametrize(
    ("path", "topic"),
    [
        ("pricing", "pricing"),
        ("features/sso", "feature"),
        ("compare/acme", "comparison"),
        ("customers/harbour-lane", "case study"),
        ("docs", "docs"),
        ("demo", "demo"),
        ("contact", "contact"),
        ("blog/the-monday-test", "blog"),
        ("careers", "careers"),
        ("", ""),
    ],
)
def test_pages_get_their_topics_by_the_default_rules(path: str, topic: str) -> None:
    assert path in PAGES
    assert topic_of(f"https://northwind.example/{path}", DEFAULT_RULES) == topic


def test_whoever_asks_for_a_demo_is_thanked() -> None:
    assert "Thank you" in client.post("/demo", data={"name": "Dana", "email": "d@x.example"}).text


def test_a_page_that_is_not_there_says_so_in_the_same_dress() -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert "Off the chart" in response.text
