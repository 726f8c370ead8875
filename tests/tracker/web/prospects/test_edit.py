"""*Add* and *Edit*: people and deals put right, and two who do so at once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape
from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.tracker.web.prospects.desk_of_sam import PAYLOADS, desk_of_sam, field, is_harmless
from tracker.imports.reasons import seed_reason_rules
from tracker.models import (
    Account,
    AuditEntry,
    Deal,
    DealStatus,
    LossOutcome,
    OwnerName,
    Prospect,
    ReasonKind,
    SuppressionKind,
)
from tracker.suppression import suppress, suppressed_kinds

if TYPE_CHECKING:
    from tests.tracker.web.company import Company
    from tests.tracker.web.prospects.desk_of_sam import Desk

Fields = dict[str, str | list[str]]
DANA: Fields = {
    "name": "Dana Ortiz",
    "first_name": "Dana",
    "email": "dana@brightwell.example",
    "phone": "020 7946 0018",
    "country": "United Kingdom",
    "job_title": "Head of IT",
    "company": "Brightwell",
    "time_zone": "europe/london",
}
DEAL: Fields = {
    "status": "lost",
    "value": "45000.50",
    "currency": "eur",
    "closed_on": "2025-04-01",
    "product": "Pro",
    "outcome": "",
    "reason": "They wait for SSO: a missing feature\nand a budget",
    "competitor": "Acme",
    "renewal_on": "2027-04-01",
    "notes": "One.\nTwo.",
    "not_qualified": "yes",
    "slot": "day",
    "slot_day": "2026-03-20",
    "slot_time": "09:00",
}


def seen(desk: Desk, page: str) -> Fields:
    return {"seen": field(desk.browser.gets(page).text, "seen")}


def test_a_person_is_put_right(company: Company) -> None:
    desk = desk_of_sam(company)
    page = f"/prospects/{desk.dana}/edit"
    answer = desk.browser.sends(page, **DANA | {"company": "Brightwell Ltd"} | seen(desk, page))
    assert "Saved what is said of Dana Ortiz." in desk.browser.gets(answer.location).text
    dana = desk.person()
    assert (dana.phone, dana.country, dana.time_zone) == ("+442079460018", "GB", "Europe/London")
    assert (dana.job_title, dana.first_name) == ("Head of IT", "Dana")
    with company.database.reading() as session:
        assert session.get_one(Account, dana.account_id).name == "Brightwell Ltd"
        (entry,) = session.scalars(select(AuditEntry))
    assert entry.after == {"fields": ["company", "job_title", "time_zone"]}


def test_two_who_change_a_person_at_once_are_told(company: Company) -> None:
    desk = desk_of_sam(company)
    page = f"/prospects/{desk.dana}/edit"
    opened = seen(desk, page)
    desk.browser.sends(page, **DANA | {"job_title": "CTO"} | opened)
    answer = desk.browser.sends(page, **DANA | {"job_title": "CIO"} | opened)
    assert answer.status_code == 409
    assert "Somebody changed this meanwhile" in answer.text
    assert "<dd>CTO</dd>" in answer.text
    assert field(answer.text, "job_title") == "CIO"
    assert desk.person().job_title == "CTO"
    again = desk.browser.sends(page, **DANA | {"job_title": "CIO", "seen": field(answer.text, "seen")})
    assert again.status_code == 303
    assert desk.person().job_title == "CIO"


def test_what_cannot_be_is_said_beside_the_field(company: Company) -> None:
    desk = desk_of_sam(company)
    page = f"/prospects/{desk.dana}/edit"
    opened = seen(desk, page)
    wrong: tuple[tuple[Fields, str], ...] = (
        ({"name": ""}, "Write their name."),
        ({"email": ""}, "Without an address nothing would tell them from others"),
        ({"email": "dana"}, "Write a mail address like"),
        ({"email": "lee@larkfield.example"}, "This address is here already. They are not among your"),
        ({"phone": "1"}, "Write the number with its country code"),
        ({"country": "Narnia"}, "Write the country"),
        ({"time_zone": "Moon"}, "Write a time zone like"),
        ({"job_title": "x" * 300}, "Write at most 200 characters."),
    )
    for typed, says in wrong:
        answer = desk.browser.sends(page, **DANA | typed | opened)
        assert (answer.status_code, says in answer.text) == (422, True), typed
        assert "Lee Chan" not in answer.text
    assert company.noted() == []


def test_wishes_follow_a_person_to_a_new_address(company: Company) -> None:
    desk = desk_of_sam(company)
    signer = company.door.setting.installation.signer
    with company.database.writing() as session:
        old = [desk.person().email or ""]
        suppress(session, signer, old, SuppressionKind.DO_NOT_CALL, "on the phone", company.door.now)
    page = f"/prospects/{desk.dana}/edit"
    desk.browser.sends(page, **DANA | {"email": "d.ortiz@brightwell.example"} | seen(desk, page))
    with company.database.reading() as session:
        new = "d.ortiz@brightwell.example"
        assert suppressed_kinds(session, signer, [new]) == {new: {SuppressionKind.DO_NOT_CALL}}


def test_a_person_is_added_and_is_the_reps_own(company: Company) -> None:
    desk = desk_of_sam(company)
    ann: Fields = DANA | {"name": "Ann Poole", "email": "ann@brightwell.example"}
    for name, new in (("Brightwell", ann), ("Fernhill", ann | {"email": "ann@fernhill.example"})):
        answer = desk.browser.sends("/prospects/add", **new | {"company": name})
        assert "Ann Poole is a prospect now." in desk.browser.gets(answer.location).text
    with company.database.reading() as session:
        owners = session.scalars(
            select(OwnerName.user_id)
            .join(Account, Account.owner_name_id == OwnerName.id)
            .where(Account.name.in_(("Brightwell", "Fernhill")))
        )
        assert set(owners) == {desk.sam.id}


def test_nobody_is_added_at_a_colleagues_company(company: Company) -> None:
    desk = desk_of_sam(company)
    new: Fields = DANA | {"name": "Ann", "email": "ann@larkfield.example"}
    answer = desk.browser.sends("/prospects/add", **new | {"company": "LARKFIELD"})
    assert answer.status_code == 422
    assert "This company is a colleague" in answer.text
    assert "Write the company" in desk.browser.sends("/prospects/add", **new | {"company": ""}).text
    twin = desk.browser.sends("/prospects/add", **DANA)
    assert f'href="/prospects/{desk.dana}/edit"' in twin.text
    with company.database.reading() as session:
        assert session.scalar(select(Prospect.id).where(Prospect.name == "Ann")) is None


def test_a_deal_is_put_right(company: Company) -> None:
    desk = desk_of_sam(company)
    with company.database.writing() as session:
        seed_reason_rules(session)
    page = f"/prospects/{desk.dana}/deals/{desk.lost_deal}"
    answer = desk.browser.sends(page, **DEAL | seen(desk, page))
    assert answer.status_code == 303
    deal = desk.deal(desk.lost_deal)
    assert (deal.value_minor, deal.currency, deal.closed_on) == (4_500_050, "EUR", date(2025, 4, 1))
    assert (deal.reason_kind, deal.outcome) == (ReasonKind.PRICE, LossOutcome.CHOSE_COMPETITOR)
    assert (deal.notes, deal.not_qualified) == ("One.\nTwo.", True)
    assert deal.post_mortem_at == datetime(2026, 3, 20, 9, tzinfo=UTC)
    assert deal.title == "Pro for Brightwell"
    shown = desk.browser.gets(page).text
    assert "Counts as price, by the rules for reasons." in shown
    assert field(shown, "value") == "45000.50"
    with company.database.reading() as session:
        (entry,) = session.scalars(select(AuditEntry))
    assert entry.after["not_qualified"] is True
    assert "SSO" not in str(entry.after)


def test_two_who_change_a_deal_at_once_are_told(company: Company) -> None:
    desk = desk_of_sam(company)
    page = f"/prospects/{desk.dana}/deals/{desk.lost_deal}"
    opened = seen(desk, page)
    desk.browser.sends(page, **DEAL | {"competitor": "Bolt"} | opened)
    answer = desk.browser.sends(page, **DEAL | {"competitor": "Crank"} | opened)
    assert answer.status_code == 409
    assert "<dd>Bolt</dd>" in answer.text
    assert field(answer.text, "competitor") == "Crank"
    assert desk.deal(desk.lost_deal).competitor == "Bolt"


def test_a_loss_noted_by_mistake_is_opened_again(company: Company) -> None:
    desk = desk_of_sam(company)
    page = f"/prospects/{desk.dana}/deals/{desk.lost_deal}"
    desk.browser.sends(page, **DEAL | {"status": "open"} | seen(desk, page))
    deal = desk.deal(desk.lost_deal)
    assert (deal.status, deal.outcome, deal.closed_on) == (DealStatus.OPEN, None, None)


def test_a_deal_noted_by_hand_gets_the_name_that_the_crm_gives_it(company: Company) -> None:
    desk = desk_of_sam(company)
    told: Fields = {"outcome": "postponed", "deal": "new", "title": "Renewal"}
    page = desk.browser.sends(f"/prospects/{desk.dana}/lost", **told).location
    desk.browser.sends(page, **DEAL | {"title": "Brightwell renewal"} | seen(desk, page))
    number = int(page.rsplit("/", 1)[1])
    assert desk.deal(number).import_key == "key:brightwell|brightwell renewal"


def test_s13_what_is_out_of_reach_is_not_there(company: Company) -> None:
    desk = desk_of_sam(company)
    with company.database.reading() as session:
        hers = session.scalars(select(Prospect).where(Prospect.id == desk.stranger)).one().id
    for page in (
        f"/prospects/{hers}/edit",
        f"/prospects/{hers}/deals/{desk.lost_deal}",
        f"/prospects/{desk.dana}/deals/{desk.lost_deal + 1}",
        f"/prospects/{hers}/links",
        f"/prospects/{hers}/links/qr.svg",
        f"/prospects/{hers}/consent",
        "/prospects/99999/edit",
    ):
        assert desk.browser.gets(page).status_code == 404, page
        posted = desk.browser.sends(page, "/prospects/add", **DANA | DEAL)
        assert posted.status_code in (404, 405), page


def test_s7_nothing_that_is_typed_runs(company: Company) -> None:
    desk = desk_of_sam(company)
    page = f"/prospects/{desk.dana}/deals/{desk.lost_deal}"
    for payload in PAYLOADS:
        texts: Fields = dict.fromkeys(("product", "reason", "competitor", "notes"), payload)
        wrong = desk.browser.sends(page, **dict.fromkeys(DEAL, payload), **seen(desk, page))
        assert wrong.status_code == 422
        desk.browser.sends(page, **DEAL | texts | seen(desk, page))
        stale = desk.browser.sends(page, **DEAL, seen="0" * 16)
        person = f"/prospects/{desk.dana}/edit"
        names: Fields = dict.fromkeys(("name", "first_name", "job_title", "company"), payload)
        desk.browser.sends(person, **DANA | names | seen(desk, person))
        for one in (wrong, stale, desk.browser.gets(page), desk.browser.gets(person)):
            assert is_harmless(one.text), payload


def shown(desk: Desk, page: str, *names: str) -> Fields:
    """What the page's fields hold, as a browser sends it back."""
    text = desk.browser.gets(page).text
    held: Fields = {name: field(text, name) for name in names}
    for name, value in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', text, re.DOTALL):
        held[name] = unescape(value).replace("\n", "\r\n")
    return held


