"""A prospect's token is theirs for as long as it lives; campaigns come and go."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, insert, select

from tests.builders import NOON, add_prospect
from tracker.links import LinkToken
from tracker.models import Consent, Prospect, Token
from tracker.signing import ExpiredSignatureError, Signer
from tracker.tokens import consents_on_record, ensure_tokens, revoke, rotate, token_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database

SIGNER = Signer(["k1-" + "x7Qa" * 10])
DAYS_400 = timedelta(days=400)
A_YEAR_ON = NOON + timedelta(days=365)


def consent(session: Session, prospect: Prospect, **fields: object) -> Consent:
    row = Consent(prospect_id=prospect.id, given_at=NOON, text_version="2025-01", source="form", **fields)
    session.add(row)
    session.flush()
    return row


def test_the_next_campaign_writes_the_same_token(database: Database) -> None:
    with database.writing() as session:
        dana = add_prospect(session)
        first = ensure_tokens(session, [dana.id], NOON.replace(microsecond=987), DAYS_400)[dana.id]
        text = token_text(SIGNER, first, consent=False)
    with database.writing() as session:
        second = ensure_tokens(session, [dana.id], A_YEAR_ON, DAYS_400)[dana.id]
        assert token_text(SIGNER, second, consent=False) == text
        assert session.scalar(select(func.count(Token.id))) == 1


def test_a_token_about_to_expire_is_replaced_and_lives_out_its_days(database: Database) -> None:
    mailing = NOON + timedelta(days=380)
    with database.writing() as session:
        dana = add_prospect(session)
        old = ensure_tokens(session, [dana.id], NOON, DAYS_400)[dana.id]
        new = ensure_tokens(session, [dana.id], mailing, DAYS_400)[dana.id]
        again = ensure_tokens(session, [dana.id], mailing + timedelta(days=1), DAYS_400)[dana.id]
    assert new.key == again.key != old.key
    assert old.revoked_at is None
    text = token_text(SIGNER, old, consent=False)
    assert LinkToken.open(SIGNER, text, mailing, DAYS_400).key == old.key
    with pytest.raises(ExpiredSignatureError):
        LinkToken.open(SIGNER, text, NOON + timedelta(days=401), DAYS_400)


def test_consent_on_record_is_marked_and_the_text_from_before_still_opens(database: Database) -> None:
    with database.writing() as session:
        dana, lee = add_prospect(session), add_prospect(session, name="Lee Park")
        given = consent(session, dana)
        tokens = ensure_tokens(session, [dana.id, lee.id], NOON, DAYS_400)
        agreed = consents_on_record(session, [dana.id, lee.id])
        assert agreed == {dana.id}
        before = token_text(SIGNER, tokens[dana.id], consent=False)
        after = token_text(SIGNER, tokens[dana.id], consent=True)
        assert before[0] == "0"
        assert after[0] == "1"
        assert LinkToken.open(SIGNER, before, NOON, DAYS_400).key == tokens[dana.id].key
        given.revoked_at = NOON
        session.flush()
        assert consents_on_record(session, [dana.id]) == set()


def test_a_rotated_token_is_dead_and_the_new_one_stays(database: Database) -> None:
    with database.writing() as session:
        dana = add_prospect(session)
        old = ensure_tokens(session, [dana.id], NOON, DAYS_400)[dana.id]
        new = rotate(session, dana.id, NOON)
        session.refresh(old)
        assert old.revoked_at == NOON
        assert ensure_tokens(session, [dana.id], A_YEAR_ON, DAYS_400)[dana.id].key == new.key


def test_after_revoking_nothing_is_left_to_revoke(database: Database) -> None:
    with database.writing() as session:
        dana, lee = add_prospect(session), add_prospect(session, name="Lee Park")
        ensure_tokens(session, [dana.id, lee.id], NOON, DAYS_400)
        assert revoke(session, dana.id, NOON) == 1
        assert revoke(session, dana.id, NOON) == 0
        assert session.scalar(select(func.count(Token.id)).where(Token.revoked_at.is_(None))) == 1


def test_ten_thousand_prospects_get_a_token_each_and_keep_it(database: Database) -> None:
    with database.writing() as session:
        session.execute(
            insert(Prospect),
            [{"name": f"P{n}", "email_key": f"p{n}@a.example", "created_at": NOON} for n in range(10_000)],
        )
        ids = list(session.scalars(select(Prospect.id)))
        first = ensure_tokens(session, ids, NOON, DAYS_400)
        second = ensure_tokens(session, reversed(ids), A_YEAR_ON, DAYS_400)
    assert len({token.key for token in first.values()}) == 10_000
    assert {number: token.key for number, token in first.items()} == {
        number: token.key for number, token in second.items()
    }
