"""*Consent and wishes*: proofs, their end, and what people asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.builders import NOON
from tests.tracker.web.prospects.desk_of_sam import PAYLOADS, desk_of_sam, is_harmless
from tracker.left_alone import leave_alone
from tracker.models import AuditEntry, Consent, Prospect, Role, SuppressionKind
from tracker.suppression import suppressed_kinds

if TYPE_CHECKING:
    from tests.tracker.web.company import Company

PROOF: dict[str, str | list[str]] = {
    "text_version": "2026-01",
    "source": "demo form",
    "given_at": "2026-03-01 09:30",
}
MAIL = "dana@brightwell.example"


def wishes(company: Company) -> set[SuppressionKind]:
    with company.database.reading() as session:
        return suppressed_kinds(session, company.door.setting.installation.signer, [MAIL]).get(MAIL, set())


def test_a_proof_is_put_on_record_and_taken_back(company: Company) -> None:
    desk = desk_of_sam(company, Role.MARKETER)
    page = f"/prospects/{desk.dana}/consent"
    assert "they are asked on the page" in desk.browser.gets(page).text
    assert desk.browser.sends(f"{page}/proof", page, **PROOF).status_code == 303
    assert "text 2026-01 · demo form" in desk.browser.gets(page).text
    again = desk.browser.sends(f"{page}/proof", page, **PROOF)
    assert (again.status_code, "on record already" in again.text) == (422, True)
    desk.browser.sends(f"{page}/back", page)
    shown = desk.browser.gets(page).text
    assert "Taken back" in shown
    late = desk.browser.sends(f"{page}/proof", page, **PROOF)
    assert "They took their consent back since" in late.text
    with company.database.reading() as session:
        (row,) = session.scalars(select(Consent))
        assert row.revoked_at is not None
    assert [verb for _, verb in company.noted()] == ["add", "end"]


def test_what_is_no_proof_is_said(company: Company) -> None:
    desk = desk_of_sam(company, Role.MARKETER)
    page = f"/prospects/{desk.dana}/consent"
    for typed, says in (
        ({"text_version": ""}, "Write which text they agreed to."),
        ({"source": ""}, "Write where they agreed."),
        ({"given_at": "tomorrow"}, "Write the day, like 2026-03-14"),
        ({"given_at": "2027-01-01"}, "nobody has agreed then yet"),
    ):
        answer = desk.browser.sends(f"{page}/proof", page, **PROOF | typed)
        assert (answer.status_code, says in answer.text) == (422, True), typed
    assert company.noted() == []


def test_an_admin_lifts_what_a_rep_once_reported(company: Company) -> None:
    desk = desk_of_sam(company)
    page = f"/prospects/{desk.dana}/consent"
    with company.database.writing() as session:
        leave_alone(session, desk.dana, {SuppressionKind.DO_NOT_CALL}, "told a rep (outcome 1)", NOON)
    assert "They asked a rep to be left alone" in desk.browser.gets(page).text
    assert desk.browser.sends(f"{page}/again", page).status_code == 403
    admin = company.browser(company.hire("Kim", role=Role.ADMIN))
    for _ in range(2):
        assert admin.sends(f"{page}/again", page).status_code == 303
    assert "They asked a rep to be left alone" not in admin.gets(page).text
    assert company.noted() == [("Kim", "lift")]


@pytest.mark.parametrize("kind", list(SuppressionKind))
def test_a_rep_notes_a_wish_and_an_admin_lifts_it(company: Company, kind: SuppressionKind) -> None:
    desk = desk_of_sam(company)
    page = f"/prospects/{desk.dana}/consent"
    desk.browser.sends(f"{page}/wish", page, kind=kind, wish_source="on the phone")
    shown = desk.browser.gets(page).text
    assert "on the phone" in shown
    assert "An admin can lift a wish" in shown
    assert desk.browser.sends(f"{page}/lift", page, kind=kind).status_code == 403
    assert wishes(company) == {kind}
    admin = company.browser(company.hire("Kim", role=Role.ADMIN))
    admin.sends(f"{page}/lift", page, kind=kind)
    assert wishes(company) == set()
    with company.database.reading() as session:
        added, lifted = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert (added.verb, added.after, lifted.verb) == ("add", {"kind": str(kind)}, "lift")


def test_a_wish_needs_its_source_and_an_address(company: Company) -> None:
    desk = desk_of_sam(company)
    page = f"/prospects/{desk.dana}/consent"
    answer = desk.browser.sends(f"{page}/wish", page, kind="do_not_call")
    assert (answer.status_code, "Write where they said so" in answer.text) == (422, True)
    assert "Choose what they asked for." in desk.browser.sends(f"{page}/wish", page, wish_source="x").text
    with company.database.writing() as session:
        dana = session.get_one(Prospect, desk.dana)
        dana.email = dana.email_key = None
        dana.contact_key = "name:brightwell|dana ortiz"
    assert "they have none" in desk.browser.gets(page).text
    answer = desk.browser.sends(f"{page}/wish", page, kind="do_not_call", wish_source="phone")
    assert answer.status_code == 422
    assert company.noted() == []


def test_who_may_not_prove_is_told_so(company: Company) -> None:
    desk = desk_of_sam(company)
    page = f"/prospects/{desk.dana}/consent"
    assert "Marketers and admins keep the proofs." in desk.browser.gets(page).text
    for what in ("proof", "back"):
        assert desk.browser.sends(f"{page}/{what}", page, **PROOF).status_code == 403
    hers = f"/prospects/{desk.stranger}/consent"
    assert desk.browser.sends(f"{hers}/wish", page, kind="do_not_call", wish_source="x").status_code == 404


def test_s7_nothing_that_is_typed_runs(company: Company) -> None:
    desk = desk_of_sam(company, Role.ADMIN)
    page = f"/prospects/{desk.dana}/consent"
    for payload in PAYLOADS:
        desk.browser.sends(f"{page}/proof", page, text_version=payload, source=payload)
        wrong = desk.browser.sends(f"{page}/wish", page, kind=payload, wish_source=payload)
        desk.browser.sends(f"{page}/wish", page, kind="unsubscribed", wish_source=payload)
        assert wrong.status_code == 422
        assert is_harmless(wrong.text + desk.browser.gets(page).text), payload
        desk.browser.sends(f"{page}/lift", page, kind="unsubscribed")
