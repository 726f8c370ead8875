"""Campaigns are known by a label that can ride in a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOON
from tracker.campaigns import CampaignError, check_label, ensure_campaign
from tracker.links import read_token

if TYPE_CHECKING:
    from tracker.db import Database


def test_a_campaign_is_made_once_and_keeps_its_page(database: Database) -> None:
    with database.writing() as session:
        first = ensure_campaign(session, "spring-26", "https://a.example/", NOON)
        second = ensure_campaign(session, "spring-26", "https://a.example/pricing", NOON)
        assert first is second
        assert second.url == "https://a.example/"


@pytest.mark.parametrize("label", ["s", "spring-26", "2026", "a" * 39, "a--b"])
def test_a_label_of_small_letters_digits_and_hyphens_is_taken(label: str) -> None:
    assert check_label(label) == label


@pytest.mark.parametrize(
    ("label", "suggestion"),
    [
        ("Spring 26", "spring-26"),
        ("spring_26", "spring-26"),
        ("Frühling", "fruhling"),
        ("-spring-", "spring"),
        ("a" * 40, "a" * 39),
        ("x" * 38 + "-y", "x" * 38),
        ("", "spring-26"),
        ("春", "spring-26"),
        ("spring~26", "spring-26"),
    ],
)
def test_another_is_refused_with_a_suggestion(label: str, suggestion: str) -> None:
    with pytest.raises(CampaignError) as refused:
        check_label(label)
    assert f"How about {suggestion}?" in str(refused.value)


@given(st.text(max_size=60))
def test_every_suggestion_is_a_label_that_a_link_gives_back(label: str) -> None:
    try:
        taken = check_label(label)
    except CampaignError as refused:
        taken = check_label(str(refused).rpartition("How about ")[2].removesuffix("?"))
    raw = read_token(f"{'a' * 64}~{taken}")
    assert raw is not None
    assert raw.label == taken
