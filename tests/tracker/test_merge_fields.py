"""What a mailing's list says of the earlier conversation: what the CRM says, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import NOON, add_account, add_deal, add_owner_name, add_prospect, add_user
from tests.tracker.ingest.stories import KEYS
from tracker.listing import relist
from tracker.mailing_list import mailing_list
from tracker.merge_fields import MergeFields
from tracker.models import Goal
from tracker.preferences import open_address
from tracker.signing import Signer
from tracker.suppression import email_hash
from tracker.words import GoalKind, ReasonKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Prospect

SIGNER = Signer(KEYS)


def a_loss(session: Session, **deal: Any) -> Prospect:  # noqa: ANN401  (columns differ)
    owner = add_owner_name(session, add_user(session, "Sam van Reed"))
    person = add_prospect(session, add_account(session, owner=owner))
    add_deal(session, person, **deal)
    relist(session, [person.id])
    return person


def told(session: Session, person: Prospect, *, competitor: bool = False) -> dict[str, str]:
    fields = MergeFields(SIGNER, "https://ringback.example.com", competitor=competitor)
    people = [one for one in mailing_list(session, SIGNER).recipients if one.prospect_id == person.id]
    return dict(zip(fields.headings, fields.of(session, people, NOON)[person.id], strict=True))


def test_a_list_says_why_what_when_and_whom_they_know(session: Session) -> None:
    said = told(session, a_loss(session))
    links = {name: said.pop(name) for name in ("preferences", "unsubscribe")}
    assert said == {
        "lost_reason": "the price",
        "lost_product": "Pro",
        "lost_month": "March 2025",
        "rep": "Sam",
        "rep_name": "Sam van Reed",
        "topic": "",
    }
    assert links["unsubscribe"] == f"{links['preferences']}/unsubscribe"


def test_p7_the_link_is_that_persons(session: Session) -> None:
    person = a_loss(session)
    home, _, signed = told(session, person)["preferences"].rpartition("/")
    assert home == "https://ringback.example.com/preferences"
    assert open_address(SIGNER, signed, NOON) == email_hash(SIGNER, person.email or "")


@pytest.mark.parametrize("kind", [None, ReasonKind.OTHER])
def test_what_nobody_said_is_not_made_up(session: Session, kind: ReasonKind | None) -> None:
    person = a_loss(session, reason_kind=kind, reason="", product="", closed_on=None)
    said = told(session, person)
    assert [said[name] for name in ("lost_reason", "lost_product", "lost_month")] == ["", "", ""]
    stranger = add_prospect(session, name="Nobody Known")
    assert not any(told(session, stranger)[name] for name in ("lost_reason", "rep", "topic"))


def test_who_won_is_named_only_where_somebody_wants_it(session: Session) -> None:
    person = a_loss(session)
    assert "competitor" not in told(session, person)
    assert told(session, person, competitor=True)["competitor"] == "Acme"


def test_who_left_writes_to_nobody_and_an_owner_without_a_desk_is_named_by_the_crm(session: Session) -> None:
    gone = add_user(session, "Gone Girl", left_at=NOON)
    person = add_prospect(session, add_account(session, owner=add_owner_name(session, gone)))
    other = add_prospect(session, add_account(session, "Elm", add_owner_name(session, None, "Kit Oz")))
    relist(session, [person.id, other.id])
    assert told(session, person)["rep_name"] == ""
    assert told(session, other)["rep"] == "Kit"


def test_a_goal_that_stands_goes_before_interests_and_younger_ones_before_older(session: Session) -> None:
    person = a_loss(session)
    for kind, topic, days, ended in (
        (GoalKind.GOAL, "docs", 1, None),
        (GoalKind.GOAL, "pricing", 2, None),
        (GoalKind.INTEREST, "sailing", 3, None),
        (GoalKind.GOAL, "done", 4, NOON),
    ):
        at = NOON + timedelta(days=days)
        session.add(Goal(prospect_id=person.id, kind=kind, text=topic, topic=topic, at=at, ended_at=ended))
    session.flush()
    assert told(session, person)["topic"] == "pricing"
