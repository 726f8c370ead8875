"""Who is whom: by address, CRM contact or name; and those who asked to be left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders import NOON
from tests.tracker.imports.look import all_deals, all_people, people_in
from tracker.suppression import suppress, suppressed_kinds
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from tests.tracker.imports.conftest import Importer
    from tracker.installation import Installation

HEAD = "deal_id,account,contact_id,contact,email\n"


@pytest.fixture(autouse=True)
def _confirmed(bring_in: Importer) -> None:
    """Have the headings confirmed, so that the stories need not."""
    bring_in(HEAD + "0,Nobody Ltd,,,\n", yes=True)


def test_a_name_at_a_company_is_one_person_until_an_address_says_more(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(HEAD + "1,Brightwell,,Dana Ortiz,\n2,Brightwell,,dana  ortiz,\n")
    (dana,) = all_people(installation)
    assert dana.email is None

    bring_in(HEAD + "1,Brightwell,,Dana Ortiz,dana@brightwell.example\n")

    (dana,) = all_people(installation)
    assert dana.email == "dana@brightwell.example"


def test_namesakes_with_addresses_are_two_people(bring_in: Importer, installation: Installation) -> None:
    bring_in(HEAD + "1,Brightwell,,Jo Smith,jo1@b.example\n2,Brightwell,,Jo Smith,jo2@b.example\n")
    assert len(all_people(installation)) == 2


def test_a_name_without_address_is_the_one_known_by_it(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(HEAD + "1,Brightwell,,Dana Ortiz,dana@b.example\n")
    bring_in(HEAD + "2,Brightwell,,Dana Ortiz,\n")

    assert len(all_people(installation)) == 1
    assert people_in(installation, all_deals(installation)[-1]) == {"Dana Ortiz"}


def test_namesakes_at_two_companies_are_two_people(bring_in: Importer, installation: Installation) -> None:
    bring_in(HEAD + "1,Brightwell,,Jo Smith,\n2,Fernhill,,Jo Smith,\n3,,,Jo Smith,\n4,,,Jo Smith,\n")
    assert len(all_people(installation)) == 4


def test_a_contact_id_tells_namesakes_apart(bring_in: Importer, installation: Installation) -> None:
    bring_in(HEAD + "1,Brightwell,7,Jo Smith,\n2,Brightwell,8,Jo Smith,\n3,Brightwell,7,Jo Smith,\n")
    assert len(all_people(installation)) == 2


def test_a_crm_with_one_person_twice_gives_one_person(bring_in: Importer, installation: Installation) -> None:
    rows = "1,Brightwell,7,Dana Ortiz,dana@b.example\n2,Brightwell,8,Dana Ortiz,dana@b.example\n"
    bring_in(HEAD + rows)
    bring_in(HEAD + rows)
    assert [person.contact_key for person in all_people(installation)] == ["own:7"]


def test_who_is_known_by_name_gets_the_crms_id_when_it_comes(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(HEAD + "1,Brightwell,,Dana Ortiz,\n")
    bring_in(HEAD + "1,Brightwell,7,Dana Ortiz,\n")
    assert [person.contact_key for person in all_people(installation)] == ["own:7"]


def test_P8_an_erased_person_does_not_come_back_with_the_next_file(  # noqa: N802  (a line of trust)
    bring_in: Importer, installation: Installation
) -> None:
    with installation.database.writing() as session:
        suppress(
            session,
            installation.signer,
            ["dana@b.example"],
            SuppressionKind.DO_NOT_TRACK,
            "erased",
            NOON,
        )

    report = bring_in(HEAD + "1,Brightwell,,Dana Ortiz,DANA@b.example\n2,Brightwell,,Jo,jo@b.example\n")

    assert [person.name for person in all_people(installation)] == ["Jo"]
    assert (report.people.left_out, report.rejected, report.deals.new) == (1, 0, 2)


def test_who_does_not_want_calls_is_still_known(bring_in: Importer, installation: Installation) -> None:
    with installation.database.writing() as session:
        suppress(
            session, installation.signer, ["dana@b.example"], SuppressionKind.DO_NOT_CALL, "said so", NOON
        )

    bring_in(HEAD + "1,Brightwell,,Dana Ortiz,dana@b.example\n")

    assert len(all_people(installation)) == 1


def test_wishes_follow_a_person_to_a_new_address(bring_in: Importer, installation: Installation) -> None:
    bring_in(HEAD + "1,Brightwell,7,Dana Ortiz,dana@b.example\n")
    with installation.database.writing() as session:
        suppress(
            session, installation.signer, ["dana@b.example"], SuppressionKind.DO_NOT_CALL, "said so", NOON
        )

    bring_in(HEAD + "1,Brightwell,7,Dana Ortiz,ortiz@b.example\n")

    with installation.database.reading() as session:
        kinds = suppressed_kinds(session, installation.signer, ["ortiz@b.example"])
    assert kinds == {"ortiz@b.example": {SuppressionKind.DO_NOT_CALL}}
