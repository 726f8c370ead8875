"""What came of a campaign is counted in people, and each step holds those of the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alerts.campaigns import Aftermath, aftermath
from alerts.words import Decision, OutcomeKind
from tests.alerts.scenes import MORNING, add_alert, add_outcome, add_visit
from tests.builders import add_campaign, add_prospect, add_user

if TYPE_CHECKING:
    from tracker.db import Database


@pytest.mark.parametrize(
    ("kind", "came"),
    [
        (None, Aftermath(1, 1, 0, 0, 0, 2)),
        (OutcomeKind.NO_ANSWER, Aftermath(1, 1, 0, 0, 0, 2)),
        (OutcomeKind.SPOKE, Aftermath(1, 1, 1, 0, 0, 2)),
        (OutcomeKind.REOPENED, Aftermath(1, 1, 1, 1, 0, 2)),
        (OutcomeKind.WON_BACK, Aftermath(1, 1, 1, 1, 1, 2)),
    ],
)
def test_a_person_told_of_twice_is_one_person(
    database: Database, kind: OutcomeKind | None, came: Aftermath
) -> None:
    with database.writing() as session:
        sam, spring, summer = add_user(session), add_campaign(session), add_campaign(session, "summer-26")
        dana = add_prospect(session)
        by_link = add_visit(session, dana, campaign_id=spring.id)
        alert = add_alert(session, by_link, sam, sent_at=MORNING)
        second = add_visit(session, dana, campaign_id=spring.id)
        add_alert(session, second, sam, sent_at=MORNING, decision=Decision.DIGEST)
        add_alert(session, add_visit(session, dana, campaign_id=spring.id), sam, decision=Decision.HOLD)
        on_her_own = add_alert(session, add_visit(session, dana), sam, sent_at=MORNING)
        add_outcome(session, on_her_own, sam, OutcomeKind.WON_BACK)
        if kind is not None:
            add_outcome(session, alert, sam, kind)
        add_outcome(session, alert, sam, OutcomeKind.WON_BACK, undone_at=MORNING)
        assert aftermath(session, [spring.id, summer.id]) == {spring.id: came}
