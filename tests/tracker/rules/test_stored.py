"""Rules that people changed: stored, remembered for some seconds, given to those who judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.alerts.scenes import add_page, add_visit, installation
from tests.builders import NOON, add_deal, add_prospect, add_user, visit_row
from tracker.audit import by_user
from tracker.ingest.intent import DEFAULT_POINTS
from tracker.ingest.judge import judge
from tracker.models import AuditEntry, RuleSet
from tracker.rules.lists import moved, put, without
from tracker.rules.numbers import Number, RuleError, Topics, values_of
from tracker.rules.points import points_of, points_with, sections
from tracker.rules.stored import StaleRulesError, change_rules, load_rules
from tracker.rules.words import RuleName
from tracker.topics import TopicLine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.db import Database

DEAR = {"page.pricing": 77}


def save(database: Database, changes: Mapping[str, object], seen: int | None = None) -> bool:
    with database.writing() as session:
        who = by_user(add_user(session).id)
        return change_rules(session, RuleName.POINTS, changes, who, NOON, seen)


def test_only_what_differs_is_stored_and_every_change_is_on_record(database: Database) -> None:
    assert save(database, DEAR, seen=0)
    assert save(database, {}, seen=1)
    with database.reading() as session:
        row = session.scalars(select(RuleSet)).one()
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert (row.changes, row.version) == ({}, 2)
    assert [(entry.before, entry.after) for entry in entries] == [
        ({"page.pricing": "default"}, {"page.pricing": 77}),
        ({"page.pricing": 77}, {"page.pricing": "default"}),
    ]


def test_of_two_who_saw_the_same_the_second_is_told(database: Database) -> None:
    save(database, DEAR, seen=0)
    with pytest.raises(StaleRulesError):
        save(database, {}, seen=0)
    with database.reading() as session:
        assert load_rules(session).of(RuleName.POINTS) == DEAR


def test_a_change_is_known_at_once_where_it_was_made_and_elsewhere_soon(database: Database) -> None:
    here = installation(database)
    assert points_of(here.rules.current()) is DEFAULT_POINTS
    save(database, DEAR)
    assert points_of(here.rules.current()) is DEFAULT_POINTS
    here.rules.forget()
    assert points_of(here.rules.current()).topics["pricing"] == 77
    assert points_of(installation(database).rules.current()).topics["pricing"] == 77


def test_a_visit_is_judged_by_the_stored_points(database: Database) -> None:
    save(database, DEAR)
    with database.writing() as session:
        person = add_prospect(session)
        add_deal(session, person)
        visit = add_visit(session, person, by_link=True)
        add_page(session, visit, "pricing", visible_ms=1000)
        (judged,) = judge(session, [visit_row(visit)], visit.last_at)
        assert {"page: pricing": 77}.items() <= {
            one["name"]: one["points"] for one in judged.intent_reasons
        }.items()


def test_what_cannot_be_any_more_is_at_its_default() -> None:
    assert points_with({"page.pricing": 500, "half_life_days": "x", "gone": 3}) == DEFAULT_POINTS
    assert points_with({"page.webinar": 9}).topics["webinar"] == 9


def test_every_topic_that_a_rule_names_can_be_given_points() -> None:
    pages = sections(["webinar", "pricing"], {"page.old": 3})[0]
    names = [rule.name for rule in pages.rules]
    assert names.count("page.pricing") == 1
    assert names[-2:] == ["page.old", "page.webinar"]


@pytest.mark.parametrize("text", ["", "x", "1.5", "101", "-1", "9" * 30])
def test_a_number_is_whole_and_between_its_ends(text: str) -> None:
    with pytest.raises(RuleError, match="from 0 to 100"):
        Number("n", "N", 5, 0, 100).read(text)


def test_numbers_and_lists_are_read_as_people_write_them() -> None:
    assert Number("n", "N", 5, -2000, 2000).read(" −1,000 ") == -1000  # noqa: RUF001  (the sign that pages show)
    assert Topics("t", "T", ()).read("Pricing,  case   study,,pricing") == ("case study", "pricing")
    assert values_of([Topics("t", "T", ("a",))], {"t": ["b"]}) == {"t": ("b",)}


OURS, BLOG, DOCS = (
    TopicLine(1, 7, "/x", "x"),
    TopicLine(2, None, "/blog", "blog"),
    TopicLine(3, None, "/d", "docs"),
)


def test_a_new_line_comes_first_in_its_group_and_a_changed_one_stays() -> None:
    new = TopicLine(0, None, "/n", "n")
    assert put((OURS, BLOG, DOCS), new) == (OURS, new, BLOG, DOCS)
    changed = DOCS._replace(topic="guides")
    assert put((OURS, BLOG, DOCS), changed) == (OURS, BLOG, changed)
    with pytest.raises(RuleError, match="already"):
        put((OURS, BLOG, DOCS), new._replace(pattern="/d"))


def test_lines_move_within_their_group_only() -> None:
    assert moved((OURS, BLOG, DOCS), 3, up=True) == (OURS, DOCS, BLOG)
    assert moved((OURS, BLOG, DOCS), 2, up=True) == (OURS, BLOG, DOCS)
    assert without((OURS, BLOG, DOCS), 2) == (OURS, DOCS)
    with pytest.raises(RuleError, match="not there any more"):
        moved((OURS,), 9, up=False)
