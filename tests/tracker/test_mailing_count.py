"""What a mailing would come to is what its list comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from tests.builders import NOON, add_campaign, add_deal, add_prospect
from tests.tracker.ingest.stories import KEYS
from tracker.campaign_figures import on_lists
from tracker.campaign_list import list_in_parts
from tracker.listing import forget_addresses, relist
from tracker.mailing_count import count
from tracker.mailing_list import LeftOut, LinkWriter, mailing_list
from tracker.models import CampaignRecipient, DealStatus, Prospect, SuppressionKind
from tracker.people.rights import Reach
from tracker.people.scope import Scope, nothing_given
from tracker.relisting import relist_lately
from tracker.segments.filter import Filter
from tracker.segments.matching import matching
from tracker.signing import Signer
from tracker.suppression import lift, suppress

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.mailing_count import Counted

SIGNER = Signer(KEYS)
ALL = Scope(Reach.ALL, 1, None, nothing_given)


def counted(session: Session, wanted: Filter = Filter()) -> Counted:  # noqa: B008  (frozen)
    return count(session, matching(wanted, ALL, NOON))


def add_people(session: Session) -> dict[str, Prospect]:
    people = {
        name: add_prospect(session, name=f"{name} Ortiz") for name in ("Dana", "Kim", "Omar", "Zoe", "Al")
    }
    people["No"] = Prospect(name="No Address", created_at=NOON)
    session.add(people["No"])
    session.flush()
    add_deal(session, people["Dana"])
    add_deal(session, people["Kim"], status=DealStatus.OPEN)
    relist(session, [one.id for one in people.values()], signer=SIGNER)
    asked = {"Omar": SuppressionKind.UNSUBSCRIBED, "Zoe": SuppressionKind.DO_NOT_TRACK}
    for name, kind in asked.items():
        suppress(session, SIGNER, [people[name].email or ""], kind, "a mail", NOON)
    suppress(session, SIGNER, [people["Al"].email or ""], SuppressionKind.DO_NOT_CALL, "a mail", NOON)
    return people


def test_who_is_left_out_and_why_is_what_the_list_says(database: Database) -> None:
    with database.writing() as session:
        add_people(session)
    with database.reading() as session:
        found, real = counted(session), mailing_list(session, SIGNER)
        assert found.first == real.recipients
        assert (found.people, found.left_out) == (2, dict(real.left_out))
        assert set(found.left_out) == set(LeftOut)
        named = counted(session, Filter(q="dana"))
        assert (named.people, named.left_out, named.first[0].name) == (1, {}, "Dana Ortiz")


def test_a_wish_counts_from_the_next_look_on_and_so_does_its_end(database: Database) -> None:
    with database.writing() as session:
        people = add_people(session)
        dana = people["Dana"].email or ""
        assert counted(session).people == 2
        suppress(session, SIGNER, [dana], SuppressionKind.UNSUBSCRIBED, "a mail", NOON)
        assert counted(session).people == 1
        lift(session, SIGNER, [dana], SuppressionKind.UNSUBSCRIBED)
        assert counted(session).people == 2


def test_while_wishes_are_looked_up_the_count_says_so_and_the_list_is_right(database: Database) -> None:
    with database.writing() as session:
        people = add_people(session)
        assert not counted(session).looking_up
        forget_addresses(session, [people["Omar"].id])
        found = counted(session)
        assert (found.people, found.looking_up) == (3, True)
        assert len(mailing_list(session, SIGNER).recipients) == 2
    relist_lately(database, NOON, SIGNER)
    with database.reading() as session:
        found = counted(session)
        assert (found.people, found.looking_up) == (2, False)


def test_who_was_on_a_list_is_remembered_and_forgotten_with_them(database: Database) -> None:
    with database.writing() as session:
        people = add_people(session)
        spring = add_campaign(session)
    ids = [one.id for one in people.values()]
    writer = LinkWriter(SIGNER, max_age=NOON - NOON.replace(year=2025))
    for _ in range(2):  # a list that was lost is downloaded again
        (text,) = list_in_parts(database, writer, spring, ids, NOON)
        assert [line.split(",")[2] for line in text.splitlines()] == ["name", "Dana Ortiz", "Al Ortiz"]
    with database.writing() as session:
        assert on_lists(session, [spring.id])[spring.id].people == 2
        assert on_lists(session, [spring.id])[spring.id].at == NOON
        session.execute(delete(Prospect).where(Prospect.id == people["Dana"].id))
    with database.reading() as session:
        assert session.scalars(select(CampaignRecipient.prospect_id)).all() == [people["Al"].id]


def test_somebody_who_unsubscribes_while_the_list_is_written_is_not_on_it(database: Database) -> None:
    with database.writing() as session:
        people = add_people(session)
        spring = add_campaign(session)
    ids = [one.id for one in people.values()]
    parts = list_in_parts(database, LinkWriter(SIGNER, NOON - NOON.replace(year=2025)), spring, ids, NOON)
    with database.writing() as session:
        suppress(session, SIGNER, [people["Al"].email or ""], SuppressionKind.UNSUBSCRIBED, "a mail", NOON)
    assert "Al Ortiz" not in "".join(parts)
