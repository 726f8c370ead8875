"""What to send somebody now, and why: nothing twice, nothing too soon, nothing without a reason."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerts.content.suggest import (
    MOST,
    PAUSE,
    Fit,
    Item,
    Known,
    SaidNo,
    Sent,
    Wanted,
    suggest,
    why,
)
from alerts.words import ContentKind
from tests.builders import NOON
from tracker.ingest.intent import ANSWERING_TOPICS
from tracker.words import FindingSource, GoalKind, ReasonKind

HELPFUL, PRODUCT = ContentKind.HELPFUL, ContentKind.PRODUCT
TOPICS = ("pricing", "onboarding", "comparison", "changelog", "sailing", "docs")


def item(number: int, *topics: str, title: str = "", kind: ContentKind = HELPFUL) -> Item:
    url = f"https://www.northwind.example/{number}"
    return Item(number, title or f"Item {number}", url, kind, frozenset(topics))


def sent(number: int, *topics: str, days: float = 30, title: str = "Before") -> Sent:
    return Sent(number, title, frozenset(topics), NOON - timedelta(days=days))


GOAL = Wanted(GoalKind.GOAL, "Train new people in a week.", "onboarding")
SAILS = Wanted(GoalKind.INTEREST, "Sailing", "sailing")
ON_PRICE = SaidNo(ReasonKind.PRICE, "Too expensive")


def said(found: Item, known: Known) -> str:
    told = why(found, known, NOON)
    return told.why if told else ""


def test_each_reason_is_a_sentence() -> None:
    assert said(item(1, "onboarding"), Known((GOAL,))) == "Fits their goal: “Train new people in a week”."
    assert said(item(1, "sailing"), Known((SAILS,))) == "Fits their interest: “Sailing”."
    assert (
        said(item(1, "pricing"), Known((), (ON_PRICE,)))
        == "Answers why they said no: price (“Too expensive”), says the CRM."
    )
    told = SaidNo(ReasonKind.COMPETITOR, "", FindingSource.INTERVIEW)
    assert (
        said(item(1, "comparison"), Known((), (told,)))
        == "Answers why they said no: a competitor, as they said in an interview."
    )
    assert (
        said(item(1, "docs"), Known(sent=(sent(2, "docs", days=20, title="Start here"),)))
        == "Builds on “Start here”, sent in February."
    )
    assert "sent in March 2025." in said(item(1, "docs"), Known(sent=(sent(2, "docs", days=360),)))


def test_a_reason_of_its_own_words_says_them_once() -> None:
    plain = SaidNo(ReasonKind.PRICE, "Price")
    assert said(item(1, "pricing"), Known((), (plain,))) == "Answers why they said no: price, says the CRM."


def test_what_names_the_feature_they_missed_answers_it_whatever_its_topic() -> None:
    missed = Known((), (SaidNo(ReasonKind.FEATURE, "SSO missing"),))
    assert "SSO missing" in said(item(1, "docs", title="SSO is here"), missed)
    assert "SSO missing" in said(item(1, "sso"), missed)
    assert said(item(1, "docs", title="All that is missing"), missed) == ""
    assert said(item(1, "changelog"), missed)
    assert said(item(1, "docs", title="SSO is here"), Known((), (SaidNo(ReasonKind.PRICE, "SSO"),))) == ""


def test_helpful_things_come_before_those_about_the_product_and_goals_before_reasons() -> None:
    shelf = [
        item(1, "pricing", kind=PRODUCT),
        item(2, "onboarding", kind=PRODUCT),
        item(3, "pricing"),
        item(4, "onboarding"),
        item(5, "sailing"),
    ]
    found = suggest(shelf, Known((GOAL, SAILS), (ON_PRICE,)), NOON)
    assert [one.item.id for one in found.now] == [4, 3, 5]
    assert [one.fit for one in found.now] == [Fit.GOAL, Fit.ANSWERS, Fit.INTEREST]
    assert [one.item.id for one in suggest(shelf[:2], Known((GOAL,), (ON_PRICE,)), NOON).now] == [2, 1]


def test_after_something_was_sent_nothing_is_suggested_for_a_while_unless_they_ask() -> None:
    known = Known((GOAL,), sent=(sent(2, "docs", days=13),))
    rested = suggest([item(1, "onboarding")], known, NOON)
    assert (rested.now, rested.rests_until) == ((), NOON + timedelta(days=1))
    assert len(suggest([item(1, "onboarding")], known, NOON, asked=True).now) == 1
    later = suggest([item(1, "onboarding")], known, NOON + timedelta(days=1))
    assert (len(later.now), later.rests_until) == (1, None)


def test_where_nothing_fits_what_is_lacking_is_named_the_goals_first() -> None:
    known = Known((SAILS, GOAL, Wanted(GoalKind.GOAL, "Sleep", "")), (ON_PRICE, SaidNo(None)))
    assert suggest([], known, NOON).lacking == ("onboarding", "sailing", "pricing")
    assert suggest([item(1, "sailing")], known, NOON).lacking == ("onboarding", "pricing")
    had = Known((SAILS,), sent=(sent(1, "sailing"),))
    assert suggest([item(1, "sailing")], had, NOON).lacking == ("sailing",)
    assert suggest([], Known(), NOON) == suggest([item(1, "docs")], Known(), NOON)


def test_the_table_of_the_rules_says_what_answers_what() -> None:
    table = {ReasonKind.PRICE: frozenset({"docs"})}
    known = Known((), (ON_PRICE,))
    assert [
        one.item.id for one in suggest([item(1, "pricing"), item(2, "docs")], known, NOON, table).now
    ] == [2]


topics = st.frozensets(st.sampled_from(TOPICS), min_size=1, max_size=3)
items = st.lists(
    st.builds(
        Item,
        st.integers(1, 9),
        st.sampled_from(["SSO is here", "A guide", "Prices"]),
        st.just("https://www.northwind.example/"),
        st.sampled_from(ContentKind),
        topics,
    ),
    unique_by=lambda one: one.id,
)
wants = st.lists(
    st.builds(Wanted, st.sampled_from(GoalKind), st.text(max_size=20), st.sampled_from(("", *TOPICS)))
)
reasons = st.lists(
    st.builds(SaidNo, st.sampled_from([None, *ReasonKind]), st.sampled_from(["", "SSO missing", "Price"]))
)
sendings = st.lists(
    st.builds(
        Sent,
        st.integers(1, 12),
        st.text(max_size=20),
        topics,
        st.integers(0, 400).map(lambda days: NOON - timedelta(days=days)),
    )
)
knowns = st.builds(
    lambda a, b, c: Known(tuple(a), tuple(b), tuple(sorted(c, key=lambda one: one.at, reverse=True))),
    wants,
    reasons,
    sendings,
)


@given(items, knowns, st.booleans())
def test_whatever_is_known_it_is_never_too_much_never_twice_never_too_soon_and_never_without_a_reason(
    shelf: list[Item],
    known: Known,
    asked: bool,  # noqa: FBT001  (as the strategy gives it)
) -> None:
    found = suggest(shelf, known, NOON, asked=asked)
    had = {one.content_id for one in known.sent}
    lately = any(one.at > NOON - PAUSE for one in known.sent)
    assert len(found.now) <= MOST
    assert not had & {one.item.id for one in found.now}
    assert len({one.item.id for one in found.now}) == len(found.now)
    assert not (found.now and lately and not asked)
    assert (found.rests_until is not None) == lately
    products = [one.item.kind is PRODUCT for one in found.now]
    assert products == sorted(products)
    speaks = {want.topic for want in known.wants} | {topic for one in known.sent for topic in one.topics}
    for said_no in known.reasons:
        speaks |= ANSWERING_TOPICS.get(said_no.kind, frozenset()) if said_no.kind else frozenset()
    for one in found.now:
        assert one.why.endswith(".")
        assert one.item.topics & speaks or "SSO missing" in one.why or "Price" in one.why
    assert not set(found.lacking) & {topic for one in shelf if one.id not in had for topic in one.topics}


@given(items, knowns)
def test_the_order_of_the_shelf_changes_nothing(shelf: list[Item], known: Known) -> None:
    assert suggest(shelf, known, NOON) == suggest(shelf[::-1], known, NOON)
