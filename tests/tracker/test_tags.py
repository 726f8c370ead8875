"""Words that users put to prospects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.builders import NOON, add_prospect, add_user
from tracker.models import Tag
from tracker.tags import MOST, TagError, known_tags, put_tag, read_tag, tags_of, take_back, take_tag_off

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("  Met at\tthe  FAIR ", "met at the fair"),
        ("Ünïcode", "ünïcode"),
        ("a\0b", "a b"),
        ("x" * 40, "x" * 40),
    ],
)
def test_a_tag_is_in_small_letters_with_single_blanks(typed: str, tag: str) -> None:
    assert read_tag(typed) == tag


@pytest.mark.parametrize("typed", ["", " \n", "\N{ZERO WIDTH SPACE}", "x" * 41])
def test_what_cannot_be_a_tag_is_refused(typed: str) -> None:
    with pytest.raises(TagError):
        read_tag(typed)


def test_a_tag_is_put_once_and_taken_off(session: Session) -> None:
    user, dana = add_user(session), add_prospect(session)
    assert list(put_tag(session, [dana.id], "warm", user.id, NOON)) == [dana.id]
    assert not put_tag(session, [dana.id], "warm", user.id, NOON)
    assert tags_of(session, [dana.id]) == {dana.id: ("warm",)}
    assert take_tag_off(session, dana.id, "warm")
    assert not take_tag_off(session, dana.id, "warm")


def test_who_has_many_gets_no_more(session: Session) -> None:
    user, dana, kim = add_user(session), add_prospect(session), add_prospect(session, name="Kim Lee")
    for number in range(MOST):
        put_tag(session, [dana.id], f"tag {number}", user.id, NOON)
    assert list(put_tag(session, [dana.id, kim.id], "one more", user.id, NOON)) == [kim.id]


def test_exactly_those_who_got_it_lose_it_again(session: Session) -> None:
    user, dana, kim = add_user(session), add_prospect(session), add_prospect(session, name="Kim Lee")
    put_tag(session, [dana.id], "warm", user.id, NOON.replace(hour=1))
    assert list(put_tag(session, [dana.id, kim.id], "warm", user.id, NOON)) == [kim.id]
    assert take_back(session, "warm", add_user(session).id, NOON) == 0
    assert take_back(session, "warm", user.id, NOON) == 1
    assert tags_of(session, [dana.id, kim.id]) == {dana.id: ("warm",)}


def test_tags_that_somebody_has_are_offered_by_letter(session: Session) -> None:
    assert not known_tags(session)
    user, people = add_user(session), [add_prospect(session, name=f"P{one}") for one in range(3)]
    for tag in ("warm", "cold", "fair"):
        put_tag(session, [one.id for one in people], tag, user.id, NOON)
    assert known_tags(session) == ["cold", "fair", "warm"]
    session.delete(people[0])
    session.flush()
    assert len(session.scalars(select(Tag)).all()) == 6
