"""LOST: as the CRM tells it, and nothing it does not tell."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.briefing import brief
from tests.alerts.scenes import MORNING, add_alert, add_visit, dana_reads_pricing, installation
from tests.builders import add_account, add_deal, add_owner_name, add_prospect, add_user
from tracker.words import DealStatus, LossOutcome, ReasonKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from alerts.briefing.facts import Briefing, Lost
    from tracker.db import Database
    from tracker.models import Prospect

BLANK: dict[str, object] = {
    "title": "",
    "product": "",
    "value_minor": None,
    "currency": "",
    "closed_on": None,
    "outcome": None,
    "reason": "",
    "reason_kind": None,
    "competitor": "",
    "notes": "",
    "imported_at": MORNING,
}


def briefed(session: Session, database: Database, prospect: Prospect, **fields: object) -> Briefing:
    alert = add_alert(session, add_visit(session, prospect), add_user(session), **fields)
    return brief(session, installation(database), alert.id, MORNING)


def lost_of(session: Session, database: Database, **deal: object) -> Lost:
    dana = add_prospect(session)
    fields = {"imported_at": MORNING, "notes": ""} | deal
    add_deal(session, dana, account=None, owner=None, **fields)
    lost = briefed(session, database, dana).lost
    assert lost is not None
    return lost


def test_a_deal_lost_on_price_to_acme(session: Session, database: Database) -> None:
    lost = brief(session, installation(database), dana_reads_pricing(session).alert.id, MORNING).lost
    assert lost is not None
    assert lost.sentences == ("Mar 2025, Pro, £48k.", "CRM says: price.", "Chose Acme.")
    assert lost.note is not None
    assert lost.note.quoted == 'You: "Board wanted under £40k; SSO missing."'


@pytest.mark.parametrize(
    ("deal", "said", "ending"),
    [
        ({}, "Chose Acme", "lost to Acme"),
        ({"competitor": ""}, "Chose a competitor", "lost Mar 2025"),
        ({"competitor": "Acme; Globex"}, "Chose a competitor; CRM names Acme; Globex", "lost Mar 2025"),
        ({"outcome": LossOutcome.DECIDED_NOTHING}, "Decided nothing", "decided nothing"),
        ({"outcome": LossOutcome.POSTPONED, "competitor": ""}, "Postponed", "postponed"),
        ({"outcome": None}, "CRM names Acme", "lost Mar 2025"),
        ({"outcome": None, "competitor": ""}, "", "lost Mar 2025"),
    ],
)
def test_a_winner_is_never_invented(
    session: Session, database: Database, deal: dict[str, object], said: str, ending: str
) -> None:
    lost = lost_of(session, database, **deal)
    assert (lost.decision, lost.ending) == (said, ending)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("Price", "price"),
        ("", ""),
        ("SSO missing.", "SSO missing"),
        ("Acme", "Acme"),
        ("Board said no\nto the budget", "Board said no to the budget"),
    ],
)
def test_the_reason_is_the_crms_own(session: Session, database: Database, reason: str, said: str) -> None:
    assert lost_of(session, database, reason=reason).reason == said


def test_a_blank_deal_says_nothing(session: Session, database: Database) -> None:
    lost = lost_of(session, database, **BLANK)
    assert (lost.sentences, lost.note, lost.ending) == ((), None, "")


def test_data_older_than_a_day_is_said(session: Session, database: Database) -> None:
    assert lost_of(session, database, imported_at=MORNING - timedelta(hours=23)).as_of == ""
    old = lost_of(session, database, imported_at=MORNING - timedelta(days=4))
    assert old.sentences[-1] == "CRM data as of 6 Feb."


def test_the_latest_lost_deal_is_shown_and_the_others_counted(session: Session, database: Database) -> None:
    account = add_account(session)
    dana = add_prospect(session, account)
    add_deal(session, dana, product="Basic", closed_on=date(2024, 5, 1))
    add_deal(session, dana, product="Team", closed_on=date(2025, 5, 1), imported_at=MORNING)
    add_deal(session, account=account, product="A colleague's", closed_on=date(2025, 12, 1))
    add_deal(session, dana, product="Unreal", closed_on=date(2025, 11, 1), not_qualified=True)
    add_deal(session, dana, product="Bought", closed_on=date(2025, 11, 1), status=DealStatus.WON)
    add_deal(session, add_prospect(session, name="Lee Wong"), product="Somebody else's")
    lost = briefed(session, database, dana).lost
    assert lost is not None
    assert (lost.product, lost.others) == ("Team", 2)
    assert "2 other lost deals." in lost.sentences


def test_the_alerts_own_deal_goes_first(session: Session, database: Database) -> None:
    dana = add_prospect(session)
    old = add_deal(session, dana, product="Basic", closed_on=date(2024, 5, 1))
    add_deal(session, dana, product="Team")
    lost = briefed(session, database, dana, deal_id=old.id).lost
    assert lost is not None
    assert (lost.product, lost.others) == ("Basic", 1)


def test_nobody_s_deal_is_told_where_there_is_none(session: Session, database: Database) -> None:
    it = briefed(session, database, add_prospect(session))
    assert it.lost is None
    assert it.say == "Hi Dana, Sam from Northwind. How are things going?"


def test_notes_are_quoted_under_their_writers_name(session: Session, database: Database) -> None:
    kim = add_owner_name(session, add_user(session, "Kim Lee"))
    gone = add_owner_name(session, None, "Jo Park (left)")
    writers = []
    for owner in (kim, gone, None):
        dana = add_prospect(session)
        add_deal(session, dana, owner=owner)
        lost = briefed(session, database, dana).lost
        assert lost is not None
        assert lost.note is not None
        writers.append(lost.note.by)
    assert writers == ["Kim Lee", "Jo Park (left)", "Notes"]


def test_a_note_of_5000_characters_is_cut_after_a_word(session: Session, database: Database) -> None:
    note = lost_of(session, database, notes="The board talked about it. " * 185).note
    assert note is not None
    assert len(note.text) <= 240
    assert note.text.endswith("…")


def test_the_questions_fit_the_reason(session: Session, database: Database) -> None:
    dana = add_prospect(session)
    add_deal(session, dana, outcome=LossOutcome.DECIDED_NOTHING, reason_kind=ReasonKind.FEATURE)
    assert briefed(session, database, dana).ask[0] == "What would it have to do that it didn't then?"
