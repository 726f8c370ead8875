"""What somebody edited by hand stays, whichever imports are undone around it; the rest is as before."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import update

from tests.tracker.imports.look import the_deal, the_person
from tests.tracker.imports.test_undo import DANA, HEAD, take_back
from tracker.imports.taking_back.touched import Stays
from tracker.models import Deal, Prospect
from tracker.words import DealStatus

if TYPE_CHECKING:
    from tests.tracker.imports.conftest import Importer
    from tracker.installation import Installation

DANAS = "dana@b.example"
PHONE = "+442079460018"
CHANGED = str(Stays.CHANGED)


def edit(installation: Installation, **person: str) -> None:
    with installation.database.writing() as session:
        session.execute(update(Prospect).values(person))


def test_an_edit_between_two_imports_does_not_cut_off_the_way_back(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(HEAD + DANA, yes=True)
    first = bring_in(HEAD + DANA.replace(PHONE, "+49301"), yes=True)
    edit(installation, phone="+33 1")
    second = bring_in(HEAD + DANA.replace(PHONE, "").replace("Dana Ortiz", "Dana Wrong"), yes=True)
    take_back(installation, first.import_id)
    assert the_person(installation, DANAS).name == "Dana Wrong"
    assert take_back(installation, second.import_id).kept == {CHANGED: 1}
    dana = the_person(installation, DANAS)
    assert (dana.name, dana.phone) == ("Dana Ortiz", "+33 1")


def test_what_a_later_import_wrote_over_an_edit_goes_back_to_the_edit(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(HEAD + DANA, yes=True)
    first = bring_in(HEAD + DANA.replace(PHONE, "+49301"), yes=True)
    edit(installation, phone="+33 1")
    second = bring_in(HEAD + DANA.replace(PHONE, "+49302"), yes=True)
    take_back(installation, first.import_id)
    take_back(installation, second.import_id)
    assert the_person(installation, DANAS).phone == "+33 1"


def test_one_import_is_taken_back_but_for_what_was_edited(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(HEAD + DANA, yes=True)
    wrong = DANA.replace(PHONE, "+49301").replace("Dana Ortiz", "Dana Wrong")
    report = bring_in(HEAD + wrong, yes=True)
    edit(installation, phone="+33 1")
    result = take_back(installation, report.import_id)
    assert (result.people_restored, result.kept) == (0, {CHANGED: 1})
    dana = the_person(installation, DANAS)
    assert (dana.name, dana.phone) == ("Dana Ortiz", "+33 1")


def test_an_edit_of_what_the_import_left_alone_is_no_hindrance(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(HEAD + DANA, yes=True)
    won = DANA.replace("lost", "won").replace("SSO", "SAML").replace("GBP,2025-03-14", "GBP,")
    report = bring_in(HEAD + won, yes=True)
    with installation.database.writing() as session:
        session.execute(update(Deal).values(competitor="Acme"))
    take_back(installation, report.import_id)
    deal = the_deal(installation, "own:1")
    assert deal.notes == "SSO"
    assert (deal.status, deal.closed_on, deal.competitor) == (DealStatus.LOST, date(2025, 3, 14), "Acme")


def test_an_edited_day_keeps_the_status_that_it_belongs_to(
    bring_in: Importer, installation: Installation
) -> None:
    bring_in(HEAD + DANA, yes=True)
    report = bring_in(HEAD + DANA.replace("lost", "open").replace("SSO", "SAML"), yes=True)
    with installation.database.writing() as session:
        session.execute(update(Deal).values(status=DealStatus.WON))
    assert take_back(installation, report.import_id).kept == {CHANGED: 1}
    deal = the_deal(installation, "own:1")
    assert (deal.status, deal.closed_on, deal.notes) == (DealStatus.WON, None, "SSO")
