"""*Lost just now*: noted in the minute of the call, and known again by the CRM's next export."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.builders import add_token
from tests.tracker.web.prospects.desk_of_sam import PAYLOADS, desk_of_sam, is_harmless
from tracker.imports import ImportOptions, import_file
from tracker.imports.reasons import seed_reason_rules
from tracker.listing import relist
from tracker.models import (
    AuditEntry,
    Deal,
    DealStatus,
    LossOutcome,
    OwnerName,
    Prospect,
    ReasonKind,
    Role,
    SuppressionKind,
    deal_prospects,
)
from tracker.suppression import suppress

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tracker.web.company import Company

TOLD: dict[str, str | list[str]] = {
    "outcome": "chose_competitor",
    "reason": "Too expensive for them",
    "competitor": "Acme",
}
NEW: dict[str, str | list[str]] = TOLD | {
    "name": "Ray Moss",
    "company": "Fernhill",
    "phone": "+44 20 7946 0020",
    "email": "ray@fernhill.example",
    "deal": "new",
    "title": "Pro for Fernhill",
    "value": "12,500",
    "currency": "gbp",
}


def test_an_open_deal_is_lost_in_three_taps(company: Company) -> None:
    desk = desk_of_sam(company)
    with company.database.writing() as session:
        seed_reason_rules(session)
    start = desk.browser.gets("/prospects/lost").text
    page = f"/prospects/{desk.dana}/lost"
    assert f"{page}?deal={desk.open_deal}" in start
    answer = desk.browser.sends(
        page, **TOLD, deal=str(desk.open_deal), slot="2", slot_time="10:30", notes="Ask Ann."
    )
    after = desk.browser.gets(answer.location).text
    assert "Their reason counts as price." in after
    deal = desk.deal()
    assert (deal.status, deal.outcome) == (DealStatus.LOST, LossOutcome.CHOSE_COMPETITOR)
    assert (deal.reason, deal.reason_kind) == ("Too expensive for them", ReasonKind.PRICE)
    assert (deal.competitor, deal.closed_on) == ("Acme", date(2026, 3, 10))
    assert deal.notes == "Wants SSO.\n\nAsk Ann."
    assert deal.post_mortem_at == datetime(2026, 3, 24, 10, 30, tzinfo=UTC)
    assert ("Sam Reed", "lose") in company.noted()


def test_somebody_new_is_noted_with_their_deal_and_is_the_reps_own(company: Company) -> None:
    desk = desk_of_sam(company)
    answer = desk.browser.sends("/prospects/lost/new", **NEW)
    assert answer.status_code == 303
    with company.database.reading() as session:
        ray = session.scalars(select(Prospect).where(Prospect.email_key == "ray@fernhill.example")).one()
        deal = session.scalars(
            select(Deal).join(deal_prospects).where(deal_prospects.c.prospect_id == ray.id)
        ).one()
        owner = session.get_one(OwnerName, deal.owner_name_id)
        assert owner.user_id == desk.sam.id
        assert (ray.phone, deal.value_minor, deal.currency) == ("+442079460020", 1_250_000, "GBP")
        assert deal.import_key == "key:fernhill|pro for fernhill"
        written = str([(one.verb, one.before, one.after) for one in session.scalars(select(AuditEntry))])
    assert desk.browser.gets(f"/prospects/{ray.id}/edit").status_code == 200
    assert [verb for _, verb in company.noted()] == ["add", "add", "lose"]
    assert "ray" not in written.lower()
    assert "expensive" not in written


def test_the_crms_next_export_updates_what_was_noted_instead_of_adding_another(
    company: Company, tmp_path: Path
) -> None:
    desk = desk_of_sam(company)
    desk.browser.sends("/prospects/lost/new", **NEW, slot="1")
    file = tmp_path / "deals.csv"
    file.write_text(
        "Deal - ID,Deal - Title,Deal - Organization,Deal - Status,Deal - Value,Deal - Lost reason,"
        "Deal - Contact person,Person - Email - Work\n"
        "77,Pro for Fernhill,FERNHILL,lost,13000,Budget,Ray Moss,ray@fernhill.example\n"
    )
    report = import_file(company.door.setting.installation, file, ImportOptions(), company.door.now)
    assert (report.deals.new, report.deals.updated, report.people.new) == (0, 1, 0)
    with company.database.reading() as session:
        deal = session.scalars(select(Deal).where(Deal.import_key == "pipedrive:77")).one()
        assert (deal.reason, deal.value_minor, deal.competitor) == ("Budget", 1_300_000, "Acme")
        assert deal.post_mortem_at is not None


def test_two_who_note_the_same_deal_are_told(company: Company) -> None:
    desk = desk_of_sam(company)
    page = f"/prospects/{desk.dana}/lost"
    told = TOLD | {"deal": str(desk.open_deal)}
    desk.browser.sends(page, **told)
    answer = desk.browser.sends(page, **told | {"competitor": "Bolt", "reason": "Mine is other"})
    assert answer.status_code == 409
    assert "Somebody noted meanwhile" in answer.text
    assert "Winner: Acme" in answer.text
    assert "Mine is other" in answer.text
    assert desk.deal().competitor == "Acme"


def test_a_double_tap_notes_one_deal(company: Company) -> None:
    desk = desk_of_sam(company)
    page = f"/prospects/{desk.dana}/lost"
    told = TOLD | {"deal": "new", "title": "Renewal"}
    assert desk.browser.sends(page, **told).status_code == 303
    answer = desk.browser.sends(page, **told)
    assert answer.status_code == 409
    assert "There is a deal of this name already" in answer.text


WRONG: tuple[tuple[dict[str, str | list[str]], str], ...] = (
    ({"outcome": ""}, "Choose what they did instead."),
    ({"name": ""}, "Write their name."),
    ({"phone": "", "email": ""}, "Write a phone number or a mail address"),
    ({"phone": "12"}, "Write the number with its country code"),
    ({"email": "ray"}, "Write a mail address like"),
    ({"title": ""}, "Write what the deal was about."),
    ({"value": "much"}, "Write an amount like 48000."),
    ({"currency": "xyz"}, "Write the currency"),
    ({"renewal": "03/04/2027"}, "Write the day like"),
    ({"lost_on": "2026-03-11"}, "That day is still to come"),
    ({"slot": "day"}, "Name the day."),
    ({"slot": "day", "slot_day": "2026-03-01"}, "That is past"),
    ({"slot": "day", "slot_day": "2026-03-29", "slot_time": "01:30"}, "The clocks are put forward"),
    ({"slot": "99"}, "Choose one of the list."),
)


def test_what_cannot_be_is_said_beside_the_field_and_nothing_is_kept(company: Company) -> None:
    desk = desk_of_sam(company)
    for typed, says in WRONG:
        answer = desk.browser.sends("/prospects/lost/new", **NEW | typed)
        assert answer.status_code == 422, typed
        assert says in answer.text
        assert "Fernhill" in answer.text
    assert company.noted() == []


def test_who_is_here_already_is_named_with_a_link_only_in_reach(company: Company) -> None:
    desk = desk_of_sam(company)
    mine = desk.browser.sends("/prospects/lost/new", **NEW | {"email": "DANA@brightwell.example"})
    assert mine.status_code == 409
    assert "This address is here already: Dana Ortiz." in mine.text
    assert f"/prospects/{desk.dana}/lost" in mine.text
    named = desk.browser.sends(
        "/prospects/lost/new", **NEW | {"email": "", "name": "dana  ortiz", "company": "brightwell"}
    )
    assert "Somebody of this name is at Brightwell already: Dana Ortiz." in named.text
    hers = desk.browser.sends("/prospects/lost/new", **NEW | {"email": "lee@larkfield.example"})
    assert hers.status_code == 409
    assert "They are not among your prospects" in hers.text
    assert "Lee Chan" not in hers.text
    assert f"/prospects/{desk.stranger}/" not in hers.text
    assert company.noted() == []


def test_who_asked_not_to_be_tracked_does_not_come_back_by_hand(company: Company) -> None:
    desk = desk_of_sam(company)
    with company.database.writing() as session:
        signer = company.door.setting.installation.signer
        suppress(
            session,
            signer,
            ["ray@fernhill.example"],
            SuppressionKind.DO_NOT_TRACK,
            "letter",
            company.door.now,
        )
    answer = desk.browser.sends("/prospects/lost/new", **NEW)
    assert answer.status_code == 409
    assert "asked not to be tracked" in answer.text
    with company.database.reading() as session:
        assert session.scalar(select(Prospect.id).where(Prospect.email_key == "ray@fernhill.example")) is None


def test_search_finds_only_whom_one_may_reach(company: Company) -> None:
    desk = desk_of_sam(company)
    with company.database.writing() as session:
        relist(session, [desk.dana, desk.stranger])
    assert "Dana Ortiz" in desk.browser.gets("/prospects/lost?q=brightw").text
    assert "Dana Ortiz" in desk.browser.gets("/prospects/lost?q=DANA").text
    for wanted in ("lee", "larkfield", "%", "_____"):
        page = desk.browser.gets(f"/prospects/lost?q={wanted}").text
        assert "Lee Chan" not in page
        assert "Nobody found" in page


def test_what_is_out_of_reach_is_not_there(company: Company) -> None:
    desk = desk_of_sam(company)
    page = f"/prospects/{desk.stranger}/lost"
    assert desk.browser.gets(page).status_code == 404
    assert desk.browser.sends(page, "/prospects/lost/new", **TOLD, deal="new", title="X").status_code == 404
    mine = f"/prospects/{desk.dana}/lost"
    other = desk.browser.sends(mine, **TOLD, deal="99999")
    assert other.status_code == 404
    boss = company.browser(company.hire("Ada", role=Role.MARKETER))
    assert boss.gets(page).status_code == 200


def test_s7_nothing_that_is_typed_runs(company: Company) -> None:
    desk = desk_of_sam(company)
    for number, payload in enumerate(PAYLOADS):
        fields = (*NEW, "product", "notes", "renewal", "lost_on", "slot", "slot_day", "slot_time")
        answer = desk.browser.sends("/prospects/lost/new", **dict.fromkeys(fields, payload))
        assert answer.status_code == 422
        texts = dict.fromkeys(
            ("name", "company", "title", "product", "reason", "competitor", "notes"), payload
        )
        kept = desk.browser.sends("/prospects/lost/new", **NEW | texts | {"email": f"ray{number}@f.example"})
        shown = desk.browser.gets(kept.location)
        assert shown.status_code == 200
        person = kept.location.split("/")[2]
        pages = [
            desk.browser.gets(f"/prospects/{person}/{page}") for page in ("edit", "links", "consent", "lost")
        ]
        for page in (answer, shown, *pages):
            assert is_harmless(page.text), payload


def test_looking_changes_nothing(company: Company) -> None:
    desk = desk_of_sam(company)
    with company.database.writing() as session:
        add_token(session, session.get_one(Prospect, desk.dana))
    for path in ("/prospects/lost", "/prospects/lost/new?name=Ray", f"/prospects/{desk.dana}/lost"):
        assert desk.browser.gets(path).status_code == 200
    assert company.noted() == []
