"""The table of senders, changed by several people at once, and what its rules may name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

import pytest

from tracker.ingest.senders import Rule
from tracker.senders import SenderError, add_rule, all_rules, read_rule, remove_rule, replace_rules
from tracker.words import SenderKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tracker.db import Database

MINE = [Rule(SenderKind.OFFICE, f"198.51.{number}.0/24") for number in range(3)]
YOURS = [Rule(SenderKind.PEOPLE, f"203.0.{number}.0/24") for number in range(2)]
HEAD_START_S = 0.3
"""Seconds in which the second one gets through, unless something keeps them waiting."""


def at_once(
    database: Database, first: Callable[[Session], object], second: Callable[[Session], object]
) -> None:
    """Do the second while the first is done and not committed yet."""

    def follow() -> None:
        with database.writing() as session:
            second(session)

    with ThreadPoolExecutor(1) as pool:
        with database.writing() as session:
            first(session)
            session.flush()
            following = pool.submit(follow)
            wait([following], HEAD_START_S)
        following.result()


def table(database: Database) -> list[Rule]:
    with database.reading() as session:
        return list(all_rules(session))


def test_of_two_who_replace_the_table_at_once_the_last_one_s_rules_stand_alone(database: Database) -> None:
    at_once(database, lambda one: replace_rules(one, MINE), lambda two: replace_rules(two, YOURS))
    assert table(database) == YOURS
    at_once(database, lambda one: replace_rules(one, MINE), lambda two: replace_rules(two, MINE))
    assert table(database) == MINE


def test_what_two_add_or_remove_at_once_is_added_and_removed_once(database: Database) -> None:
    with pytest.raises(SenderError, match="in the table already"):
        at_once(database, lambda one: add_rule(one, MINE[0]), lambda two: add_rule(two, MINE[0]))
    assert table(database) == MINE[:1]
    with pytest.raises(SenderError, match="no rule for"):
        at_once(
            database,
            lambda one: remove_rule(one, MINE[0].what),
            lambda two: remove_rule(two, MINE[0].what),
        )
    assert table(database) == []


def test_whoever_reads_the_table_is_not_kept_waiting_by_a_change(database: Database) -> None:
    with database.writing() as session:
        replace_rules(session, MINE)
        session.flush()
        assert table(database) == []


@pytest.mark.parametrize("what", ["fe80::1%eth0", "2001:db8::%eth0/64", "fe80::1%", "2001:db8::1%25eth0/128"])
def test_an_interface_is_no_part_of_a_network(what: str) -> None:
    with pytest.raises(SenderError, match="write it without %"):
        read_rule(SenderKind.OFFICE, what)
    assert read_rule(SenderKind.PROGRAM, "acme%20agent").what == "acme%20agent"
