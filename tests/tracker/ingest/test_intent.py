"""How much a visit means: each row of the tables, each circumstance at its edge."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.ingest.intent import (
    ACTIVE_MINUTES,
    ACTIVE_POINTS,
    ANSWERING_TOPICS,
    ANSWERS_REASON,
    COLLEAGUE_POINTS,
    FULL_SCORE,
    HALF_LIFE,
    LONG_SILENCE,
    LONG_SILENCE_POINTS,
    ON_THEIR_OWN_POINTS,
    RENEWAL_NEAR,
    RENEWAL_POINTS,
    THIRD_VISIT_POINTS,
    TIERS,
    TOPIC_POINTS,
    WINDOW,
    EarlierVisit,
    Facts,
    Intent,
    PageRead,
    Tier,
    score,
    tier_of,
)
from tracker.words import ReasonKind

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


def judged(*pages: PageRead | str, by_link: bool = True, **facts: object) -> Intent:
    read = tuple(PageRead(page) if isinstance(page, str) else page for page in pages)
    return score(Facts(pages=read, by_link=by_link, **facts))  # type: ignore[arg-type]  # named in each story


def points_of(intent: Intent, name: str) -> int:
    return sum(reason.points for reason in intent.reasons if reason.name == name)


@pytest.mark.parametrize(("topic", "points"), list(TOPIC_POINTS.items()))
def test_each_topic_counts_once_a_visit(topic: str, points: int) -> None:
    for read in ([topic], [topic] * 3):
        intent = judged(*read)
        assert points_of(intent, f"page: {topic}") == points
        assert intent.points == intent.score == max(0, points)


def test_a_page_about_nothing_known_means_nothing() -> None:
    assert judged("", "imprint") == Intent(0, 0, (), answers_reason=False)


@pytest.mark.parametrize(
    ("kind", "topic"),
    [(kind, topic) for kind, topics in ANSWERING_TOPICS.items() for topic in sorted(topics)],
)
def test_a_page_that_answers_the_loss_reason_counts_more(kind: ReasonKind, topic: str) -> None:
    intent = judged(topic, reason_kind=kind)
    assert intent.answers_reason
    assert points_of(intent, "answers the loss reason") == ANSWERS_REASON
    (answer,) = [reason for reason in intent.reasons if reason.name == "answers the loss reason"]
    assert answer.sentence == f"Lost on {kind.value.replace('_', ' ')}, and read about {topic}"


def test_two_pages_that_answer_are_one_reason() -> None:
    intent = judged("demo", "pricing", reason_kind=ReasonKind.TIMING)
    assert points_of(intent, "answers the loss reason") == ANSWERS_REASON


@pytest.mark.parametrize("kind", [None, ReasonKind.OTHER, ReasonKind.COMPETITOR])
def test_the_price_page_answers_no_other_reason(kind: ReasonKind | None) -> None:
    assert not judged("pricing", reason_kind=kind, reason_text="pricing").answers_reason


@pytest.mark.parametrize(
    ("reason", "url", "title", "sentence"),
    [
        ("SSO missing", "https://www.n.example/features/sso", "", "read about SSO"),
        ("no audit trail", "https://www.n.example/x", "The Audit log", "read about audit"),
        ("Schnittstelle für Überstunden", "https://www.n.example/x", "Überstunden", "read about überstunden"),
    ],
)
def test_a_missing_feature_is_answered_by_its_own_page(
    reason: str, url: str, title: str, sentence: str
) -> None:
    intent = judged(PageRead("feature", url, title), reason_kind=ReasonKind.FEATURE, reason_text=reason)
    assert intent.answers_reason
    assert sentence in intent.reasons[0].sentence


@pytest.mark.parametrize(
    ("reason", "url"),
    [
        ("Feature missing", "https://www.n.example/feature/missing"),
        ("No SS", "https://www.n.example/ss"),
        ("sso", "https://sso.n.example/"),
        ("assort", "https://www.n.example/sso"),
        ("Their team wanted another platform", "https://www.northwind.example/team/platform"),
        ("Northwind lacks it", "https://www.northwind.example/northwind-pro"),
        ("", "https://www.n.example/sso"),
    ],
)
def test_words_that_stand_everywhere_answer_nothing(reason: str, url: str) -> None:
    page = PageRead("feature", url)
    assert not judged(page, reason_kind=ReasonKind.FEATURE, reason_text=reason).answers_reason


def test_a_word_answers_only_what_was_lost_on_a_feature() -> None:
    page = PageRead("feature", "https://www.n.example/sso")
    assert not judged(page, reason_kind=ReasonKind.RELATIONSHIP, reason_text="sso").answers_reason


def test_two_minutes_are_active_and_a_second_less_is_not() -> None:
    enough = ACTIVE_MINUTES * 60_000
    assert points_of(judged(PageRead("", visible_ms=enough)), "active time") == ACTIVE_POINTS
    assert points_of(judged(PageRead("", visible_ms=enough - 1)), "active time") == 0
    halves = [PageRead("", visible_ms=enough // 2)] * 2
    assert points_of(judged(*halves), "active time") == ACTIVE_POINTS


def test_coming_without_a_link_is_on_their_own() -> None:
    assert points_of(judged(by_link=False), "on their own") == ON_THEIR_OWN_POINTS
    assert judged(by_link=True).reasons == ()


def test_sixty_silent_days_are_long() -> None:
    for ago, points in ((LONG_SILENCE, LONG_SILENCE_POINTS), (LONG_SILENCE - MOMENT, 0)):
        assert points_of(judged(earlier=(EarlierVisit(0, ago),)), "long silence") == points
    recent = (EarlierVisit(0, DAY), EarlierVisit(0, LONG_SILENCE))
    assert points_of(judged(earlier=recent), "long silence") == 0
    assert points_of(judged(earlier=()), "long silence") == 0


def test_the_third_visit_within_seven_days_counts() -> None:
    for second, points in ((7 * DAY, THIRD_VISIT_POINTS), (7 * DAY + MOMENT, 0)):
        earlier = (EarlierVisit(0, DAY), EarlierVisit(0, second))
        assert points_of(judged(earlier=earlier), "visits this week") == points


def test_a_renewal_is_near_from_a_hundred_and_twenty_days_before_until_its_day() -> None:
    for away, points in (
        (RENEWAL_NEAR + DAY, 0),
        (RENEWAL_NEAR, RENEWAL_POINTS),
        (timedelta(0), RENEWAL_POINTS),
        (-DAY, 0),
        (None, 0),
    ):
        assert points_of(judged(renewal_in=away), "renewal near") == points


def test_a_colleague_on_the_site_counts() -> None:
    assert points_of(judged(colleague_active=True), "colleague active") == COLLEAGUE_POINTS


def test_earlier_visits_fade_by_half_in_a_fortnight_and_end_after_thirty_days() -> None:
    for ago, left in ((timedelta(0), 40), (HALF_LIFE, 20), (2 * HALF_LIFE, 10), (WINDOW + MOMENT, 0)):
        intent = judged("docs", earlier=(EarlierVisit(40, ago),))
        assert points_of(intent, "earlier visits") == left
        assert (intent.points, intent.score) == (TOPIC_POINTS["docs"], TOPIC_POINTS["docs"] + left)


def test_a_careers_page_takes_points_away_and_never_below_nothing() -> None:
    assert judged("careers").score == 0
    assert judged("pricing", "careers").score == TOPIC_POINTS["pricing"] + TOPIC_POINTS["careers"]
    assert judged("careers", earlier=(EarlierVisit(30, timedelta(0)),)).score == 30


def test_earlier_visits_claim_no_more_points_than_they_bring() -> None:
    intent = judged("demo", "contact", earlier=(EarlierVisit(100, DAY),) * 5)
    assert intent.score == FULL_SCORE
    assert points_of(intent, "earlier visits") == FULL_SCORE - intent.points


def test_reasons_are_told_strongest_first() -> None:
    points = [reason.points for reason in judged("blog", "demo", "careers", by_link=False).reasons]
    assert points == sorted(points, reverse=True)


@pytest.mark.parametrize(
    ("points", "tier"),
    [(0, Tier.COLD), (29, Tier.COLD), (30, Tier.WARM), (54, Tier.WARM), (55, Tier.HOT), (80, Tier.BURNING)],
)
def test_tiers_begin_where_the_table_says(points: int, tier: Tier) -> None:
    assert tier_of(points) is tier
    assert points >= TIERS[tier]


facts = st.builds(
    Facts,
    pages=st.lists(
        st.builds(
            PageRead,
            topic=st.sampled_from([*TOPIC_POINTS, ""]),
            url=st.text(max_size=30),
            title=st.text(max_size=30),
            visible_ms=st.integers(0, 10**9),
        ),
        max_size=8,
    ).map(tuple),
    by_link=st.booleans(),
    earlier=st.lists(
        st.builds(
            EarlierVisit, points=st.integers(0, 100), ago=st.timedeltas(timedelta(0), timedelta(days=400))
        ),
        max_size=6,
    ).map(lambda visits: tuple(sorted(visits, key=lambda visit: visit.ago))),
    reason_kind=st.none() | st.sampled_from(ReasonKind),
    reason_text=st.text(max_size=60),
    renewal_in=st.none() | st.timedeltas(timedelta(days=-400), timedelta(days=400)),
    colleague_active=st.booleans(),
)


@given(facts)
def test_scores_are_within_bounds_and_follow_from_their_reasons(known: Facts) -> None:
    intent = score(known)
    assert 0 <= intent.points <= intent.score <= FULL_SCORE
    carried = points_of(intent, "earlier visits")
    own = sum(reason.points for reason in intent.reasons) - carried
    assert intent.points == min(FULL_SCORE, max(0, own))
    assert intent.score == intent.points + carried
    assert all(reason.sentence for reason in intent.reasons)
    assert len({reason.name for reason in intent.reasons}) == len(intent.reasons)
