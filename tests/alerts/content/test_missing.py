"""What they told us was missing is here: who is told of it, newest loss first."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from alerts.content.missing import PAGE, People, aim_of, number_of, people
from alerts.content.suggest import Item
from alerts.words import ContentKind
from tests.alerts.content.shelf import add_goal, add_item, add_sent
from tests.builders import NOON, add_account, add_deal, add_owner_name, add_prospect, add_user
from tests.tracker.ingest.stories import KEYS
from tracker.findings import Learned, learn
from tracker.ingest.intent import ANSWERING_TOPICS
from tracker.listing import relist
from tracker.models import DealStatus, Prospect
from tracker.people.rights import Reach
from tracker.people.scope import Scope, nothing_given
from tracker.signing import Signer
from tracker.suppression import suppress
from tracker.words import FindingKind, FindingSource, ReasonKind, SuppressionKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.segments.matching import Place

SIGNER = Signer(KEYS)
ALL = Scope(Reach.ALL, 1, None, nothing_given)
SSO = Item(
    1, "SSO is here", "https://www.northwind.example/blog/42", ContentKind.PRODUCT, frozenset({"security"})
)
PRICES = Item(1, "New prices", "https://www.northwind.example/", ContentKind.PRODUCT, frozenset({"pricing"}))


def lost(session: Session, name: str, **fields: Any) -> Prospect:  # noqa: ANN401  (a deal's)
    person = add_prospect(session, name=name)
    add_deal(session, person, **fields)
    relist(session, [person.id])
    return person


def found(session: Session, item: Item, scope: Scope = ALL, after: Place | None = None) -> People:
    return people(session, SIGNER, item, ANSWERING_TOPICS, scope, NOON, after)


def names(session: Session, item: Item, scope: Scope = ALL) -> list[str]:
    return [one.name for one in found(session, item, scope).rows]


def test_those_lost_for_it_are_listed_newest_loss_first(database: Database) -> None:
    with database.writing() as session:
        lost(session, "Ann Old", closed_on=date(2024, 1, 1))
        lost(session, "Ben New", closed_on=date(2026, 1, 1))
        lost(session, "Cid Other", reason_kind=ReasonKind.SUPPORT)
        lost(session, "Dot Never", not_qualified=True)
        lost(session, "Eve Open", status=DealStatus.OPEN, reason_kind=None)
        session.flush()
        told = found(session, PRICES)
    assert [one.name for one in told.rows] == ["Ben New", "Ann Old"]
    assert (told.number, told.is_more, told.after) == (2, False, None)
    assert told.rows[0].lost_on == date(2026, 1, 1)
    assert told.rows[0].why == "Answers why they said no: price, says the CRM."


def test_a_missing_feature_is_found_by_its_name_and_by_no_part_of_another_word(database: Database) -> None:
    with database.writing() as session:
        lost(session, "Ann Says", reason="Needs (SSO)!", reason_kind=ReasonKind.FEATURE)
        lost(session, "Ben Lesson", reason="Too many lessons", reason_kind=ReasonKind.FEATURE)
        lost(session, "Cid Price", reason="SSO too dear", reason_kind=ReasonKind.PRICE)
        lost(session, "Dot Never", reason="sso", reason_kind=ReasonKind.FEATURE, not_qualified=True)
        told = found(session, SSO)
    assert [one.name for one in told.rows] == ["Ann Says"]
    assert "a missing feature (“Needs (SSO)!”), says the CRM." in told.rows[0].why


def test_words_in_a_pattern_s_own_signs_are_only_words(database: Database) -> None:
    odd = Item(1, "100% ready_made", "https://x.example/", ContentKind.HELPFUL, frozenset({"teamwork"}))
    with database.writing() as session:
        lost(session, "Ann Any", reason="No nothing", reason_kind=ReasonKind.FEATURE)
        assert names(session, odd) == []
        assert aim_of(odd, ANSWERING_TOPICS).words == ("100", "ready", "made", "teamwork")


def test_who_said_so_in_a_talk_or_has_such_a_goal_is_listed_too(database: Database) -> None:
    with database.writing() as session:
        ann = lost(session, "Ann Told", reason_kind=ReasonKind.OTHER, reason="?", closed_on=date(2025, 5, 1))
        ben = lost(session, "Ben Wants", reason_kind=None, reason="", closed_on=date(2025, 6, 1))
        cid = lost(session, "Cid Wanted", reason_kind=None, reason="")
        deal = add_deal(session, ann, status=DealStatus.WON, reason_kind=None)
        said = [Learned(FindingKind.REASON, "No SSO", ReasonKind.FEATURE)]
        learn(session, deal.id, ann.id, FindingSource.INTERVIEW, 1, said, NOON)
        add_goal(session, ben, "security", text="Pass the audit")
        add_goal(session, cid, "security", ended_at=NOON)
        told = found(session, SSO)
        assert [(one.name, one.why) for one in told.rows] == [
            ("Ben Wants", "Fits their goal: “Pass the audit”."),
            (
                "Ann Told",
                "Answers why they said no: a missing feature (“No SSO”), as they said in an interview.",
            ),
        ]
        learn(
            session,
            deal.id,
            ann.id,
            FindingSource.POST_MORTEM,
            1,
            [Learned(FindingKind.REASON, "", ReasonKind.PRICE)],
            NOON,
        )
        assert names(session, PRICES) == ["Ann Told"]


@pytest.mark.parametrize("item", [PRICES, SSO])
def test_the_pages_go_on_where_the_last_one_ended(database: Database, item: Item) -> None:
    with database.writing() as session:
        those = [add_prospect(session, name=f"P{number}") for number in range(2 * PAGE + 1)]
        for number, person in enumerate(those):
            add_deal(session, person, closed_on=date(2025, 1, 1 + number // 2))
            if item is SSO:
                add_goal(session, person, "security")
        relist(session, [one.id for one in those])
        first = found(session, item)
        assert (first.number, first.is_more) == (2 * PAGE + 1, False)
        second = found(session, item, after=first.after)
        last = found(session, item, after=second.after)
        assert (second.number, last.after, len(last.rows)) == (None, None, 1)
        told = [one.id for page in (first, second, last) for one in page.rows]
        assert told == [one.id for one in reversed(those)]
        assert number_of(session, aim_of(item, ANSWERING_TOPICS), ALL, NOON) == (2 * PAGE + 1, False)


@pytest.mark.parametrize("item", [PRICES, SSO])
def test_s13_only_those_within_reach_are_told_of(database: Database, item: Item) -> None:
    with database.writing() as session:
        sam, kim = add_user(session), add_user(session, "Kim Berg")
        for user, name in ((sam, "Ann Sams"), (kim, "Ben Kims")):
            account = add_account(session, owner=add_owner_name(session, user))
            for kind in (ReasonKind.PRICE, ReasonKind.FEATURE):
                person = add_prospect(session, account, name)
                add_deal(session, person, reason="SSO", reason_kind=kind)
                relist(session, [person.id])
        own = Scope(Reach.OWN, sam.id, None, nothing_given)
        assert names(session, item, own) == ["Ann Sams"]
        assert number_of(session, aim_of(item, ANSWERING_TOPICS), own, NOON) == (1, False)
        nothing = Scope(Reach.NONE, sam.id, None, nothing_given)
        assert names(session, item, nothing) == []


def test_who_was_sent_it_and_who_unsubscribed_is_marked(database: Database) -> None:
    with database.writing() as session:
        ann, ben = lost(session, "Ann Had"), lost(session, "Ben Off")
        user = add_user(session)
        shelved = add_item(session, PRICES.title, PRICES.url, "pricing")
        add_sent(session, ann, user, shelved)
        undone = add_sent(session, ben, user, shelved)
        undone.undone_at = NOON
        suppress(session, SIGNER, [ben.email or ""], SuppressionKind.UNSUBSCRIBED, "a list", NOON)
        session.flush()
        item = Item(shelved.id, shelved.title, shelved.url, shelved.kind, PRICES.topics)
        told = {one.name: one for one in found(session, item).rows}
    assert told["Ann Had"].sent_at == NOON
    assert told["Ben Off"].sent_at is None
    assert [told["Ann Had"].is_unsubscribed, told["Ben Off"].is_unsubscribed] == [False, True]
