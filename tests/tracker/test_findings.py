"""What those who said no told of it stands beside what the CRM says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tests.builders import NOON, add_deal, add_prospect
from tracker.findings import Learned, findings_of, learn
from tracker.models import Deal, Finding
from tracker.models.interview import FINDING
from tracker.words import FindingKind, FindingSource, ReasonKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PRICE = Learned(FindingKind.REASON, "Too dear for a team of four", ReasonKind.PRICE)
ACME = Learned(FindingKind.COMPETITOR, "Acme")


def test_what_a_talk_tells_replaces_what_the_same_talk_told_before(session: Session) -> None:
    dana = add_prospect(session)
    deal = add_deal(session, dana, competitor="Zenith")
    learn(session, deal.id, dana.id, FindingSource.INTERVIEW, 7, [PRICE, ACME], NOON)
    learn(session, deal.id, dana.id, FindingSource.POST_MORTEM, 7, [ACME], NOON + timedelta(days=1))
    learn(session, deal.id, dana.id, FindingSource.INTERVIEW, 7, [PRICE], NOON + timedelta(days=2))
    said = findings_of(session, [deal.id, deal.id + 1])
    assert list(said) == [deal.id]
    assert [(one.source, one.kind, one.text, one.reason_kind) for one in said[deal.id]] == [
        (FindingSource.INTERVIEW, FindingKind.REASON, "Too dear for a team of four", ReasonKind.PRICE),
        (FindingSource.POST_MORTEM, FindingKind.COMPETITOR, "Acme", None),
    ]
    assert session.get_one(Deal, deal.id).competitor == "Zenith"


def test_a_talk_taken_back_leaves_nothing(session: Session) -> None:
    dana = add_prospect(session)
    deal = add_deal(session, dana)
    learn(session, deal.id, dana.id, FindingSource.INTERVIEW, 1, [ACME], NOON)
    learn(session, deal.id, dana.id, FindingSource.INTERVIEW, 1, [], NOON)
    assert findings_of(session, [deal.id]) == {}
    assert findings_of(session, []) == {}


def test_s9_what_is_kept_is_one_printable_line_that_fits(session: Session) -> None:
    dana = add_prospect(session)
    deal = add_deal(session, dana)
    texts = ["  Acme\x00\u202e\n Inc  ", "x" * 5_000, " \x07 ", "Acme Inc"]
    told = [Learned(FindingKind.LOOKED_AT, text) for text in texts]
    learn(session, deal.id, dana.id, FindingSource.INTERVIEW, 1, told, NOON)
    assert [one.text for one in findings_of(session, [deal.id])[deal.id]] == ["Acme Inc", "x" * FINDING]


def test_a_reason_without_words_but_of_a_known_kind_is_kept(session: Session) -> None:
    dana = add_prospect(session)
    deal = add_deal(session, dana)
    only_kind = Learned(FindingKind.REASON, "", ReasonKind.SUPPORT)
    learn(session, deal.id, dana.id, FindingSource.POST_MORTEM, 1, [only_kind], NOON)
    assert [one.reason_kind for one in findings_of(session, [deal.id])[deal.id]] == [ReasonKind.SUPPORT]


def test_findings_go_with_their_prospect(session: Session) -> None:
    dana = add_prospect(session)
    deal = add_deal(session, dana)
    learn(session, deal.id, dana.id, FindingSource.INTERVIEW, 1, [ACME, PRICE], NOON)
    session.delete(dana)
    session.flush()
    assert session.scalar(select(func.count()).select_from(Finding)) == 0