def test_what_a_file_brought_stays_as_it_is_where_only_another_field_is_changed(company: Company) -> None:
    desk = desk_of_sam(company)
    brought = "One.\n\n" + "x" * 6000 + " the end"
    with company.database.writing() as session:
        dana, deal = session.get_one(Prospect, desk.dana), session.get_one(Deal, desk.lost_deal)
        dana.name, dana.job_title, dana.phone = "山田\u3000太郎", "Head\u00a0of  IT", "ext. 12"
        deal.notes, deal.reason, deal.competitor = brought, "Price\tand terms", "Acme\u00a0AG"
        deal.currency = "XXZ"
    page = f"/prospects/{desk.dana}/edit"
    held = shown(desk, page, *DANA, "seen")
    assert desk.browser.sends(page, **held | {"time_zone": "Asia/Tokyo"}).status_code == 303
    dana = desk.person()
    assert (dana.name, dana.job_title, dana.phone) == ("山田\u3000太郎", "Head\u00a0of  IT", "ext. 12")
    assert dana.time_zone == "Asia/Tokyo"
    page = f"/prospects/{desk.dana}/deals/{desk.lost_deal}"
    names = ("value", "currency", "closed_on", "product", "competitor", "seen", "slot_time")
    held = shown(desk, page, *names)
    typed = held | {"status": "lost", "renewal_on": "2027-01-01"}
    assert desk.browser.sends(page, **typed).status_code == 303
    deal = desk.deal(desk.lost_deal)
    assert (deal.notes, deal.reason, deal.competitor) == (brought, "Price\tand terms", "Acme\u00a0AG")
    assert (deal.currency, deal.renewal_on) == ("XXZ", date(2027, 1, 1))


