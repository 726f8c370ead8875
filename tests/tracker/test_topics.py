"""Topics: what a page is about, by its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.builders import add_site
from tracker.models import TopicRule
from tracker.topic_rules import DEFAULT_RULES, compile_rules, topic_of
from tracker.topics import TopicError, all_rules, load_topics, remove_topic, seed_topic_rules, set_topic

if TYPE_CHECKING:
    from tracker.db import Database

SITE = "https://www.northwind.example"


@pytest.mark.parametrize(
    ("page", "topic"),
    [
        ("/pricing", "pricing"),
        ("/Pricing/", "pricing"),
        ("/pricing/enterprise?x=1", "pricing"),
        ("/de/pricing", "pricing"),
        ("/pt-br/pricing", "pricing"),
        ("/product/pricing", "pricing"),
        ("/vs/acme", "comparison"),
        ("/compare/acme", "comparison"),
        ("/acme-alternative", "comparison"),
        ("/alternatives/acme", "comparison"),
        ("/demo", "demo"),
        ("/book-a-demo", "demo"),
        ("/contact", "contact"),
        ("/contact-us", "contact"),
        ("/customers/brightwell-labs", "case study"),
        ("/docs/pricing", "docs"),
        ("/security", "security"),
        ("/integrations/crm", "integrations"),
        ("/careers", "careers"),
        ("/changelog", "changelog"),
        ("/whats-new", "changelog"),
        ("/support/tickets", "support"),
        ("/blog/why-we-changed-our-pricing", "blog"),
        ("/blog/us-vs-them", "blog"),
        ("/features/sso", "feature"),
        ("/#/pricing", "pricing"),
        ("/app#!/features/sso?x=1", "feature"),
        ("/%70ricing", "pricing"),
        ("/", ""),
        ("/demographics", ""),
        ("/contact-management", ""),
        ("/#pricing", ""),
        ("", ""),
    ],
)
def test_pages_have_the_topics_that_one_would_expect(page: str, topic: str) -> None:
    assert topic_of(SITE + page, DEFAULT_RULES) == topic


def test_the_first_rule_that_matches_wins() -> None:
    rules = compile_rules((("/p*", "first"), ("/pricing", "second")))
    assert topic_of(f"{SITE}/pricing", rules) == "first"
    assert topic_of(f"{SITE}/pricing", compile_rules(())) == ""


@given(st.text(max_size=400), st.lists(st.tuples(st.text(max_size=30), st.just("x")), max_size=5))
def test_any_address_and_any_rule_are_taken_without_an_error(url: str, rules: list[tuple[str, str]]) -> None:
    assert topic_of(url, compile_rules(tuple(rules))) in {"", "x"}


def test_seeding_twice_writes_the_rules_once(database: Database) -> None:
    with database.writing() as session:
        seed_topic_rules(session)
        count = session.scalar(select(func.count(TopicRule.id)))
        seed_topic_rules(session)
        assert session.scalar(select(func.count(TopicRule.id))) == count
        assert load_topics(session)(None, f"{SITE}/pricing") == "pricing"


def test_a_rule_of_one_s_own_is_asked_first_and_can_be_taken_back(database: Database) -> None:
    with database.writing() as session:
        seed_topic_rules(session)
        set_topic(session, "/pricing-faq", "Support")
        assert load_topics(session)(None, f"{SITE}/pricing-faq") == "support"
        assert all_rules(session)[0].pattern == "/pricing-faq"
        set_topic(session, "/pricing-faq", "docs")
        assert load_topics(session)(None, f"{SITE}/pricing-faq") == "docs"
        remove_topic(session, "/pricing-faq")
        assert load_topics(session)(None, f"{SITE}/pricing-faq") == "pricing"


def test_a_site_s_own_rule_holds_for_that_site_alone(database: Database) -> None:
    with database.writing() as session:
        seed_topic_rules(session)
        shop = add_site(session, origins=["https://shop.example"])
        set_topic(session, "/plans", "feature", shop.id)
        assert load_topics(session)(shop.id, "https://shop.example/plans") == "feature"
        assert load_topics(session)(None, f"{SITE}/plans") == "pricing"
        with pytest.raises(TopicError, match="no rule"):
            remove_topic(session, "/plans")


@pytest.mark.parametrize(
    ("pattern", "topic"),
    [
        ("pricing", "pricing"),
        ("", "x"),
        ("/two words", "x"),
        ("/a**", "x"),
        ("*a*b*c*", "x"),
        ("/" + "a" * 200, "x"),
        ("/pricing", "  "),
        ("/pricing", "x" * 61),
    ],
)
def test_what_is_no_rule_is_refused_with_advice(database: Database, pattern: str, topic: str) -> None:
    with database.writing() as session, pytest.raises(TopicError, match=r"write one like|1 to 60"):
        set_topic(session, pattern, topic)
