"""What prospects say themselves of what they want of us, and the link that they say it by."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.builders import NOON, add_prospect
from tests.tracker.ingest.stories import KEYS
from tracker.listing import relist
from tracker.models import AuditEntry, Browser, Consent, OfferConsent, Prospect, Suppression
from tracker.preferences import (
    LINK_AGE,
    OFFER_WORDS,
    ONE_CLICK,
    PAGE,
    Choices,
    choices_of,
    choose,
    open_address,
    sign_address,
    unsubscribe,
)
from tracker.signing import ExpiredSignatureError, InvalidSignatureError, Purpose, Signer
from tracker.suppression import email_hash, suppressed_kinds
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SIGNER = Signer(KEYS)
NOBODY = email_hash(SIGNER, "gone@example.com")


def a_prospect(session: Session, *, marked: bool = True) -> tuple[Prospect, str]:
    person = add_prospect(session)
    if marked:
        relist(session, [person.id], signer=SIGNER)
    return person, email_hash(SIGNER, person.email or "")


def told(session: Session) -> list[tuple[str, int | None]]:
    return [(one.verb, one.thing_id) for one in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


@given(st.emails())
def test_a_link_opens_what_it_was_written_for_and_shows_no_address(email: str) -> None:
    digest = email_hash(SIGNER, email)
    text = sign_address(SIGNER, digest, NOON)
    assert open_address(SIGNER, text, NOON + LINK_AGE) == digest
    assert len(text) < 100
    assert email not in text


def test_s1_no_other_text_opens_it_nor_does_an_old_one() -> None:
    text = sign_address(SIGNER, NOBODY, NOON)
    with pytest.raises(ExpiredSignatureError):
        open_address(SIGNER, text, NOON + LINK_AGE + timedelta(seconds=1))
    for purpose in Purpose:
        with pytest.raises(InvalidSignatureError):
            open_address(SIGNER, SIGNER.sign(purpose, "0" + "x" * 12, NOON), NOON)


def test_p7_unsubscribing_twice_is_one_wish_with_its_first_source(session: Session) -> None:
    person, digest = a_prospect(session)
    unsubscribe(session, SIGNER, digest, ONE_CLICK, NOON)
    unsubscribe(session, SIGNER, digest, PAGE, NOON + timedelta(days=1))
    wish = session.scalars(select(Suppression)).one()
    assert (wish.kind, wish.source, wish.at) == (SuppressionKind.UNSUBSCRIBED, ONE_CLICK, NOON)
    assert told(session) == [("add", person.id)]
    assert suppressed_kinds(session, SIGNER, [person.email or ""]) == {
        person.email: {SuppressionKind.UNSUBSCRIBED}
    }


def test_p8_the_link_of_somebody_erased_still_keeps_their_wish(session: Session) -> None:
    person, digest = a_prospect(session)
    email = person.email or ""
    session.delete(person)
    session.flush()
    unsubscribe(session, SIGNER, digest, ONE_CLICK, NOON)
    everything = Choices(mailings=False, offers=True, calls=False, recognition=False)
    choose(session, SIGNER, digest, everything, NOON)
    assert suppressed_kinds(session, SIGNER, [email])[email] == set(SuppressionKind)
    assert not session.scalars(select(OfferConsent)).all()
    assert {number for _, number in told(session)} == {None}


def test_who_does_not_want_to_be_recognised_is_forgotten_in_their_browsers(session: Session) -> None:
    person, digest = a_prospect(session)
    session.add(Consent(prospect_id=person.id, given_at=NOON, text_version="1", source="form"))
    session.add(Browser(key="b" * 16, prospect_id=person.id, created_at=NOON))
    session.flush()
    assert choose(session, SIGNER, digest, Choices(recognition=False), NOON) == ("recognition",)
    session.expire_all()
    assert session.scalars(select(Consent.revoked_at)).all() == [NOON]
    assert session.scalars(select(Browser.revoked_at)).all() == [NOON]


@pytest.mark.parametrize("marked", [True, False])
def test_offers_are_agreed_to_with_their_words_and_taken_back(session: Session, *, marked: bool) -> None:
    _, digest = a_prospect(session, marked=marked)
    choose(session, SIGNER, digest, Choices(offers=True), NOON)
    choose(session, SIGNER, digest, Choices(offers=True), NOON + timedelta(days=1))
    agreed = session.scalars(select(OfferConsent)).one()
    assert (agreed.text, agreed.source, agreed.given_at) == (OFFER_WORDS, PAGE, NOON)
    assert choices_of(session, SIGNER, digest).offers
    choose(session, SIGNER, digest, Choices(offers=False), NOON + timedelta(days=2))
    session.expire_all()
    assert agreed.revoked_at == NOON + timedelta(days=2)


def test_what_they_asked_for_they_take_back_themselves_and_the_record_says_how(session: Session) -> None:
    person, digest = a_prospect(session)
    choose(session, SIGNER, digest, Choices(mailings=False, calls=False), NOON)
    assert choices_of(session, SIGNER, digest) == Choices(mailings=False, calls=False)
    choose(session, SIGNER, digest, Choices(), NOON)
    assert choices_of(session, SIGNER, digest) == Choices()
    lifted = session.scalars(select(AuditEntry).where(AuditEntry.verb == "lift")).all()
    assert [(one.thing_id, one.after) for one in lifted] == [(person.id, {"source": PAGE})] * 2
