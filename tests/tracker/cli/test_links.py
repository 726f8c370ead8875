"""`ringback links`, `link` and `token`, as a marketer and a rep use them."""

from __future__ import annotations

import csv
import errno
import os
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.builders import NOON, add_account, add_deal, add_prospect, add_site, add_user
from tracker.cli.links import link_command, links_command, token_command
from tracker.links import LinkToken, read_token
from tracker.models import Campaign, DealStatus, SuppressionKind, Token
from tracker.suppression import suppress

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tracker.cli.conftest import Ringback
    from tracker.installation import Installation

PRICING = "https://www.northwind.example/pricing"
DAYS_400 = timedelta(days=400)


@pytest.fixture
def people(installation: Installation) -> None:
    with installation.database.writing() as session:
        add_site(session)
        brightwell = add_account(session)
        dana = add_prospect(session, brightwell, email="Dana@brightwell.example")
        add_deal(session, dana)
        add_prospect(session, name="=cmd()", email="mallory@brightwell.example")
        add_deal(session, add_prospect(session, name="Won", email="won@a.example"), status=DealStatus.WON)
        both = add_prospect(session, name="Both", email="both@a.example")
        add_deal(session, both)
        add_deal(session, both, status=DealStatus.OPEN)
        add_prospect(session, name="Un", email="un@a.example")
        add_prospect(session, name="Notrack", email="notrack@a.example")
        add_prospect(session, name="Nomail", email="").email = None
        for email, kind in (
            ("un@a.example", SuppressionKind.UNSUBSCRIBED),
            ("notrack@a.example", SuppressionKind.DO_NOT_TRACK),
            ("dana@brightwell.example", SuppressionKind.DO_NOT_CALL),
        ):
            suppress(session, installation.signer, [email], kind, "asked", NOON)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.usefixtures("people")
def test_the_csv_lists_whom_to_mail_with_a_genuine_token_each(
    installation: Installation, ringback: Ringback, tmp_path: Path
) -> None:
    out = tmp_path / "spring.csv"
    result = ringback(links_command, "spring-26", "--url", f"{PRICING}#plans", "--csv", str(out))
    rows = read(out)
    assert [row["email"] for row in rows] == [
        "Dana@brightwell.example",
        "mallory@brightwell.example",
        "both@a.example",
    ]
    dana = rows[0]
    assert dana["first_name"] == "Dana"
    assert dana["name"] == "Dana Ortiz"
    assert dana["company"] == "Brightwell"
    assert dana["link"] == f"{PRICING}#plans&rb={dana['ringback']}~spring-26"
    raw = read_token(dana["link"].partition("rb=")[2])
    assert raw is not None
    assert raw.label == "spring-26"
    opened = LinkToken.open(installation.signer, raw.token, datetime.now(UTC), DAYS_400)
    with installation.database.reading() as session:
        assert opened.key in session.scalars(select(Token.key)).all()
        assert session.scalars(select(Campaign.label)).all() == ["spring-26"]
        assert len(session.scalars(select(Token)).all()) == 3
    for said in (
        "3 people in",
        "1 without an e-mail address",
        "1 unsubscribed",
        "1 asked not to be tracked",
        "1 with open or won deals only",
        "#plans&rb=*|RINGBACK|*~spring-26",
        "#plans&rb={{ person|lookup:'ringback' }}~spring-26",
        "@TrackLink",
    ):
        assert said in result.stdout


@pytest.mark.usefixtures("people")
def test_s10_no_name_runs_as_a_formula(ringback: Ringback, tmp_path: Path) -> None:
    out = tmp_path / "spring.csv"
    ringback(links_command, "spring-26", "--url", PRICING, "--csv", str(out))
    assert read(out)[1]["name"] == "'=cmd()"


@pytest.mark.usefixtures("people")
def test_the_next_campaign_has_the_same_tokens(ringback: Ringback, tmp_path: Path) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    ringback(links_command, "spring-26", "--url", PRICING, "--csv", str(first))
    ringback(links_command, "summer-26", "--url", PRICING, "--csv", str(second))
    assert [row["ringback"] for row in read(first)] == [row["ringback"] for row in read(second)]
    assert read(second)[0]["link"].endswith("~summer-26")


@pytest.mark.usefixtures("people")
def test_the_csv_goes_to_standard_output_alone_and_one_service_is_shown(ringback: Ringback) -> None:
    arguments = ["spring-26", "--url", PRICING, "--csv", "-", "--service", "Customer.io"]
    result = ringback(links_command, *arguments)
    assert result.stdout.startswith("email,first_name,name,company,ringback,link")
    assert f"{PRICING}#rb={{{{customer.ringback}}}}~spring-26" in result.stderr
    assert "RINGBACK|" not in result.stderr


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("arguments", "exit_code", "advice"),
    [
        (["Spring 26!", "--url", PRICING], 1, "How about spring-26?"),
        (["spring-26", "--url", "https://elsewhere.example/"], 1, "https://www.northwind.example"),
        (["spring-26", "--url", "/pricing"], 1, "write all of it"),
        (["spring-26", "--url", f"{PRICING}#rb=x"], 1, "already"),
        (["spring-26", "--url", PRICING, "--service", "pigeons"], 2, "mailchimp, hubspot"),
    ],
)
def test_what_cannot_be_is_refused_with_advice_and_leaves_nothing_behind(
    installation: Installation,
    ringback: Ringback,
    tmp_path: Path,
    arguments: list[str],
    exit_code: int,
    advice: str,
) -> None:
    out = tmp_path / "spring.csv"
    result = ringback(links_command, *arguments, "--csv", str(out), exit_code=exit_code)
    assert advice in result.stderr
    assert not out.exists()
    with installation.database.reading() as session:
        assert session.scalars(select(Campaign)).all() == []
        assert session.scalars(select(Token)).all() == []


