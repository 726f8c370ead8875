"""Whom a filter finds by tags, goals, what they told us, and what they agreed to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOON, add_deal, add_prospect, add_user
from tests.tracker.ingest.stories import KEYS
from tests.tracker.test_asked import ALL, found
from tracker.findings import Learned, learn
from tracker.listing import relist
from tracker.models import Goal, Interview, OfferConsent, Prospect, SuppressionKind
from tracker.preferences import Choices, choose
from tracker.segments.built_in import OFFERS
from tracker.segments.counted import Sought, remember
from tracker.segments.filter import KINDS, Agreed, Filter, Interviewed
from tracker.segments.matching import find
from tracker.segments.said import Said
from tracker.signing import Signer
from tracker.suppression import email_hash, suppress
from tracker.tags import put_tag
from tracker.words import FindingKind, FindingSource, GoalKind, ReasonKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.models import Deal

SIGNER = Signer(KEYS)


def add_people(session: Session, *names: str, **deal: date) -> list[tuple[Prospect, Deal]]:
    people = [add_prospect(session, name=f"{name} Ortiz") for name in names]
    lost = [(person, add_deal(session, person, **deal)) for person in people]  # type: ignore[arg-type]  # dates
    relist(session, [one.id for one in people], signer=SIGNER)
    return lost


def ask(session: Session, lost: tuple[Prospect, Deal], key: str, **ended: object) -> Interview:
    person, deal = lost
    user = add_user(session)
    interview = Interview(
        key=key,
        deal_id=deal.id,
        prospect_id=person.id,
        made_by=user.id,
        made_at=NOON,
        expires_at=NOON,
        **ended,
    )
    session.add(interview)
    session.flush()
    return interview


def test_a_tag_is_found_as_it_is_kept_however_it_is_typed(session: Session) -> None:
    (dana, _), _ = add_people(session, "Dana", "Kim")
    put_tag(session, [dana.id], "met at the fair", add_user(session).id, NOON)
    assert found(session, tag=" Met  at the FAIR ") == ["Dana"]
    assert found(session, tag="met") == []


def test_a_goal_counts_until_it_is_reached_by_its_topic_or_any(session: Session) -> None:
    lost = add_people(session, "Dana", "Kim", "Omar")
    for (person, _), topic, ended in zip(lost, ("docs", "", "docs"), (None, None, NOON), strict=True):
        session.add(
            Goal(
                prospect_id=person.id, kind=GoalKind.INTEREST, text="x", topic=topic, at=NOON, ended_at=ended
            )
        )
    session.flush()
    assert found(session, goal="docs") == ["Dana"]
    assert found(session, goal="any") == ["Dana", "Kim"]
    assert found(session, goal="pricing") == []


def test_each_is_in_one_state_of_interviews(session: Session) -> None:
    said, asked, taken_back, again, _ = add_people(session, "Dana", "Kim", "Omar", "Zoe", "Bo")
    ask(session, said, "a", finished_at=NOON, willing=True)
    ask(session, said, "b")
    ask(session, asked, "c", started_at=NOON)
    ask(session, taken_back, "d", ended_at=NOON)
    ask(session, again, "e", finished_at=NOON, ended_at=NOON, willing=False)
    assert found(session, interview="answered") == ["Dana", "Zoe"]
    assert found(session, interview="unanswered") == ["Kim"]
    assert found(session, interview="never") == ["Bo", "Omar"]
    assert (found(session, willing="yes"), found(session, willing="no")) == (["Dana"], ["Zoe"])


def test_what_they_told_stands_beside_what_the_crm_says(session: Session) -> None:
    (dana, deal), _ = add_people(session, "Dana", "Kim")
    reason = Learned(FindingKind.REASON, "no SSO", ReasonKind.FEATURE)
    learn(session, deal.id, dana.id, FindingSource.INTERVIEW, 1, [reason], NOON)
    assert found(session, said="feature") == ["Dana"]
    assert found(session, said="price") == []
    assert found(session, said="feature", reason="price") == ["Dana"]


def test_who_said_yes_once_and_no_later_is_not_willing(session: Session) -> None:
    (dana, kim) = add_people(session, "Dana", "Kim")
    later = NOON + timedelta(days=400)
    for person, first in ((dana, True), (kim, False)):
        name = person[0].name[0]
        ask(session, person, f"{name}1", finished_at=NOON, willing=first)
        ask(session, person, f"{name}2", finished_at=later, willing=not first)
        ask(session, person, f"{name}3", finished_at=later)  # left without an answer to that
    assert (found(session, willing="yes"), found(session, willing="no")) == (["Kim"], ["Dana"])


def test_months_since_the_loss_are_between_two_numbers(session: Session) -> None:
    today = NOON.date()
    for name, days in (("Dana", 100), ("Kim", 250), ("Omar", 600)):
        add_people(session, name, closed_on=today - timedelta(days=days))
    add_people(session, "Zoe", closed_on=None)  # type: ignore[arg-type]  # not known
    assert found(session, lost_from="6") == ["Kim", "Omar"]
    assert found(session, lost_to="12") == ["Dana", "Kim"]
    assert found(session, lost_from="6", lost_to="12") == ["Kim"]
    assert found(session, lost_from="12", lost_to="6") == []
    assert found(session, lost_from="6", lost_to="12", sort="lost") == ["Kim"]
    assert found(session, lost_to="1200") == ["Dana", "Kim", "Omar"]


def test_a_yes_on_the_page_adds_them_to_offers_and_unsubscribing_takes_them_out(session: Session) -> None:
    (dana, _), (kim, _) = add_people(session, "Dana", "Kim")
    session.add(
        OfferConsent(prospect_id=kim.id, given_at=NOON, text="x", source="interview", revoked_at=NOON)
    )
    assert not find(session, OFFERS.wanted, ALL, NOON).ids
    assert found(session, offers="no") == ["Dana", "Kim"]
    choose(session, SIGNER, email_hash(SIGNER, dana.email or ""), Choices(offers=True), NOON)
    assert find(session, OFFERS.wanted, ALL, NOON).ids == (dana.id,)
    suppress(session, SIGNER, [dana.email or ""], SuppressionKind.UNSUBSCRIBED, "a mail", NOON)
    assert not find(session, OFFERS.wanted, ALL, NOON).ids
    assert found(session, offers="yes") == ["Dana"]


def test_a_segment_says_how_many_it_finds_in_ones_own_reach(database: Database) -> None:
    with database.writing() as session:
        add_people(session, "Dana", "Kim")
    counts = remember(database)
    sought = Sought.of(Filter(reason="price"), ALL, NOON)
    while not (known := counts.get([sought], NOON).known):
        pass
    assert known[sought].value == 2


words = st.text(st.characters(exclude_categories=("C", "Z")), max_size=30).map(
    lambda text: " ".join(text.lower().split())
)
months = st.none() | st.integers(0, 1_200)
filters = st.builds(
    Filter,
    tag=words,
    goal=words,
    said=st.sampled_from(("", *KINDS)),
    interview=st.none() | st.sampled_from(Interviewed),
    willing=st.none() | st.sampled_from(Agreed),
    offers=st.none() | st.sampled_from(Agreed),
    lost_from=months,
    lost_to=months,
)


@given(filters)
def test_a_filter_is_read_as_it_is_written(wanted: Filter) -> None:
    assert Filter.read(wanted.values()) == (wanted, ())


NEW = ("said", "interview", "willing", "offers", "lost_from", "lost_to")


@given(filters, st.sampled_from(NEW), st.text(min_size=1, max_size=20))
def test_nothing_that_is_mistyped_makes_a_filter_wider_in_silence(
    wanted: Filter, name: str, typed: str
) -> None:
    said = Said.read(wanted.values() | {name: typed})
    default: dict[str, Any] = {name: getattr(Filter(), name)}
    without = replace(wanted, **default)
    if said.wanted == without and said.is_clear:
        # Nothing that can be seen was typed.
        assert not "".join(char for char in typed if char.isprintable()).strip()


@pytest.mark.parametrize("part", ["q", "tag"])
def test_what_may_name_somebody_is_not_on_record(part: str) -> None:
    assert Said.read({part: "dana"}).told() == {part: "…"}
