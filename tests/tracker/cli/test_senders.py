"""`ringback senders`, as whoever looks after the installation uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tracker.ingest.stories import PERSON
from tracker.cli.senders import senders_command
from tracker.senders import MOST_PROGRAMS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tracker.cli.conftest import Ringback

TABLE = """# Northwind's senders
office,198.51.100.0/24,"Head office, London"
Security\t192.0.2.0/25\tmail filter

people,3.5.140.0/24
program,"acme-?agent/[0-9]{1,3}",link checker
"""


def test_rules_are_added_listed_and_removed(ringback: Ringback) -> None:
    assert "`ringback senders add office" in ringback(senders_command).stdout
    added = ringback(senders_command, "add", "office", "198.51.100.7", "--note", "Head  office").stdout
    assert added.startswith("198.51.100.7/32: visits from there are internal")
    assert "`ringback rescreen --since …` applies it to earlier ones" in added
    assert "from now on only" not in added
    ringback(senders_command, "add", "program", "acme-?agent")
    lines = [line.split() for line in ringback(senders_command, "list").stdout.splitlines()]
    assert lines == [["office", "198.51.100.7/32", "Head", "office"], ["program", "acme-?agent"]]
    again = ringback(senders_command, "add", "people", "198.51.100.7/32", exit_code=1).stderr
    assert "in the table already, as office" in again
    assert "no longer office" in ringback(senders_command, "remove", "198.51.100.7").stdout
    assert "no rule for" in ringback(senders_command, "remove", "198.51.100.7", exit_code=1).stderr
    ringback(senders_command, "remove", "acme-?agent")
    assert "The table is empty" in ringback(senders_command, "list").stdout


def test_a_large_network_is_said_to_count_from_now_on_only(ringback: Ringback) -> None:
    added = ringback(senders_command, "add", "security", "198.48.0.0/13").stdout
    assert "198.48.0.0/13 counts from now on only" in added
    assert "65,536" in added
    fine = ringback(senders_command, "add", "office", "2001:db8::1").stdout
    assert "2001:db8::1/128 counts from now on only: an IPv6 address is hashed by its /64" in fine


def test_what_the_networks_of_the_table_use_up_is_said_in_one_line(
    ringback: Ringback, tmp_path: Path
) -> None:
    file = tmp_path / "senders.csv"
    file.write_text("".join(f"people,81.{number}.0.0/16\n" for number in range(10, 21)), encoding="utf-8")
    said = ringback(senders_command, "load", str(file)).stdout.splitlines()
    assert len(said) == 3
    assert said[2].startswith("3 networks (81.18.0.0/16, 81.19.0.0/16, 81.20.0.0/16) count from now on only")
    assert "524,288 addresses in all" in said[2]
    added = ringback(senders_command, "add", "office", "82.0.0.0/16").stdout
    assert "82.0.0.0/16 counts from now on only: hashes are made of 524,288 addresses in all" in added
    pushed_out = ringback(senders_command, "add", "office", "198.51.100.0/24").stdout
    assert "81.17.0.0/16 counts from now on only: hashes are made of 524,288 addresses" in pushed_out
    assert "from now on only" not in ringback(senders_command, "add", "program", "acme-?agent").stdout


@pytest.mark.parametrize(
    ("kind", "what", "says"),
    [
        ("office", "198.51.100.7/24", "write 198.51.100.0/24"),
        ("office", "2001:db8:7:1::/48", "write 2001:db8:7::/48"),
        ("office", "fe80::1%eth0", "write it without %eth0"),
        ("office", "::ffff:198.51.100.0/120", "write 198.51.100.0/24"),
        ("office", "0.0.0.0/0", "wider than /8"),
        ("people", "8.0.0.0/7", "wider than /8"),
        ("security", "2000::/18", "wider than /19"),
        ("office", "our office", "is no network: write one like 203.0.113.0/24"),
        ("office", "198.51.100.0/33", "is no network"),
        ("office", " ", "nothing behind office"),
        ("program", " ", "write a pattern"),
        ("program", "(acme", "is no pattern that RE2 knows"),
        ("program", r"(?<=acme)x", "is no pattern that RE2 knows"),
        ("program", "acme|", "people would become machines"),
        ("program", "safari", "people would become machines"),
        ("program", "Macintosh", "people would become machines"),
        ("program", "Android", "people would become machines"),
        ("program", "Edg/", "people would become machines"),
        ("program", "Chrome/150", "people would become machines"),
        ("program", "Firefox/1", "people would become machines"),
        ("program", "x" * 201, "longer than 200 characters"),
        ("program", "acme\x1b[31m", "cannot be printed"),
    ],
)
def test_mistakes_are_answered_with_what_to_write(
    ringback: Ringback, kind: str, what: str, says: str
) -> None:
    assert says in ringback(senders_command, "add", kind, what, exit_code=1).stderr
    assert "The table is empty" in ringback(senders_command).stdout


def test_a_file_takes_the_place_of_the_whole_table(ringback: Ringback, tmp_path: Path) -> None:
    ringback(senders_command, "add", "office", "203.0.113.0/24")
    file = tmp_path / "senders.csv"
    file.write_text("\ufeff" + TABLE, encoding="utf-8")
    assert "Rules: 4." in ringback(senders_command, "load", str(file)).stdout
    listed = ringback(senders_command).stdout
    assert "203.0.113.0/24" not in listed
    assert [line.split()[1] for line in listed.splitlines()] == [
        "198.51.100.0/24",
        "3.5.140.0/24",
        "acme-?agent/[0-9]{1,3}",
        "192.0.2.0/25",
    ]
    assert "Head office, London" in listed
    ringback(senders_command, "load", str(file))
    assert ringback(senders_command).stdout == listed


def test_a_file_with_faults_is_refused_and_each_is_named(ringback: Ringback, tmp_path: Path) -> None:
    ringback(senders_command, "add", "office", "203.0.113.0/24")
    file = tmp_path / "senders.tsv"
    faults = (
        "office,198.51.100.0/24",
        "office,198.51.100.9/24",
        "offices,192.0.2.0/24",
        "people\t198.51.100.0/24",
        "security,",
        "program,x{1,3}",
        'office,"192.0.2.0/24',
        "0.0.0.0/0",
        "office;10.3.0.0/16;x",
    )
    file.write_text("\n".join(faults), encoding="utf-8")
    said = ringback(senders_command, "load", str(file), exit_code=1).stderr
    for words in (
        "senders.tsv is not taken, and the table is as it was.",
        "Line 2: 198.51.100.9/24 names an address within a network: write 198.51.100.0/24",
        "Line 3: 'offices' is no kind of sender: write office, security, people, program.",
        "Line 4: 198.51.100.0/24 stands in line 1 already",
        "Line 5: There is nothing behind security",
        "Line 6: 'x{1' has a { without its }: put a pattern with a comma into quotation marks",
        "Line 7: 'office,\"192.0.2.0/24' cannot be read",
        "Line 8: '0.0.0.0/0' is no kind of sender",
        "Line 9: 'office;10.3.0.0/16;x' is one column: put a comma or a tab between KIND, WHAT and NOTE",
    ):
        assert words in said
    assert "Line 1:" not in said
    assert ringback(senders_command).stdout.split() == ["office", "203.0.113.0/24"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "holds no rule"),
        (b"# only a comment\n", "holds no rule"),
        (b"office,\xff\xfe", "is not text in UTF-8"),
        (b"#" * 7_000_000, "longer than a table of senders can be"),
        ("\n".join(f"program,acme{n}x" for n in range(MOST_PROGRAMS + 1)).encode(), "501 patterns"),
        (b"office,10.0.0.0/8," + b"x" * 5_000_000, "goes on for 5,000,018 characters, and no rule has more"),
        (b"kind,what,note\n", "holds no rule"),
        ("\n".join(["wrong,1"] * 15).encode(), "And 5 more."),
    ],
)
def test_what_is_no_table_is_not_taken(ringback: Ringback, tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "senders.csv"
    file.write_bytes(content)
    said = ringback(senders_command, "load", str(file), exit_code=1).stderr
    assert says in said
    assert len(said) < 2_000
    assert "no regular file" in ringback(senders_command, "load", str(tmp_path), exit_code=1).stderr


def test_headings_are_passed_over_and_lines_end_where_files_end_them(
    ringback: Ringback, tmp_path: Path
) -> None:
    file = tmp_path / "senders.csv"
    file.write_text(
        "# ours\nKind, What, Note\noffice,198.51.100.0/24,a\vb\fc\u2028d\r\n"
        "office,192.0.2.0/24\roffice,203.0.113.7",
        encoding="utf-8",
        newline="",
    )
    assert "Rules: 3." in ringback(senders_command, "load", str(file)).stdout
    assert "198.51.100.0/24         a b c d\n" in ringback(senders_command).stdout


def test_what_would_be_concluded_is_said_with_the_rule(ringback: Ringback, tmp_path: Path) -> None:
    file = tmp_path / "senders.csv"
    file.write_text(TABLE, encoding="utf-8")
    ringback(senders_command, "load", str(file))
    office = ringback(senders_command, "check", "::ffff:198.51.100.9").stdout
    assert "address of our office, by your rule office 198.51.100.0/24 (Head office, London)" in office
    people = ringback(senders_command, "check", "3.5.140.2").stdout
    assert "nothing speaks against a person, by your rule people 3.5.140.0/24" in people
    cloud = ringback(senders_command, "check", "3.5.141.2", "--user-agent", "acme-agent/12").stdout
    assert "address of a hosting company, by the list of iporigin (Amazon" in cloud
    assert "on your list of programs, by your rule program acme-?agent" in cloud
    assert "is no browser's" in cloud
    nobody = ringback(senders_command, "check", "192.0.2.200", "--user-agent", "").stdout
    assert "192.0.2.200: nothing is known, and nothing follows." in nobody
    forged = PERSON.replace("142.0.0.0", "120.0.1.1")
    assert "never existed" in ringback(senders_command, "check", "::1", "--user-agent", forged).stdout
    told = ringback(senders_command, "check", "2001:db8::1", "--user-agent", PERSON).stdout
    assert "User agent: nothing speaks against a person." in told
    assert "is no address: write one" in ringback(senders_command, "check", "1.2.3", exit_code=1).stderr
