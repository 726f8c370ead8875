"""`ringback link --own` and `ringback own`, as a marketer uses them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.cli_both import own
from tests.alerts.scenes import CHROME_ON_MAC
from tests.builders import NOON, add_campaign, add_prospect, add_site, add_user
from tracker.browsers import markers, marks
from tracker.cli.links import link_command
from tracker.links import OwnLink, read_token
from tracker.models import Browser, State, User, Visit

if TYPE_CHECKING:
    from tests.tracker.cli.conftest import Ringback
    from tracker.installation import Installation

HOME = "https://www.northwind.example/"
SAM = "sam@northwind.example"


@pytest.fixture
def sam(installation: Installation) -> User:
    with installation.database.writing() as session:
        add_site(session)
        add_campaign(session)
        return add_user(session, email=SAM)


def opened(installation: Installation, link: str) -> OwnLink:
    raw = read_token(link.partition("rb=")[2])
    assert raw is not None
    return OwnLink.open(installation.signer, raw.token, datetime.now(UTC))


def test_a_preview_of_a_campaign_leads_to_its_page(
    installation: Installation, ringback: Ringback, sam: User
) -> None:
    link = ringback(link_command, "--own", SAM.upper(), "--campaign", "spring-26").stdout.strip()
    assert link.startswith(f"{HOME}#rb=1")
    assert link.endswith("~spring-26")
    assert opened(installation, link).user_id == sam.id
    elsewhere = ringback(link_command, "--own", SAM, "--url", f"{HOME}pricing", "--in-query").stdout
    assert elsewhere.startswith(f"{HOME}pricing?rb=1")


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["kim@northwind.example", "--url", HOME], "There is no user kim@northwind.example"),
        ([SAM], "with --url, or a campaign that has one"),
        ([SAM, "--campaign", "autumn-26"], "with --url, or a campaign that has one"),
        ([SAM, "--url", "https://elsewhere.example/"], "https://www.northwind.example"),
        ([SAM, "--url", HOME, "--campaign", "Spring 26!"], "How about spring-26?"),
    ],
)
def test_what_cannot_be_is_refused_with_advice(ringback: Ringback, arguments: list[str], advice: str) -> None:
    assert advice in ringback(link_command, "--own", *arguments, exit_code=1).stderr


def test_who_left_gets_no_test_link(installation: Installation, ringback: Ringback, sam: User) -> None:
    with installation.database.writing() as session:
        session.get_one(User, sam.id).left_at = NOON
    refused = ringback(link_command, "--own", SAM, "--url", HOME, exit_code=1)
    assert "sam@northwind.example left" in refused.stderr


def test_own_browsers_are_listed_and_can_be_given_back(
    installation: Installation, ringback: Ringback, sam: User
) -> None:
    assert "In no browser of your own people" in ringback(own).stdout
    now = datetime.now(UTC)
    with installation.database.writing() as session:
        dana = add_prospect(session)
        browser = Browser(key="b1", prospect_id=dana.id, created_at=NOON, own_user_id=sam.id, own_at=NOON)
        session.add(browser)
        session.flush()
        session.add(
            Visit(
                prospect_id=dana.id,
                browser_id=browser.id,
                site_id=add_site(session).id,
                started_at=now - timedelta(days=1),
                last_at=now - timedelta(days=1),
                user_agent=CHROME_ON_MAC,
                state=State.INTERNAL,
            )
        )
    listed = ringback(own).stdout
    assert "Sam Reed <sam@northwind.example>: 1 browser\n" in listed
    day = f"{now - timedelta(days=1):%Y-%m-%d}"
    assert f"since 2026-03-10 12:00 UTC, last visit {day}, last opened the link of Dana Ortiz" in listed
    said = ringback(own, "clear", SAM).stdout
    assert said == (
        "1 browser no longer marked as Sam Reed's; test links made for them until now are dead.\n"
        "1 visit judged anew.\n"
    )
    with installation.database.reading() as session:
        assert session.query(Visit).one().state is State.UNCONFIRMED
        assert not marks(markers(session, {sam.id}), sam.id, now)
        assert marks(markers(session, {sam.id}), sam.id, datetime.now(UTC))
    assert "In no browser of your own people" in ringback(own).stdout
    assert "There is no user kim" in ringback(own, "clear", "kim@northwind.example", exit_code=1).stderr
