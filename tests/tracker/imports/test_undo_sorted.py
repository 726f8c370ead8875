"""What only a rule of loss reasons has touched since its import is taken back; what a person sorted stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from tests.tracker.imports.look import all_deals, the_deal
from tests.tracker.imports.test_undo import take_back
from tracker.imports.reasons import set_reason_rule
from tracker.models import Deal
from tracker.words import ReasonKind

if TYPE_CHECKING:
    from tests.tracker.imports.conftest import Importer
    from tracker.installation import Installation

HEAD = "deal_id,account,status,reason,competitor,outcome\n"
SECURITY = "1,Brightwell,lost,Security questionnaire,,\n"


def rule(installation: Installation, phrase: str, kind: ReasonKind) -> None:
    with installation.database.writing() as session:
        assert set_reason_rule(session, phrase, kind) >= 1


@pytest.mark.parametrize("kind", [ReasonKind.FEATURE, ReasonKind.TIMING])
@pytest.mark.parametrize("row", [SECURITY, SECURITY.replace(",,", ",Acme,"), SECURITY[:-1] + "postponed\n"])
def test_a_changed_rule_keeps_nothing(
    bring_in: Importer, installation: Installation, kind: ReasonKind, row: str
) -> None:
    report = bring_in(HEAD + row, yes=True)
    rule(installation, "security", kind)
    assert take_back(installation, report.import_id).kept == {}
    assert all_deals(installation) == []


def test_what_a_file_changed_is_as_before_whatever_rule_came_since(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(HEAD + SECURITY.replace("Security questionnaire", "Price"), yes=True)
    report = bring_in(HEAD + SECURITY, yes=True)
    rule(installation, "security", ReasonKind.TIMING)
    assert take_back(installation, report.import_id).kept == {}
    deal = the_deal(installation, "own:1")
    assert (deal.reason, deal.reason_kind, deal.outcome) == ("Price", ReasonKind.PRICE, None)


def test_a_deal_that_a_person_sorted_stays(bring_in: Importer, installation: Installation) -> None:
    report = bring_in(HEAD + SECURITY, yes=True)
    with installation.database.writing() as session:
        session.execute(update(Deal).values(reason_kind=ReasonKind.SUPPORT))
    assert take_back(installation, report.import_id).kept == {"It was changed since.": 1}
