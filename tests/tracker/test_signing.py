"""Signed texts: what one of our keys signed for this purpose opens, and nothing else does."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import TimestampSigner

from tests.builders import NOON
from tracker.signing import (
    ALPHABET,
    SIGNED_LENGTH,
    ExpiredSignatureError,
    InvalidSignatureError,
    MissingSignatureError,
    Purpose,
    SignatureError,
    Signed,
    Signer,
    new_key,
)

OLD, NEW = "Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu", "uT1yG5cM3jH6fB8sN4dK9pZxL2tRv7qW"
SIGNER = Signer([NEW, OLD])
HOUR = timedelta(hours=1)

values = st.text(ALPHABET + "-_.", max_size=60)


@given(st.sampled_from(Purpose), values)
def test_what_was_signed_opens_with_its_value_and_moment(purpose: Purpose, value: str) -> None:
    text = SIGNER.sign(purpose, value, NOON + timedelta(microseconds=999_999))
    assert SIGNER.verify(purpose, text, NOON + HOUR, HOUR) == Signed(value, NOON)


@given(st.text(max_size=SIGNED_LENGTH + 10))
def test_no_other_text_opens(text: str) -> None:
    with pytest.raises(SignatureError):
        SIGNER.verify(Purpose.LINK, text, NOON, HOUR)


@pytest.mark.parametrize("text", ["", None])
def test_no_text_at_all_is_missing(text: str | None) -> None:
    with pytest.raises(MissingSignatureError):
        SIGNER.verify(Purpose.LINK, text, NOON, HOUR)


def test_s1_every_other_spelling_of_the_last_character_is_refused() -> None:
    """Base64 leaves two bits of it unused, so four spellings carry the same signature."""
    text = SIGNER.sign(Purpose.LINK, "x", NOON)
    signature = text.rpartition(".")[2]
    same = [
        last
        for last in ALPHABET + "-_"
        if base64.urlsafe_b64decode(signature[:-1] + last + "=") == base64.urlsafe_b64decode(signature + "=")
    ]
    assert len(same) == 4
    for last in ALPHABET + "-_":
        if last != text[-1]:
            with pytest.raises(InvalidSignatureError):
                SIGNER.verify(Purpose.LINK, text[:-1] + last, NOON, HOUR)


@pytest.mark.parametrize("around", ["{}=", "{}==", " {}", "{} ", "{}\n", "{}.", "{}A", ".{}"])
def test_nothing_may_stand_around_a_signed_text(around: str) -> None:
    with pytest.raises(InvalidSignatureError):
        SIGNER.verify(Purpose.LINK, around.format(SIGNER.sign(Purpose.LINK, "x", NOON)), NOON, HOUR)


def test_the_standard_alphabet_s_signs_are_no_spelling_of_ours() -> None:
    for serial in range(50):
        text = SIGNER.sign(Purpose.LINK, str(serial), NOON)
        if text != (other := text.replace("-", "+").replace("_", "/")):
            with pytest.raises(InvalidSignatureError):
                SIGNER.verify(Purpose.LINK, other, NOON, HOUR)


@pytest.mark.parametrize("digest", [hashlib.sha1, hashlib.sha512])
def test_s1_only_sha_256_counts(digest: object) -> None:
    text = TimestampSigner(NEW, salt=Purpose.LINK.value, digest_method=digest).sign("x").decode()
    with pytest.raises(InvalidSignatureError):
        SIGNER.verify(Purpose.LINK, text, datetime.now(UTC), HOUR)


def test_a_text_expires_after_its_age_and_one_from_the_future_is_forgiven() -> None:
    text = SIGNER.sign(Purpose.LINK, "x", NOON)
    assert SIGNER.verify(Purpose.LINK, text, NOON + HOUR, HOUR).value == "x"
    assert SIGNER.verify(Purpose.LINK, text, NOON - HOUR, HOUR).value == "x"
    with pytest.raises(ExpiredSignatureError):
        SIGNER.verify(Purpose.LINK, text, NOON + HOUR + timedelta(seconds=1), HOUR)


def test_s4_the_newest_key_signs_and_every_key_verifies() -> None:
    before, after = Signer([OLD]), Signer([NEW])
    assert SIGNER.sign(Purpose.LINK, "x", NOON) == after.sign(Purpose.LINK, "x", NOON)
    assert SIGNER.verify(Purpose.LINK, before.sign(Purpose.LINK, "x", NOON), NOON, HOUR).value == "x"
    with pytest.raises(InvalidSignatureError):
        after.verify(Purpose.LINK, before.sign(Purpose.LINK, "x", NOON), NOON, HOUR)


@pytest.mark.parametrize("keys", [[], [NEW, "short"], [""]])
def test_no_key_or_a_short_one_signs_nothing(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="signing key"):
        Signer(keys)


def test_a_pseudonym_stays_the_same_while_keys_are_added_and_differs_by_key() -> None:
    dana = "dana@brightwell.example"
    assert Signer([OLD]).pseudonym(dana) == SIGNER.pseudonym(dana)
    assert Signer([NEW]).pseudonym(dana) != SIGNER.pseudonym(dana)
    assert SIGNER.pseudonym(dana) != SIGNER.pseudonym("lee@brightwell.example")
    assert len(SIGNER.pseudonym("\ud800")) == 64


def test_keys_of_rows_are_letters_and_digits_and_never_repeat() -> None:
    keys = {new_key() for _ in range(1000)}
    assert len(keys) == 1000
    assert all(len(key) == 12 and set(key) <= set(ALPHABET) for key in keys)
