"""`ringback consent`: proof in, recognised; proof taken back, not; and the proof shown to who asks."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.builders import NOON, add_prospect
from tests.tracker.ingest.stories import ORIGIN, Setting, add_dana, set_up, view
from tests.tracker.ingest.walk import Walk
from tracker.cli.consent import HEADINGS, consent_command
from tracker.cli.links import link_command
from tracker.ingest.front import Reply
from tracker.ingest.hit import DropReason
from tracker.links import LinkToken, read_token
from tracker.models import Browser, Consent, PageView, Prospect, Site
from tracker.suppression import suppress
from tracker.words import ConsentSource, SuppressionKind

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tracker.cli.conftest import Ringback
    from tracker.installation import Installation

DANA, LEE = "dana@brightwell.example", "lee@fernhill.example"
TOLD = ("--text-version", "2026-01", "--source", "demo form")


@pytest.fixture
def people(installation: Installation) -> None:
    with installation.database.writing() as session:
        add_prospect(session, email=DANA)
        add_prospect(session, name="Lee Park", email=LEE)


def consents(installation: Installation) -> list[Consent]:
    with installation.database.reading() as session:
        return list(session.scalars(select(Consent).order_by(Consent.id)))


def written(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def recorded_site(installation: Installation) -> Setting:
    """A site that counts only consent on record."""
    setting = set_up(installation.database, installation.settings, installation.signer)
    with installation.database.writing() as session:
        session.scalars(select(Site)).one().consent_source = ConsentSource.RECORDED
    return setting


def token_in(installation: Installation, link: str) -> tuple[str, LinkToken]:
    """The token of a printed link, as text and as what it says."""
    raw = read_token(link.strip().partition("rb=")[2])
    assert raw is not None
    return raw.token, LinkToken.open(installation.signer, raw.token, datetime.now(UTC), timedelta(days=400))


def test_p2_recorded_consent_lets_a_visit_in_and_its_end_keeps_the_next_out(
    ringback: Ringback, installation: Installation, recorded_site: Setting
) -> None:
    dana = add_dana(recorded_site)
    with installation.database.reading() as session:
        email = session.get_one(Prospect, dana.prospect_id).email or ""
    mailed, says = token_in(installation, ringback(link_command, email, "--url", ORIGIN).stdout)
    assert not says.consent_recorded
    before = Walk(recorded_site, now=datetime.now(UTC))
    assert before.sends(view(), token=mailed) == Reply()
    assert before.drops() == [DropReason.NO_CONSENT]

    said = ringback(consent_command, email, *TOLD).stdout
    assert "Newly on record: 1" in said
    assert "`ringback links`" in said
    token, now_says = token_in(installation, ringback(link_command, email, "--url", ORIGIN).stdout)
    assert now_says == replace(says, consent_recorded=True)
    walk = Walk(recorded_site, now=datetime.now(UTC))
    assert walk.sends(view(), token=token).credential
    assert walk.one(PageView).url == f"{ORIGIN}/"

    said = ringback(consent_command, email, "--revoke").stdout
    assert "Consents ended: 1, of people: 1. Browsers that are not recognised any more: 1." in said
    walk.sends(view())
    walk.sends(view(), token=token)
    assert walk.drops() == [DropReason.NO_CONSENT, DropReason.REVOKED_BROWSER]
    assert len(walk.rows(PageView)) == len(walk.rows(Browser)) == 1


@pytest.mark.usefixtures("people")
def test_a_list_tells_of_each_person_when_and_to_what(
    ringback: Ringback, installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGBACK_TIME_ZONE", "Europe/Berlin")
    path = tmp_path / "agreed.csv"
    path.write_text(
        "Name;E-Mail;Consent given at;Consent text version;Source\n"
        f"Dana;{DANA};14.03.2026 15:30;2025-11;Webinar\n"
        f"Lee;{LEE};2026-03-14;;Webinar\n"
    )
    ringback(consent_command, str(path), *TOLD)
    assert [(row.given_at, row.text_version, row.source) for row in consents(installation)] == [
        (datetime(2026, 3, 14, 14, 30, tzinfo=UTC), "2025-11", "demo form"),
        (datetime(2026, 3, 13, 23, 0, tzinfo=UTC), "2026-01", "demo form"),
    ]


@pytest.mark.usefixtures("people")
def test_a_line_that_proves_nothing_is_named_and_the_others_go_in(
    ringback: Ringback, installation: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "agreed.csv"
    path.write_text(
        "email,given at,text version,consent source,revoked at\n"
        f"{DANA},2099-01-01,v1,form,\n"
        f"{DANA},03/04/2026,v1,form,\n"
        f"{DANA},,v1,form,\n"
        f"{DANA},2026-01-02,,form,\n"
        f"{DANA},2026-01-02,v1,{'x' * 201},\n"
        f"{DANA},2026-01-02,v1,form,2026-02-01\n"
        f'{DANA},2026-01-02,"v"1",form,\n'
        "nobody,2026-01-02,v1,form,\n"
        f"{LEE},2026-01-02,v1,form,\n"
    )
    said = ringback(consent_command, str(path)).stderr.splitlines()
    assert [line.partition(":")[0] for line in said] == [f"line {number}" for number in range(2, 10)]
    for number, reason in enumerate(
        (
            "still to come",
            "--date-order",
            "does not say when",
            "does not say the version",
            "longer than 200",
            "was taken back",
            "quotation mark",
            "is no e-mail address",
        )
    ):
        assert reason in said[number]
    assert len(consents(installation)) == 1
    ordered = ringback(consent_command, str(path), "--date-order", "day-first", "--given", "2026-01-05")
    assert "Newly on record: 2, before: 1." in ordered.stdout


@pytest.mark.usefixtures("people")
def test_strangers_and_who_asked_not_to_be_tracked_are_listed_and_not_stored(
    ringback: Ringback, installation: Installation, tmp_path: Path
) -> None:
    with installation.database.writing() as session:
        suppress(session, installation.signer, [LEE], SuppressionKind.DO_NOT_TRACK, "letter", NOON)
    path = tmp_path / "agreed.txt"
    path.write_text(f"{DANA}\n{LEE}\nstranger@a.example\n")
    said = ringback(consent_command, str(path), *TOLD).stdout
    assert "stored about them: 1\n  stranger@a.example\n" in said
    assert f"not to be tracked: 1\n  {LEE}\n" in said
    assert len(consents(installation)) == 1
    ringback(consent_command, LEE, *TOLD, exit_code=1)
    ringback(consent_command, "stranger@a.example", "--revoke", exit_code=1)


@pytest.mark.usefixtures("people")
def test_an_old_list_brings_nobody_back_who_took_it_back(
    ringback: Ringback, installation: Installation
) -> None:
    ringback(consent_command, DANA, *TOLD, "--given", "2026-01-05")
    assert "before: 1" in ringback(consent_command, DANA, *TOLD, "--given", "2026-01-05").stdout
    ringback(consent_command, DANA, "--revoke")
    for given in ((), ("--given", "2026-01-05")):
        said = ringback(consent_command, DANA, *TOLD, *given, exit_code=1).stdout
        assert f"agreed again since (say when with --given): 1\n  {DANA}" in said
    again = datetime.now(UTC).isoformat()
    assert "Newly on record: 1" in ringback(consent_command, DANA, *TOLD, "--given", again).stdout
    first, second = consents(installation)
    assert (first.revoked_at is None, second.revoked_at is None) == (False, True)


@pytest.mark.usefixtures("people")
def test_who_takes_it_back_before_the_list_comes_is_left_out_of_it(
    ringback: Ringback, installation: Installation, tmp_path: Path
) -> None:
    said = ringback(consent_command, LEE, "--revoke").stdout
    assert f"that they took it back is on record now: 1\n  {LEE}" in said
    out = tmp_path / "proof.csv"
    ringback(consent_command, "--export", str(out))
    (lee,) = written(out)
    assert (lee["consent_given_at"], lee["consent_text_version"]) == ("", "")
    assert (lee["consent_source"], bool(lee["consent_revoked_at"])) == ("ringback consent --revoke", True)
    assert "was taken back" in ringback(consent_command, str(out), *TOLD, exit_code=1).stderr
    path = tmp_path / "agreed.csv"
    path.write_text(f"email,given at\n{DANA},2026-01-05\n{LEE},2026-01-05\n")
    said = ringback(consent_command, str(path), *TOLD).stdout
    assert "Newly on record: 1" in said
    assert f"agreed again since (say when with --given): 1\n  {LEE}" in said
    assert [row.revoked_at is None for row in consents(installation)] == [False, True]


@pytest.mark.usefixtures("people")
def test_two_addresses_in_a_row_share_its_proof(
    ringback: Ringback, installation: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "agreed.csv"
    path.write_text(f"email,consent source,given at\n{DANA}; {LEE},demo form,2026-01-05\n")

    assert "Newly on record: 2" in ringback(consent_command, str(path), "--text-version", "2026-01").stdout

    assert [row.source for row in consents(installation)] == ["demo form", "demo form"]


@pytest.mark.usefixtures("people")
def test_the_export_proves_who_when_what_and_where_and_can_be_recorded_again(
    ringback: Ringback, installation: Installation, tmp_path: Path
) -> None:
    ringback(consent_command, DANA, "--text-version", "=cmd()", "--source", "'@form", "--given", "2026-01-05")
    ringback(consent_command, LEE, *TOLD)
    ringback(consent_command, LEE, "--revoke")
    out = tmp_path / "proof.csv"
    assert "2" in ringback(consent_command, "--export", str(out)).stdout
    dana, lee = written(out)
    assert tuple(dana) == HEADINGS
    assert list(dana.values()) == [
        DANA, "Dana Ortiz", "2026-01-05T00:00:00+00:00", "'=cmd()", "''@form", "",
    ]  # fmt: skip
    assert lee["consent_revoked_at"]
    said = ringback(consent_command, str(out))
    assert "Newly on record: 0, before: 1." in said.stdout
    assert "was taken back" in said.stderr
    assert len(consents(installation)) == 2
    only = ringback(consent_command, LEE, "--export", "-")
    assert [line.partition(",")[0] for line in only.stdout.splitlines()] == ["email", LEE]
    assert "Consents, ended ones too: 1." in only.stderr


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        ([], "Say whose consent"),
        (["dana"], "neither a file nor"),
        ([DANA], "Say with --text-version which text they agreed to, and with --source where they agreed."),
        ([DANA, "--text-version", "v1"], "Say with --source where they agreed."),
        ([DANA, "--text-version", "-", "--source", "form"], "--text-version"),
        ([DANA, "--text-version", "v" * 101, "--source", "form"], "longer than 100 characters"),
        ([DANA, "--text-version", "v\n1", "--source", "form"], "cannot be seen"),
        ([DANA, *TOLD, "--given", "2099-01-01"], "'2099-01-01' is still to come"),
        ([DANA, *TOLD, "--given", "yesterday"], "'yesterday' is no date"),
        ([DANA, *TOLD, "--given", "2026-01-01 25:00"], "is no time of a day"),
        ([DANA, *TOLD, "--given", "03/04/2026"], "--date-order"),
        ([DANA, "--revoke", "--source", "mail"], "stand alone"),
        ([DANA, "--revoke", "--export", "-"], "stand alone"),
    ],
)
def test_what_is_no_proof_is_refused_with_advice(
    ringback: Ringback, installation: Installation, arguments: list[str], advice: str
) -> None:
    assert advice in " ".join(ringback(consent_command, *arguments, exit_code=2).stderr.split())
    assert consents(installation) == []
