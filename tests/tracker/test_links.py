"""A link's token: genuine ones open whatever a mailing service did to them, nothing else does."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import NOON
from tracker.links import LinkError, LinkToken, RawToken, read_token, tracked_url
from tracker.merge_tags import SERVICES
from tracker.signing import (
    ALPHABET,
    ExpiredSignatureError,
    InvalidSignatureError,
    MissingSignatureError,
    Purpose,
    SignatureError,
    Signer,
)

SIGNER = Signer(["k1-" + "x7Qa" * 10])
DAYS_400 = timedelta(days=400)
URL_SAFE = set(ALPHABET + "-_.~")

keys = st.text(ALPHABET, min_size=12, max_size=12)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001  (hypothesis adds the zone)
    lambda moment: moment.replace(microsecond=0)
)
tokens = st.builds(LinkToken, keys, st.booleans(), moments)
labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,37}[a-z0-9])?", fullmatch=True)

MANGLINGS = {
    "nothing": "{}",
    "percent-encoded": "{once}",
    "percent-encoded twice": "{twice}",
    "analytics names behind a question mark": "{}?utm_source=news&utm_medium=email",
    "analytics names behind an ampersand": "{}&utm_source=news",
    "analytics names encoded": "{}%3Futm_source%3Dnews",
    "analytics names encoded twice": "{}%253Futm_source%253Dnews",
    "an HTML ampersand": "{}&amp;mc_eid=1",
    "a full stop": "{}.",
    "an ellipsis": "{}...",
    "a bracket": "{})",
    "an angle bracket": "{}>",
    "both": "<{}>",
    "a comma": "{},",
    "a semicolon": "{};",
    "quotes": '"{}"',
    "apostrophes": "'{}'",
    "curly quotes": "“{}”",
    "a slash": "{}/",
    "another fragment": "{}#top",
    "spaces": " {} ",
    "a line's end": "{}\r\n",
    "the same link again": "{}&rb={}",
}


def mangle(how: str, carried: str) -> str:
    once = "".join(f"%{ord(character):02X}" for character in carried)
    return how.format(carried, carried, once=once, twice=quote(once))


@given(tokens)
def test_a_token_is_64_url_safe_characters_between_letters_or_digits(token: LinkToken) -> None:
    text = token.text(SIGNER)
    assert len(text) == 64
    assert set(text) <= URL_SAFE
    assert text[0] in ALPHABET
    assert text[-1] in ALPHABET
    assert text == token.text(SIGNER)


@pytest.mark.parametrize("how", MANGLINGS.values(), ids=MANGLINGS)
@given(token=tokens, label=st.one_of(st.just(""), labels))
@settings(max_examples=20)
def test_a_token_survives_what_mailing_services_do(how: str, token: LinkToken, label: str) -> None:
    text = token.text(SIGNER)
    raw = read_token(mangle(how, f"{text}~{label}" if label else text))
    assert raw == RawToken(text, label)
    assert LinkToken.open(SIGNER, raw.token, token.issued_at, DAYS_400) == token


@pytest.mark.parametrize(
    "text",
    [
        *(service.tag for service in SERVICES),
        *(quote(service.tag) for service in SERVICES),
        *(quote(quote(service.tag)) for service in SERVICES),
        *(f"{service.tag}~spring-26" for service in SERVICES),
        "%%ringback%%",
        "[[data:ringback:'']]",
        "${ringback}",
        "<%= ringback %>",
        "%RINGBACK%",
        "-ringback-",
        "",
        "~spring-26",
        "null",
        "undefined",
    ],
)
def test_a_merge_tag_left_as_it_was_is_no_token(text: str) -> None:
    assert read_token(text) is None


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    raw = read_token(text)
    if raw is not None:
        with pytest.raises(SignatureError):
            LinkToken.open(SIGNER, raw.token, NOON, DAYS_400)


def test_a_label_typed_in_capitals_is_the_same_label() -> None:
    text = LinkToken("a1B2c3D4e5F6", consent_recorded=False, issued_at=NOON).text(SIGNER)
    assert read_token(f"{text}~Spring-26") == RawToken(text, "spring-26")


def test_no_changed_character_opens_a_token() -> None:
    """One change in any place: every other letter, digit and sign there is (S1)."""
    text = LinkToken("a1B2c3D4e5F6", consent_recorded=False, issued_at=NOON).text(SIGNER)
    opened = [
        changed
        for place, character in itertools.product(range(len(text)), sorted(URL_SAFE) + list("+/=% \n"))
        if (changed := text[:place] + character + text[place + 1 :]) != text and opens(changed)
    ]
    assert opened == []


def test_s1_of_100_000_one_character_changes_none_opens() -> None:
    tried = 0
    for serial in itertools.count():
        token = LinkToken(f"{serial:012d}", consent_recorded=bool(serial % 2), issued_at=NOON)
        text = token.text(SIGNER)
        for place, character in itertools.product(range(len(text)), "Ab9-_."):
            changed = text[:place] + character + text[place + 1 :]
            if changed != text:
                tried += 1
                assert not opens(changed)
        if tried >= 100_000:
            return


@given(tokens, st.integers(1, 63))
def test_lower_cased_cut_lengthened_and_doubled_tokens_are_refused(token: LinkToken, length: int) -> None:
    text = token.text(SIGNER)
    mangled = (text.lower(), text.upper(), text[:length], text[length:], text + "A", text + "=", text * 2)
    for changed in mangled:
        if changed != text:
            assert not opens(changed)


@pytest.mark.parametrize(
    ("signed_for", "opened_as"), [pair for pair in itertools.product(Purpose, Purpose) if pair[0] != pair[1]]
)
def test_a_text_for_one_purpose_opens_no_other(signed_for: Purpose, opened_as: Purpose) -> None:
    text = SIGNER.sign(signed_for, "0a1B2c3D4e5F6", NOON)
    with pytest.raises(InvalidSignatureError):
        SIGNER.verify(opened_as, text, NOON, DAYS_400)


@pytest.mark.parametrize("value", ["a1B2c3D4e5F6", "2a1B2c3D4e5F6", "0a1B2c3D4e5F67", "0", "0a1B2c3D4e5.6"])
def test_a_signed_text_that_is_no_token_is_refused(value: str) -> None:
    with pytest.raises(InvalidSignatureError):
        LinkToken.open(SIGNER, SIGNER.sign(Purpose.LINK, value, NOON), NOON, DAYS_400)


def test_no_text_is_said_to_be_missing() -> None:
    with pytest.raises(MissingSignatureError):
        LinkToken.open(SIGNER, "", NOON, DAYS_400)


def test_a_token_dies_of_age_and_not_a_day_earlier() -> None:
    text = LinkToken("a1B2c3D4e5F6", consent_recorded=True, issued_at=NOON).text(SIGNER)
    assert LinkToken.open(SIGNER, text, NOON + DAYS_400, DAYS_400).consent_recorded
    with pytest.raises(ExpiredSignatureError):
        LinkToken.open(SIGNER, text, NOON + DAYS_400 + timedelta(seconds=1), DAYS_400)


def test_s3_a_clock_an_hour_behind_or_ahead_refuses_no_fresh_token() -> None:
    token = LinkToken("a1B2c3D4e5F6", consent_recorded=False, issued_at=NOON)
    for hours in (-1, 1):
        assert LinkToken.open(SIGNER, token.text(SIGNER), NOON + timedelta(hours=hours), DAYS_400) == token


def test_s4_a_token_outlives_its_key_s_rotation_and_dies_with_its_removal() -> None:
    old, new = "old-" + "Zk31" * 10, "new-" + "Pq85" * 10
    token = LinkToken("a1B2c3D4e5F6", consent_recorded=False, issued_at=NOON)
    text = token.text(Signer([old]))
    assert LinkToken.open(Signer([new, old]), text, NOON, DAYS_400) == token
    with pytest.raises(InvalidSignatureError):
        LinkToken.open(Signer([new]), text, NOON, DAYS_400)


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("https://a.example", "https://a.example#rb=T~spring-26"),
        ("https://a.example/p?x=1&y=2", "https://a.example/p?x=1&y=2#rb=T~spring-26"),
        ("https://a.example/p#", "https://a.example/p#rb=T~spring-26"),
        ("https://a.example/p#pricing", "https://a.example/p#pricing&rb=T~spring-26"),
        ("https://a.example/#/plans", "https://a.example/#/plans?rb=T~spring-26"),
        ("https://a.example/#/plans?x=1", "https://a.example/#/plans?x=1&rb=T~spring-26"),
        ("https://a.example/#!plans", "https://a.example/#!plans?rb=T~spring-26"),
        (
            "https://a.example/p#:~:text=best%20price",
            "https://a.example/p#rb=T~spring-26:~:text=best%20price",
        ),
        ("http://127.0.0.1:8091/p", "http://127.0.0.1:8091/p#rb=T~spring-26"),
    ],
)
def test_a_link_keeps_the_page_s_own_anchor_and_route(page: str, link: str) -> None:
    assert tracked_url(page, "T", "spring-26") == link


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("https://a.example/p", "https://a.example/p?rb=T~spring-26"),
        ("https://a.example/p?", "https://a.example/p?rb=T~spring-26"),
        ("https://a.example/p?x=1#pricing", "https://a.example/p?x=1&rb=T~spring-26#pricing"),
        ("https://a.example/#/plans?x=1", "https://a.example/?rb=T~spring-26#/plans?x=1"),
    ],
)
def test_for_services_that_drop_fragments_the_token_goes_into_the_query(page: str, link: str) -> None:
    assert tracked_url(page, "T", "spring-26", in_query=True) == link


def test_a_merge_tag_stays_as_the_mailing_service_needs_it() -> None:
    for service in SERVICES:
        link = tracked_url("https://a.example/p", service.tag, "spring-26")
        assert link == f"https://a.example/p#rb={service.tag}~spring-26"


@given(token=tokens, label=st.one_of(st.just(""), labels))
def test_a_link_gives_its_token_back(token: LinkToken, label: str) -> None:
    text = token.text(SIGNER)
    fragment = urlsplit(tracked_url("https://a.example/p?x=1#pricing", text, label, param="who")).fragment
    assert read_token(fragment.removeprefix("pricing&who=")) == RawToken(text, label)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "www.a.example/p",
        "/p",
        "ftp://a.example/p",
        "javascript:alert(1)",
        "mailto:dana@a.example",
        "https://",
        "https:///p",
        "https://a.example:port/p",
        "https://a.example/two words",
        "https://a.example/\u202e",
        "https://[a.example/",
    ],
)
def test_an_address_that_is_no_page_s_is_refused_with_advice(address: str) -> None:
    with pytest.raises(LinkError, match=r"https://www\.example\.com/pricing|would break"):
        tracked_url(address, "T", "spring-26")


@pytest.mark.parametrize("address", ["https://a.example/p#rb=T", "https://a.example/p?rb=T&x=1"])
def test_a_link_carries_one_token(address: str) -> None:
    with pytest.raises(LinkError, match="already"):
        tracked_url(address, "T", "spring-26")


def opens(text: str) -> bool:
    try:
        LinkToken.open(SIGNER, text, NOON, DAYS_400)
    except SignatureError:
        return False
    return True
