"""What each role may do: the one table that pages and tests ask. PURE.

`own` is what is the user's own or is given to them, `team` what is their team's besides, `all` everybody's.
What no line names, nobody may do.
"""

from __future__ import annotations

from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from tracker.words import Role, Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Mapping


class Reach(IntEnum):
    """How far a right goes; each holds those before it."""

    NONE = 0
    OWN = 1
    TEAM = 2
    ALL = 3


_COLUMNS = (Role.REP, Role.MARKETER, Role.MANAGER, Role.ADMIN)
_TABLE = """
you          see change end           own  own  own   own
user         see                      -    -    team  all
user         add change end           -    -    -     all
team         see add change           -    -    -     all
session      see end                  own  own  own   all
audit        see export               -    -    -     all
site         see                      -    all  -     all
site         add change end           -    -    -     all
sender       see add change end       -    -    -     all
rule         see                      -    all  all   all
rule         add change end           -    -    all   all
retention    see change               -    -    -     all
prospect     see                      own  all  team  all
prospect     add change               own  all  team  all
prospect     export                   -    -    -     all
prospect     end                      -    -    -     all
deal         see add change           own  all  team  all
deal         end                      -    -    -     all
owner name   see change               -    all  all   all
consent      see                      own  all  team  all
consent      add end                  -    all  -     all
suppression  see                      -    all  all   all
suppression  add                      own  all  team  all
suppression  end                      -    -    -     all
import       see add end              -    all  -     all
campaign     see                      all  all  all   all
campaign     add change end           -    all  -     all
link         see add                  own  all  team  all
link         export                   -    all  -     all
segment      see                      own  all  team  all
segment      add change end           own  all  own   all
segment      export                   -    all  -     all
content      see                      all  all  all   all
content      add change end           -    all  all   all
alert        see change               own  -    team  all
follow-up    see add change end       own  -    team  all
interview    see add change end       own  -    team  all
debrief      see                      own  -    team  -
debrief      add change               own  -    own   -
review       see export               -    all  team  all
review       add change end           -    -    team  all
"""
"""A thing, what may be done to it, and how far that goes for a rep, a marketer, a manager and an admin."""


def _read(table: str) -> dict[tuple[Role, Verb, Thing], Reach]:
    rights: dict[tuple[Role, Verb, Thing], Reach] = {}
    for line in table.strip().splitlines():
        *words, rep, marketer, manager, admin = line.split()
        verbs = [word for word in words if word in set(Verb)]
        thing = Thing(" ".join(words[: len(words) - len(verbs)]))
        for role, reach in zip(_COLUMNS, (rep, marketer, manager, admin), strict=True):
            for verb in verbs:
                rights[role, Verb(verb), thing] = Reach.NONE if reach == "-" else Reach[reach.upper()]
    return rights


RIGHTS: Mapping[tuple[Role, Verb, Thing], Reach] = MappingProxyType(_read(_TABLE))


def reach(role: Role, verb: Verb, thing: Thing) -> Reach:
    """Say how far a role's right to do this goes; `NONE`: it has none."""
    return RIGHTS.get((role, verb, thing), Reach.NONE)


def may(role: Role, verb: Verb, thing: Thing) -> bool:
    """Whether a role may do this at all, to whatever is in its reach."""
    return reach(role, verb, thing) is not Reach.NONE
