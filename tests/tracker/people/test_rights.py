"""What each role may do: the whole table, and a few lines of it in words."""

from __future__ import annotations

import pytest

from tracker.people.rights import RIGHTS, Reach, may, reach
from tracker.words import Role, Thing, Verb


def test_every_role_has_its_word_on_every_line() -> None:
    lines = {(verb, thing) for _, verb, thing in RIGHTS}
    assert {(role, *line) for role in Role for line in lines} == set(RIGHTS)


def test_everything_may_be_seen_by_somebody() -> None:
    seen = {thing for (_, verb, thing), far in RIGHTS.items() if verb == Verb.SEE and far}
    assert set(Thing) - seen == set()


@pytest.mark.parametrize(
    ("role", "verb", "thing", "far"),
    [
        (Role.REP, Verb.CHANGE, Thing.YOU, Reach.OWN),
        (Role.REP, Verb.SEE, Thing.PROSPECT, Reach.OWN),
        (Role.REP, Verb.EXPORT, Thing.LINK, Reach.NONE),
        (Role.REP, Verb.ADD, Thing.USER, Reach.NONE),
        (Role.REP, Verb.SEE, Thing.AUDIT, Reach.NONE),
        (Role.MARKETER, Verb.EXPORT, Thing.LINK, Reach.ALL),
        (Role.MARKETER, Verb.SEE, Thing.ALERT, Reach.NONE),
        (Role.MARKETER, Verb.END, Thing.IMPORT, Reach.ALL),
        (Role.MANAGER, Verb.END, Thing.IMPORT, Reach.NONE),
        (Role.MARKETER, Verb.END, Thing.SUPPRESSION, Reach.NONE),
        (Role.REP, Verb.ADD, Thing.SEGMENT, Reach.OWN),
        (Role.REP, Verb.EXPORT, Thing.SEGMENT, Reach.NONE),
        (Role.MARKETER, Verb.CHANGE, Thing.SEGMENT, Reach.ALL),
        (Role.MANAGER, Verb.SEE, Thing.DEBRIEF, Reach.TEAM),
        (Role.MANAGER, Verb.CHANGE, Thing.DEBRIEF, Reach.OWN),
        (Role.MANAGER, Verb.CHANGE, Thing.USER, Reach.NONE),
        (Role.ADMIN, Verb.SEE, Thing.DEBRIEF, Reach.NONE),
        (Role.ADMIN, Verb.CHANGE, Thing.RULE, Reach.ALL),
        (Role.ADMIN, Verb.CHANGE, Thing.AUDIT, Reach.NONE),
        (Role.ADMIN, Verb.END, Thing.AUDIT, Reach.NONE),
    ],
)
def test_a_right_reaches_so_far(role: Role, verb: Verb, thing: Thing, far: Reach) -> None:
    assert reach(role, verb, thing) == far
    assert may(role, verb, thing) == (far > Reach.NONE)


def test_only_admins_change_who_may_do_what() -> None:
    changers = {role for role in Role if may(role, Verb.CHANGE, Thing.USER)}
    assert changers == {Role.ADMIN}
