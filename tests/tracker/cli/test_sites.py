"""`ringback site` and `ringback topics`, as whoever looks after the website uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.builders import NOON
from tracker.cli.sites import site_command, topics_command, warn_of_home
from tracker.models import Site

if TYPE_CHECKING:
    import pytest

    from tests.tracker.cli.conftest import Ringback
    from tracker.installation import Installation


def test_a_site_is_added_and_its_tag_is_all_that_standard_output_holds(
    installation: Installation, ringback: Ringback
) -> None:
    added = ringback(site_command, "add", "https://WWW.a.example/", "https://a.example", "--consent", "tcf")
    with installation.database.writing() as session:
        site = session.scalars(select(Site)).one()
        site.seen_at = NOON
    tag = (
        f'<script src="https://ring.northwind.example/ringback.js" data-site="{site.key}"'
        ' data-consent="tcf"></script>'
    )
    assert added.stdout.strip() == tag
    assert "before every other script" in added.stderr
    assert ringback(site_command, "tag", "https://a.example").stdout.strip() == tag
    own = ringback(site_command, "tag", "https://a.example", "--own-host").stdout
    assert own.startswith('<script src="/ringback.js" data-site="')
    assert "/ringback/v1/more" not in own
    for more, home in (((), "https://ring.northwind.example"), (("--own-host",), "")):
        both = ringback(site_command, "tag", "https://a.example", "--hidden-link", *more).stdout
        link = f'<a href="{home}/ringback/v1/more" hidden tabindex="-1" rel="nofollow">More</a>'
        assert both.splitlines()[1:] == [link]
    listed = ringback(site_command, "list").stdout
    assert "https://www.a.example, https://a.example" in listed
    assert "last hit 2026-03-10 12:00 UTC" in listed


def test_a_tag_that_leads_to_this_machine_is_not_given_to_a_public_site_unsaid(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for base_url, origin, is_said in (
        ("http://127.0.0.1:8080", "https://a.example", True),
        ("http://127.0.0.1:8080", "http://localhost:3000", False),
        ("https://ring.a.example", "https://a.example", False),
    ):
        warn_of_home(base_url, [origin])
        assert ("which only this machine can reach" in capsys.readouterr().err) is is_said


def test_mistakes_are_answered_with_what_to_write(ringback: Ringback) -> None:
    assert "ringback site add" in ringback(site_command, "list").stdout
    refused = ringback(site_command, "add", "www.a.example", exit_code=1)
    assert "https://www.a.example" in refused.stderr
    ringback(site_command, "add", "https://b.example", "--name", "Shop\n\x1b[31m of B ")
    assert "Shop [31m of B  https://b.example" in ringback(site_command, "list").stdout
    bad = ringback(site_command, "tag", "https://b.example", "--param", "r b", exit_code=1)
    assert "like rb" in bad.stderr


def test_without_a_site_there_is_no_tag(ringback: Ringback) -> None:
    assert "no site yet" in ringback(site_command, "tag", "https://a.example", exit_code=1).stderr


def test_topics_are_listed_set_and_removed(ringback: Ringback) -> None:
    assert "/pricing*" in ringback(topics_command).stdout
    ringback(site_command, "add", "https://a.example", "--name", "Shop")
    ringback(topics_command, "set", "/tariffs*", "Pricing")
    ringback(topics_command, "set", "/plans", "feature", "--site", "https://a.example")
    lines = [line.split() for line in ringback(topics_command, "list").stdout.splitlines()]
    assert lines[0] == ["/plans", "feature", "(only", "Shop)"]
    assert lines[1] == ["/tariffs*", "pricing"]
    ringback(topics_command, "remove", "/tariffs*")
    assert "/tariffs" not in ringback(topics_command).stdout
    assert "no rule" in ringback(topics_command, "remove", "/tariffs*", exit_code=1).stderr
    assert "write one like" in ringback(topics_command, "set", "tariffs", "pricing", exit_code=1).stderr
