"""`ringback audit`, the first admin's address, and a way in when no mail gets through."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.builders import add_user
from tracker.cli.audit import audit_command
from tracker.cli.people import team_command, user_command
from tracker.models import UserSession
from tracker.people.sessions import start
from tracker.people.sign_in import Entered, enter
from tracker.words import Role

if TYPE_CHECKING:
    from tests.tracker.cli.conftest import Ringback
    from tracker.installation import Installation

FIRST = "https://ring.northwind.example/first-admin/"


def test_what_was_changed_on_the_command_line_is_on_record(ringback: Ringback) -> None:
    assert "Nothing is on record yet." in ringback(audit_command).stdout
    ringback(user_command, "add", "Sam Reed", "sam@a.example")
    ringback(user_command, "change", "sam@a.example", "--role", "manager")
    ringback(user_command, "away", "sam@a.example", "2026-08-03", "2026-08-14")
    ringback(user_command, "back", "sam@a.example")
    ringback(user_command, "left", "sam@a.example")
    ringback(team_command, "add", "North")
    said = ringback(audit_command).stdout.splitlines()
    assert len(said) == 6
    assert all("the command line: " in line for line in said)
    assert '(role: "rep" → "manager")' in said[1]
    assert 'away_from: none → "2026-08-03"' in said[2]
    assert 'away_from: "2026-08-03" → none' in said[3]
    assert ringback(audit_command, "--about", "team").stdout.splitlines() == said[5:]
    assert ringback(audit_command, "--last", "1").stdout.splitlines() == said[5:]


def test_while_there_is_no_admin_the_terminal_offers_to_make_the_first(ringback: Ringback) -> None:
    assert FIRST in ringback(user_command, "list").stderr
    assert FIRST in ringback(user_command, "add", "Sam Reed", "sam@a.example").stderr
    assert FIRST not in ringback(user_command, "change", "sam@a.example", "--role", "admin").stderr
    assert FIRST not in ringback(user_command, "list").stderr


def test_without_mail_the_command_line_gives_a_link_that_works_in_any_browser(
    installation: Installation, ringback: Ringback
) -> None:
    with installation.database.writing() as session:
        add_user(session, "Kim Berg", email="kim@a.example", role=Role.ADMIN)
    said = ringback(user_command, "link", "kim@a.example").stdout
    found = re.fullmatch(r"https://ring\.northwind\.example/sign-in/(\S+)\n", said)
    assert found is not None
    now = datetime.now(UTC)
    with installation.database.writing() as session:
        assert isinstance(enter(session, installation.signer, found[1], "", "", now), Entered)
    assert "make a sign-in link" in ringback(audit_command).stdout
    assert found[1] not in ringback(audit_command).stdout


def test_who_left_gets_no_link_and_is_signed_out(installation: Installation, ringback: Ringback) -> None:
    with installation.database.writing() as session:
        sam = add_user(session, email="sam@a.example")
        _, session_id = start(session, sam, "", datetime.now(UTC))
    ringback(user_command, "left", "sam@a.example")
    with installation.database.reading() as session:
        assert session.get_one(UserSession, session_id).ended_at is not None
    refused = ringback(user_command, "link", "sam@a.example", exit_code=1)
    assert "ringback user back sam@a.example" in refused.output
