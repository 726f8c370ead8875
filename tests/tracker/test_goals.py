"""Goals and interests: noted in a sentence, until they are reached or given up; the record has no words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.builders import NOON, add_prospect, add_user
from tracker.audit import by_user, entries
from tracker.goals import (
    MOST,
    GoalError,
    GoalWords,
    change_goal,
    end_goal,
    goals_of,
    note_goal,
    read_goal,
    read_goal_topic,
    take_up_goal,
)
from tracker.models import Goal, Prospect
from tracker.topics import TopicError
from tracker.words import GoalEnd, GoalKind

if TYPE_CHECKING:
    from tracker.db import Database

WORDS = GoalWords(GoalKind.GOAL, "Outshine the board", "pricing")


def test_those_still_theirs_come_first_and_say_who_noted_them(database: Database) -> None:
    with database.writing() as session:
        sam, dana = add_user(session), add_prospect(session)
        who = by_user(sam.id)
        first = note_goal(session, dana.id, WORDS, who, NOON)
        note_goal(session, dana.id, GoalWords(GoalKind.INTEREST, "Sailing", ""), who, NOON)
        session.add(Goal(prospect_id=dana.id, kind=GoalKind.GOAL, text="Said by herself", at=NOON, topic=""))
        session.flush()
        assert end_goal(session, first, GoalEnd.GIVEN_UP, who, NOON)
        assert not end_goal(session, first, GoalEnd.REACHED, who, NOON)
        told = [(one.goal.text, one.by, one.goal.ended_as) for one in goals_of(session, dana.id)]
        assert told == [
            ("Said by herself", "", None),
            ("Sailing", "Sam Reed", None),
            ("Outshine the board", "Sam Reed", GoalEnd.GIVEN_UP),
        ]
        assert take_up_goal(session, first, who, NOON)
        assert not take_up_goal(session, first, who, NOON)
        assert (first.ended_at, first.ended_as, first.version) == (None, None, 3)


def test_s18_the_record_says_what_was_done_and_not_their_words(database: Database) -> None:
    with database.writing() as session:
        dana = add_prospect(session)
        who = by_user(add_user(session).id)
        goal = note_goal(session, dana.id, WORDS, who, NOON)
        assert not change_goal(session, goal, WORDS, who, NOON)
        changed = GoalWords(GoalKind.GOAL, "Outshine everybody", "docs")
        assert change_goal(session, goal, changed, who, NOON + timedelta(minutes=1))
        session.flush()
        noted = [one.entry for one in entries(session, 10)]
    assert [one.verb for one in noted] == ["change a goal", "note a goal"]
    assert noted[0].before == {"goal_id": goal.id, "kind": "goal", "topic": "pricing"}
    assert noted[0].after == {"goal_id": goal.id, "kind": "goal", "topic": "docs", "text": "…"}
    assert all(one.thing_id == dana.id and "Outshine" not in str(one.after) for one in noted)


def test_nobody_has_more_goals_than_anybody_keeps_in_mind(database: Database) -> None:
    with database.writing() as session:
        dana = add_prospect(session)
        who = by_user(add_user(session).id)
        goals = [note_goal(session, dana.id, WORDS, who, NOON) for _ in range(MOST)]
        with pytest.raises(GoalError, match="end those"):
            note_goal(session, dana.id, WORDS, who, NOON)
        end_goal(session, goals[0], GoalEnd.REACHED, who, NOON)
        note_goal(session, dana.id, WORDS, who, NOON)


def test_who_is_erased_takes_their_goals_along(database: Database) -> None:
    with database.writing() as session:
        dana = add_prospect(session)
        note_goal(session, dana.id, WORDS, by_user(add_user(session).id), NOON)
        session.delete(session.get_one(Prospect, dana.id))
        session.flush()
        assert session.query(Goal).count() == 0


def test_a_goal_is_a_sentence_and_a_topic_is_one_of_small_letters() -> None:
    assert read_goal("  Train \t people ") == "Train people"
    assert read_goal_topic("  ") == ""
    assert read_goal_topic("On  Boarding") == "on boarding"
    for text in ("", " ", "x" * 301):
        with pytest.raises(GoalError):
            read_goal(text)
    with pytest.raises(TopicError):
        read_goal_topic("x" * 61)


def test_the_word_for_all_topics_is_no_topic() -> None:
    with pytest.raises(TopicError, match="stands for all of them"):
        read_goal_topic(" Any ")