def test_words_do_not_run_together_and_nothing_is_cut_off_silently(company: Company) -> None:
    desk = desk_of_sam(company)
    page = f"/prospects/{desk.dana}/edit"
    typed = DANA | {"job_title": "Head\u00a0of\tIT", "name": "山田\u3000太郎"}
    desk.browser.sends(page, **typed | seen(desk, page))
    assert (desk.person().job_title, desk.person().name) == ("Head of IT", "山田 太郎")
    late = desk.browser.sends(page, **DANA | {"country": "x" * 600} | seen(desk, page))
    assert (late.status_code, "Write at most 500 characters." in late.text) == (422, True)
    page = f"/prospects/{desk.dana}/deals/{desk.lost_deal}"
    answer = desk.browser.sends(page, **DEAL | {"notes": "y" * 5001} | seen(desk, page))
    assert (answer.status_code, "Write at most 5,000 characters: these are 5,001." in answer.text) == (
        422,
        True,
    )
    assert "y" * 5001 in answer.text
    told = DEAL | {"notes": "One.\r\n\tTwo\u00a0three.", "reason": "Price\tand terms"}
    desk.browser.sends(page, **told | seen(desk, page))
    deal = desk.deal(desk.lost_deal)
    assert (deal.notes, deal.reason) == ("One.\n Two three.", "Price and terms")
