"""Loss reasons come to kinds by an editable table; outcomes follow from what is said, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from tests.builders import add_deal
from tests.tracker.imports.look import all_deals
from tracker.imports.loss import DEFAULT_RULES, ReasonKinds, Rule, outcome_of
from tracker.imports.reasons import (
    ReasonRuleError,
    list_reason_rules,
    reason_kinds,
    remove_reason_rule,
    seed_reason_rules,
    set_reason_rule,
)
from tracker.listing import relist
from tracker.models import Deal, Listing, Prospect, ReasonRule
from tracker.words import DealStatus, LossOutcome, ReasonKind

if TYPE_CHECKING:
    from tests.tracker.imports.conftest import Importer
    from tracker.db import Database
    from tracker.installation import Installation

DEFAULTS = ReasonKinds(Rule(phrase, kind) for kind, phrases in DEFAULT_RULES.items() for phrase in phrases)
HEAD = "deal_id,account,reason,competitor\n"


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("Price", ReasonKind.PRICE),
        ("TOO  EXPENSIVE for the board", ReasonKind.PRICE),
        ("Lost on price to Acme", ReasonKind.PRICE),
        ("No budget this year", ReasonKind.PRICE),
        ("Missing SSO", ReasonKind.FEATURE),
        ("Lacked the Xero integration", ReasonKind.FEATURE),
        ("Bad timing", ReasonKind.TIMING),
        ("Project on hold", ReasonKind.TIMING),
        ("No decision", ReasonKind.NO_DECISION),
        ("went dark after the demo", ReasonKind.NO_DECISION),
        ("They trust their incumbent", ReasonKind.RELATIONSHIP),
        ("Support hours", ReasonKind.SUPPORT),
        ("Went with competitor", ReasonKind.COMPETITOR),
        ("Other", ReasonKind.OTHER),
        ("Moon in the wrong house", ReasonKind.OTHER),
        ("enterprise", ReasonKind.OTHER),  # "price" only counts at the start of a word
        ("", None),
        ("   ", None),
    ],
)
def test_the_default_rules_know_common_reasons(reason: str, kind: ReasonKind | None) -> None:
    assert DEFAULTS.kind_of(reason) is kind


def test_only_a_reason_that_no_rule_knows_is_unsorted() -> None:
    assert DEFAULTS.is_unsorted("Moon in the wrong house")
    assert not DEFAULTS.is_unsorted("Other")
    assert not DEFAULTS.is_unsorted("")


@pytest.mark.parametrize(
    ("kind", "competitor", "outcome"),
    [
        (None, "", None),
        (ReasonKind.PRICE, "", None),
        (ReasonKind.OTHER, "", None),
        (None, "Acme", LossOutcome.CHOSE_COMPETITOR),
        (ReasonKind.PRICE, "Acme", LossOutcome.CHOSE_COMPETITOR),
        (ReasonKind.PRICE, "Acme; Globex", None),
        (ReasonKind.COMPETITOR, "", LossOutcome.CHOSE_COMPETITOR),
        (ReasonKind.TIMING, "", LossOutcome.POSTPONED),
        (ReasonKind.TIMING, "Acme", LossOutcome.POSTPONED),
        (ReasonKind.NO_DECISION, "Acme", LossOutcome.DECIDED_NOTHING),
    ],
)
def test_an_outcome_is_only_what_is_said(
    kind: ReasonKind | None, competitor: str, outcome: LossOutcome | None
) -> None:
    assert outcome_of(DealStatus.LOST, kind, competitor) is outcome
    assert outcome_of(DealStatus.WON, kind, competitor) is None


def test_defaults_are_written_once_and_what_was_removed_stays_away(database: Database) -> None:
    with database.writing() as session:
        seed_reason_rules(session)
        count = len(list_reason_rules(session))
        remove_reason_rule(session, "Budget")
    with database.writing() as session:
        seed_reason_rules(session)
        assert len(list_reason_rules(session)) == count - 1


def test_a_new_rule_is_tried_first_and_deals_follow_it(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(HEAD + "1,A,Price of the Xero add-on,\n2,B,Moon in the wrong house,\n3,C,Price,\n", yes=True)

    with installation.database.writing() as session:
        assert set_reason_rule(session, " Xero ", ReasonKind.FEATURE) == 1
        assert set_reason_rule(session, "moon", ReasonKind.TIMING) == 1

    first, second, third = all_deals(installation)
    assert first.reason_kind is ReasonKind.FEATURE
    assert (second.reason_kind, second.outcome) == (ReasonKind.TIMING, LossOutcome.POSTPONED)
    assert third.reason_kind is ReasonKind.PRICE

    with installation.database.writing() as session:
        assert set_reason_rule(session, "MOON", ReasonKind.OTHER) == 1
    assert all_deals(installation)[1].outcome is None

    with installation.database.writing() as session:
        assert remove_reason_rule(session, "xero") == 1
    assert all_deals(installation)[0].reason_kind is ReasonKind.PRICE


def test_lists_follow_at_once(bring_in: Importer, installation: Installation) -> None:
    rows = "1,A,Price of the Xero add-on,,a@a.example\n2,B,Moon,,b@b.example\n3,C,Price,,c@c.example\n"
    bring_in(HEAD.replace("competitor", "competitor,email") + rows, yes=True)
    with installation.database.writing() as session:
        set_reason_rule(session, "Xero", ReasonKind.FEATURE)
        set_reason_rule(session, "moon", ReasonKind.TIMING)
        wanted = select(Listing.reason_kind).order_by(Listing.prospect_id)
        assert session.scalars(wanted).all() == ["feature", "timing", "price"]
        people = session.scalars(select(Prospect.id)).all()
        assert relist(session, people) == 0  # there is nothing to put right


def test_an_outcome_or_a_kind_that_a_person_chose_stays(database: Database) -> None:
    with database.writing() as session:
        seed_reason_rules(session)
        add_deal(
            session,
            reason="Moon",
            reason_kind=ReasonKind.OTHER,
            competitor="",
            outcome=LossOutcome.DECIDED_NOTHING,
        )
        add_deal(session, reason="Moon", reason_kind=ReasonKind.SUPPORT, competitor="", outcome=None)

        assert set_reason_rule(session, "moon", ReasonKind.TIMING) == 1

        said, sorted_by_hand = session.query(Deal).order_by(Deal.id)
        assert (said.reason_kind, said.outcome) == (ReasonKind.TIMING, LossOutcome.DECIDED_NOTHING)
        assert sorted_by_hand.reason_kind is ReasonKind.SUPPORT


def test_rules_that_are_not_there_or_say_nothing_are_refused(database: Database) -> None:
    with database.writing() as session:
        with pytest.raises(ReasonRuleError, match="no rule for 'nope'"):
            remove_reason_rule(session, "nope")
        with pytest.raises(ReasonRuleError, match="phrase takes"):
            set_reason_rule(session, "  ", ReasonKind.PRICE)


def test_an_installation_without_rules_seeds_them_with_its_first_import(
    bring_in: Importer, installation: Installation
) -> None:
    with installation.database.writing() as session:
        session.execute(delete(ReasonRule))
    bring_in(HEAD + "1,A,Price,\n", yes=True)

    with installation.database.reading() as session:
        assert reason_kinds(session).kind_of("price") is ReasonKind.PRICE
