"""Places in lists: put together from people, companies, deals and visits, whoever changes those."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, text

from tests.builders import NOON, add_account, add_deal, add_owner_name, add_prospect, add_site, add_user
from tracker.listing import OWNER_MARK, fades, left_of, owner_mark, relist, relist_companies
from tracker.models import Browser, DealStatus, Listing, ListingWord, Prospect, State, Visit
from tracker.relisting import BATCH, DAY_MINUTES, relist_all, relist_lately
from tracker.search_words import MOST_TYPED, fold, typed_words, words_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FOREIGN = "<script>alert(1)</script> '; DROP TABLE x; -- {{7*7}} =1+1 \u202e\x00ß İ %_\\"


def add_visit(
    session: Session,
    prospect: Prospect,
    at: datetime = NOON,
    *,
    intent: int = 60,
    state: State = State.CONFIRMED,
    **more: object,
) -> Visit:
    browser = Browser(key=f"b{at.timestamp():.0f}"[-16:], prospect_id=prospect.id, created_at=at)
    session.add(browser)
    session.flush()
    visit = Visit(
        prospect_id=prospect.id,
        browser_id=browser.id,
        site_id=add_site(session).id,
        started_at=at,
        last_at=at,
        state=state,
        intent=intent,
        **more,
    )
    session.add(visit)
    session.flush()
    return visit


def place(session: Session, prospect: Prospect) -> Listing:
    session.expire_all()
    return session.get_one(Listing, prospect.id)


def words(session: Session, prospect: Prospect) -> set[str]:
    found = session.scalars(select(ListingWord.word).where(ListingWord.prospect_id == prospect.id))
    return {word for word in found if not word.startswith(OWNER_MARK)}


def marks(session: Session, prospect: Prospect) -> set[str]:
    found = session.scalars(select(ListingWord.word).where(ListingWord.prospect_id == prospect.id))
    return {word for word in found if word.startswith(OWNER_MARK)}


def test_a_place_tells_what_was_lost_last_who_owns_it_and_when_they_came(session: Session) -> None:
    theirs, ours = add_owner_name(session, None), add_owner_name(session, add_user(session))
    dana = add_prospect(session, add_account(session, owner=ours), "Dana Ortíz", email="d.ortiz@b.example")
    add_deal(session, dana, owner=theirs, closed_on=date(2024, 1, 2), title="Starter")
    latest = add_deal(session, dana, owner=theirs, competitor="ACME  Ltd")
    add_deal(session, dana, status=DealStatus.OPEN, closed_on=None)
    add_deal(session, dana, closed_on=date(2025, 12, 1), not_qualified=True)
    add_visit(session, dana, NOON)
    add_visit(session, dana, NOON + timedelta(days=1), state=State.MACHINE)
    add_visit(session, dana, NOON + timedelta(days=2), not_theirs=True)
    assert relist(session, [dana.id, dana.id, 999]) == 1
    found = place(session, dana)
    assert (found.name, found.deal_id, found.value) == ("dana ortiz", latest.id, 4_800_000)
    assert (found.lost_day, found.reason_kind) == (date(2025, 3, 14).toordinal(), "price")
    assert (found.competitor, found.owner_name_id) == ("acme ltd", ours.id)
    assert (found.seen, left_of(found.fades, NOON)) == (int(NOON.timestamp()), 60)
    assert words(session, dana) == {
        "dana",
        "ortiz",
        "brightwell",
        "d",
        "b",
        "example",
        "pro",
        "for",
        "starter",
    }
    assert marks(session, dana) == {owner_mark(ours.id), owner_mark(theirs.id)}
    assert relist(session, [dana.id]) == 0


def test_somebody_of_whom_little_is_known_has_a_place_too(session: Session) -> None:
    bare = Prospect(created_at=NOON, email="INFO@b.example", email_key="info@b.example")
    session.add(bare)
    session.flush()
    relist(session, [bare.id])
    found = place(session, bare)
    assert marks(session, bare) == {owner_mark(None)}
    assert (found.name, found.value, found.lost_day, found.seen, found.fades) == (
        "info@b.example",
        -1,
        0,
        0,
        0,
    )


def test_a_change_of_name_company_and_owner_is_found(session: Session) -> None:
    account = add_account(session)
    dana, kim = add_prospect(session, account), add_prospect(session, account, "Kim Lee")
    relist(session, [dana.id, kim.id])
    account.name, account.owner_name_id = "Zenith", add_owner_name(session, None).id
    dana.name = "Dana Berg"
    assert relist_companies(session, [account.id]) == 2
    assert "zenith" in words(session, kim)
    assert "ortiz" not in words(session, dana)
    assert place(session, dana).owner_name_id == account.owner_name_id


def test_p9_nothing_of_an_erased_person_stays_in_lists(session: Session) -> None:
    dana, kim = add_prospect(session), add_prospect(session, None, "Kim Lee")
    relist(session, [dana.id, kim.id])
    session.execute(delete(Prospect).where(Prospect.id == dana.id))
    assert words(session, dana) == set()
    assert session.scalars(select(Listing.prospect_id)).all() == [kim.id]


def test_lists_learn_of_a_visit_within_a_minute(database: Database) -> None:
    with database.writing() as session:
        dana = add_prospect(session)
        relist(session, [dana.id])
        add_visit(session, dana)
    later = NOON + timedelta(minutes=1)
    assert relist_lately(database, later) == 1
    assert relist_lately(database, later) == 0
    with database.reading() as session:
        assert place(session, dana).seen == int(NOON.timestamp())


def test_whatever_was_missed_is_found_within_a_day(database: Database) -> None:
    with database.writing() as session:
        dana = add_prospect(session)
    minute = timedelta(minutes=1)
    theirs = EPOCH + (DAY_MINUTES + dana.id % DAY_MINUTES) * minute
    assert [relist_lately(database, theirs + of * minute) for of in (-1, 0, 1)] == [0, 1, 0]
    with database.writing() as session:
        session.execute(text("UPDATE listings SET value = 7"))
        session.execute(delete(ListingWord))
    assert relist_all(database) == 1
    with database.reading() as session:
        assert "dana" in words(session, dana)


def test_all_are_looked_at_in_portions(database: Database) -> None:
    with database.writing() as session:
        session.add_all(Prospect(name=f"No {number}", created_at=NOON) for number in range(BATCH + 1))
    assert relist_all(database) == BATCH + 1


def test_foreign_text_is_words_and_nothing_else(session: Session) -> None:
    clean = FOREIGN.replace("\x00", "")  # no database of ours holds it
    dana = add_prospect(session, None, clean[:200], email="x@y.example")
    relist(session, [dana.id])
    assert {"script", "drop", "ss"} <= words(session, dana)


@given(st.text(max_size=300))
def test_words_are_found_as_they_are_typed(text: str) -> None:
    assert set(typed_words(text)) <= set(words_of([text]))
    assert len(typed_words(text)) <= MOST_TYPED
    assert words_of([fold(text)]) == words_of([text])
    assert all(word == fold(word) and " " not in word for word in words_of([text]))


@pytest.mark.parametrize(
    ("written", "typed"), [("Müller", "muller"), ("Straße", "STRASSE"), ("Ørsted", "ørsted")]
)
def test_accents_and_case_make_no_difference(written: str, typed: str) -> None:
    assert words_of([written]) == typed_words(typed)


@given(st.integers(1, 100), st.integers(1, 100), st.integers(0, 10_000), st.integers(0, 400))
def test_the_order_of_what_is_left_of_an_intent_holds_at_any_time(
    one: int, other: int, minutes: int, days: int
) -> None:
    at, now = NOON + timedelta(minutes=minutes), NOON + timedelta(days=8 + days)
    first, second = fades(one, NOON), fades(other, at)
    if first <= second:
        assert left_of(first, now) <= left_of(second, now)
    assert left_of(first, NOON) == pytest.approx(one, abs=1)