@pytest.mark.usefixtures("people")
def test_a_file_that_cannot_be_written_is_named_and_leaves_nothing_behind(
    installation: Installation, ringback: Ringback, tmp_path: Path
) -> None:
    out = str(tmp_path / "missing" / "spring.csv")
    result = ringback(links_command, "spring-26", "--url", PRICING, "--csv", out, exit_code=1)
    assert "Cannot write" in result.stderr
    with installation.database.reading() as session:
        assert session.scalars(select(Campaign)).all() == []
        assert session.scalars(select(Token)).all() == []


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("param", ["", "a b&c", "1", '"><script>', "~"])
def test_a_name_that_would_kill_every_link_is_refused(ringback: Ringback, tmp_path: Path, param: str) -> None:
    out = tmp_path / "spring.csv"
    result = ringback(links_command, "c", "--url", PRICING, "--csv", str(out), "--param", param, exit_code=1)
    assert "like rb" in result.stderr
    assert not out.exists()


@pytest.mark.usefixtures("people")
def test_a_list_of_tokens_is_for_its_owner_s_eyes(ringback: Ringback, tmp_path: Path) -> None:
    out = tmp_path / "spring.csv"
    ringback(links_command, "c", "--url", PRICING, "--csv", str(out))
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


@pytest.mark.usefixtures("people")
def test_a_list_that_fails_on_the_way_leaves_the_old_one_whole(
    ringback: Ringback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "spring.csv"
    out.write_text("the old one")

    def full(*_given: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tracker.cli.links.write_csv", full)
    said = ringback(links_command, "c", "--url", PRICING, "--csv", str(out), exit_code=1).stderr
    assert "No space left" in said
    assert out.read_text() == "the old one"
    assert [left.name for left in tmp_path.iterdir() if "spring" in left.name] == [out.name]


@pytest.mark.usefixtures("people")
def test_a_device_stays_a_device(ringback: Ringback, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        ringback(links_command, "c", "--url", PRICING, "--csv", str(pipe))
        assert os.read(reader, 5) == b"email"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


@pytest.mark.usefixtures("people")
def test_a_rep_gets_one_link_for_a_personal_mail(ringback: Ringback) -> None:
    link = ringback(link_command, "DANA@brightwell.example", "--url", PRICING).stdout.strip()
    raw = read_token(link.partition("#rb=")[2])
    assert raw is not None
    assert raw.label == ""
    again = ringback(link_command, "dana@brightwell.example", "--url", PRICING, "--campaign", "thanks")
    assert again.stdout.strip() == f"{link}~thanks"
    in_query = ringback(link_command, "dana@brightwell.example", "--url", f"{PRICING}#a", "--in-query")
    assert in_query.stdout.strip() == link.replace("#", "?") + "#a"


@pytest.mark.usefixtures("people")
def test_who_asked_not_to_be_tracked_gets_no_link(ringback: Ringback) -> None:
    refused = ringback(link_command, "notrack@a.example", "--url", PRICING, exit_code=1)
    assert "asked not to be tracked" in refused.stderr
    allowed = ringback(link_command, "un@a.example", "--url", PRICING)
    assert "unsubscribed" in allowed.stderr
    unknown = ringback(link_command, "nobody@a.example", "--url", PRICING, exit_code=1)
    assert "Nobody here" in unknown.stderr


@pytest.mark.usefixtures("people")
def test_a_person_s_links_can_be_ended_and_begun_anew(ringback: Ringback) -> None:
    before = ringback(link_command, "dana@brightwell.example", "--url", PRICING).stdout
    assert "are dead" in ringback(token_command, "revoke", "dana@brightwell.example").stdout
    assert "no living links" in ringback(token_command, "revoke", "dana@brightwell.example").stdout
    assert "new token" in ringback(token_command, "rotate", "dana@brightwell.example").stdout
    assert ringback(link_command, "dana@brightwell.example", "--url", PRICING).stdout != before


@pytest.mark.usefixtures("people")
def test_a_test_link_for_a_campaign_that_is_not_there_is_minded(
    installation: Installation, ringback: Ringback
) -> None:
    with installation.database.writing() as session:
        add_user(session, email="sam@northwind.example")
    asked = ("sam@northwind.example", "--own", "--url", PRICING, "--campaign")
    minded = ringback(link_command, *asked, "neverwas")
    assert minded.stdout.startswith(PRICING)
    assert minded.stdout.count("\n") == 1
    assert "Mind: there is no campaign neverwas" in minded.stderr
    ringback(link_command, "dana@brightwell.example", "--url", PRICING, "--campaign", "spring-26")
    assert ringback(link_command, *asked, "spring-26").stderr == ""


@pytest.mark.usefixtures("people")
def test_an_endless_address_is_not_repeated_whole(ringback: Ringback) -> None:
    said = ringback(link_command, "x" * 5_000, "--url", PRICING, exit_code=1).stderr
    assert "Nobody here" in said
    assert len(said) < 300
