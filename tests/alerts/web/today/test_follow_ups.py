"""Follow-ups on the page of today: what is due, one tap each, and back again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from alerts.followups.agenda import plan_agendas
from alerts.models import FollowUp
from alerts.words import FollowUpKind, FollowUpResult
from tests.alerts.followups.test_agenda import lose
from tracker.listing import relist
from tracker.models import AuditEntry, Deal, Prospect, Suppression, User
from tracker.suppression import suppress
from tracker.words import LossOutcome, Role, SuppressionKind

if TYPE_CHECKING:
    from tests.alerts.web.today.floor import Floor

MOST_QUERIES = 12
SIGNS_OF_NO_CALLS = "They asked not to be called"


def due(floor: Floor, name: str = "Dana Ortiz", owner: User | None = None, **deal: Any) -> FollowUp:  # noqa: ANN401  (columns)
    """A deal of Sam's, lost two weeks ago unless told otherwise, and what is to be done about it."""
    company = floor.company
    today = company.door.now.date()
    with company.database.writing() as session:
        fields = {"closed_on": today - timedelta(days=16), **deal}
        person, _ = lose(session, session.merge(owner or floor.sam), name, **fields)
        person.email = f"{name.split(maxsplit=1)[0].lower()}@b.example"
        person.phone = "+442079460018"
        relist(
            session,
            session.scalars(select(Prospect.id)).all(),
            signer=company.door.setting.installation.signer,
        )
    plan_agendas(company.database, company.door.now)
    return standing(floor, person.id)[0]


def standing(floor: Floor, prospect_id: int) -> list[FollowUp]:
    with floor.company.database.reading() as session:
        wanted = select(FollowUp).where(FollowUp.prospect_id == prospect_id, FollowUp.done_at.is_(None))
        return list(session.scalars(wanted))


def again(floor: Floor, one: FollowUp) -> FollowUp:
    with floor.company.database.reading() as session:
        return session.get_one(FollowUp, one.id)


def section(page: str) -> str:
    return page.partition('id="due"')[2].partition("<aside")[0]


def test_what_is_due_today_has_number_deal_and_one_tap_each(floor: Floor) -> None:
    one = due(floor)
    shown = section(floor.browser().gets("/today").text)
    assert "Dana Ortiz" in shown
    assert "Post-mortem" in shown
    assert "tel:+442079460018" in shown
    assert f'action="/follow-ups/{one.id}"' in shown
    assert re.findall(r'name="result" value="(\w+)"', shown) == ["spoke", "no_answer"]
    assert f"/deals/{one.deal_id}/post-mortem" in shown


def test_one_tap_reports_it_plans_the_next_and_can_be_undone(floor: Floor) -> None:
    one = due(floor)
    browser = floor.browser()
    assert browser.sends(f"/follow-ups/{one.id}", "/today", result="spoke").location == "/today"
    page = browser.gets("/today").text
    assert "Post-mortem: Spoke" in page
    assert "Post-mortem: spoke" in page, "it stands among what was done today"
    assert again(floor, one).result is FollowUpResult.SPOKE
    (following,) = standing(floor, one.prospect_id)
    assert following.kind is FollowUpKind.CHECK_IN
    assert browser.sends(f"/follow-ups/{one.id}/undo", "/today").location == "/today"
    page = browser.gets("/today").text
    assert "to be done again" in page
    assert [(row.id, row.kind) for row in standing(floor, one.prospect_id)] == [(one.id, one.kind)]


def test_a_thank_you_is_written_not_called(floor: Floor) -> None:
    one = due(floor, closed_on=floor.company.door.now.date())
    shown = section(floor.browser().gets("/today").text)
    assert "Thank-you" in shown
    assert "tel:" not in shown
    assert f"/deals/{one.deal_id}/thanks" in shown
    assert floor.browser().sends(f"/follow-ups/{one.id}", "/today", result="won_back").status_code == 422
    assert again(floor, one).done_at is None


def test_of_two_who_report_the_second_is_told_and_changes_nothing(floor: Floor) -> None:
    lea = floor.company.hire("Lea Roth", Role.MANAGER)
    floor.manages(lea, floor.sam)
    one = due(floor)
    floor.browser().sends(f"/follow-ups/{one.id}", "/today", result="no_answer")
    late = floor.browser(lea).sends(f"/follow-ups/{one.id}", "/today", result="won_back", note="They signed.")
    assert late.status_code == 409
    assert "Sam Reed has done this already" in late.text
    assert again(floor, one).result is FollowUpResult.NO_ANSWER


def test_a_call_back_needs_a_day_and_says_so_with_the_note_kept(floor: Floor) -> None:
    one = due(floor)
    said = {"result": "call_back", "note": "After their audit", "call_back_on": "soon"}
    answer = floor.browser().sends(f"/follow-ups/{one.id}", "/today", **said)
    assert answer.status_code == 422
    assert "After their audit" in answer.text
    assert 'aria-invalid="true"' in answer.text
    day = floor.company.door.now.date() + timedelta(days=9)
    floor.browser().sends(f"/follow-ups/{one.id}", "/today", **said | {"call_back_on": str(day)})
    (following,) = standing(floor, one.prospect_id)
    assert (following.due_on, following.agreed) == (day, True)


def test_who_asks_to_be_left_alone_is_and_undoing_lifts_it(floor: Floor) -> None:
    one = due(floor)
    url = f"/follow-ups/{one.id}"
    empty = floor.browser().sends(url, "/today", result="stop")
    assert empty.status_code == 422
    assert "Tick what is to stop" in empty.text
    assert again(floor, one).done_at is None, "nothing was reported yet"
    floor.browser().sends(url, "/today", result="stop", stops=["unsubscribed", "do_not_call"])
    assert wishes(floor) == {SuppressionKind.UNSUBSCRIBED, SuppressionKind.DO_NOT_CALL}
    assert standing(floor, one.prospect_id) == []
    floor.browser().sends(f"{url}/undo", "/today")
    assert wishes(floor) == set()
    assert [row.id for row in standing(floor, one.prospect_id)] == [one.id]


def wishes(floor: Floor) -> set[SuppressionKind]:
    with floor.company.database.reading() as session:
        return set(session.scalars(select(Suppression.kind)))


def test_who_wants_no_calls_is_written_to(floor: Floor) -> None:
    due(floor)
    with floor.company.database.writing() as session:
        signer = floor.company.door.setting.installation.signer
        now = floor.company.door.now
        suppress(session, signer, ["dana@b.example"], SuppressionKind.DO_NOT_CALL, "a list", now)
    shown = section(floor.browser().gets("/today").text)
    assert SIGNS_OF_NO_CALLS in shown
    assert "tel:" not in shown


def test_a_renewal_that_is_near_is_why_one_calls_now(floor: Floor) -> None:
    today = floor.company.door.now.date()
    due(
        floor,
        closed_on=today - timedelta(days=300),
        outcome=LossOutcome.CHOSE_COMPETITOR,
        competitor="Acme",
        renewal_on=today + timedelta(days=60),
    )
    shown = section(floor.browser().gets("/today").text)
    assert "Acme renewal on" in shown


def test_the_rep_says_for_how_long_a_project_is_hot(floor: Floor) -> None:
    one = due(floor)
    browser, url = floor.browser(), f"/follow-ups/{one.id}/hot"
    day = floor.company.door.now.date() + timedelta(days=400)
    browser.sends(url, "/today", hot_until=str(day))
    with floor.company.database.reading() as session:
        assert session.get_one(Deal, one.deal_id).hot_until == day
        (noted,) = session.scalars(select(AuditEntry).where(AuditEntry.thing_id == one.deal_id)).all()
        assert noted.after == {"hot_until": str(day)}
    for wrong in ("tomorrow", "2099-01-01"):
        answer = browser.sends(url, "/today", hot_until=wrong)
        assert answer.status_code == 422
        assert wrong in answer.text
    browser.sends(url, "/today", hot_until="")
    with floor.company.database.reading() as session:
        assert session.get_one(Deal, one.deal_id).hot_until is None


@pytest.mark.parametrize("path", ["", "/undo", "/hot"])
def test_what_is_somebody_elses_is_not_there(floor: Floor, path: str) -> None:
    bo = floor.company.hire("Bo Fox")
    one = due(floor)
    answer = floor.browser(bo).sends(f"/follow-ups/{one.id}{path}", "/today", result="spoke")
    assert answer.status_code == 404
    assert again(floor, one).done_at is None


def test_what_is_no_button_of_ours_changes_nothing(floor: Floor) -> None:
    one = due(floor)
    strange: tuple[dict[str, Any], ...] = (
        {},
        {"result": "nonsense"},
        {"result": "stop", "stops": ["everything"]},
    )
    for said in strange:
        assert floor.browser().sends(f"/follow-ups/{one.id}", "/today", **said).status_code == 400
    assert again(floor, one).done_at is None


def test_an_empty_day_says_when_something_comes(floor: Floor) -> None:
    assert "Nothing is due." in floor.browser().gets("/today").text


def test_a_full_day_takes_few_queries(floor: Floor) -> None:
    lea = floor.company.hire("Lea Roth", Role.MANAGER)
    floor.manages(lea, floor.sam)
    for name in ("Dana Ortiz", "Ola Nord", "Ida Sund"):
        due(floor, name)
        floor.visits(f"{name} too")
    browser = floor.browser(lea)
    browser.gets("/today")  # rules are remembered for some seconds
    said: list[str] = []

    def note(*arguments: object) -> None:
        said.append(str(arguments[2]))

    engine = floor.company.database.read_engine
    event.listen(engine, "before_cursor_execute", note)
    browser.gets("/today")
    event.remove(engine, "before_cursor_execute", note)
    asked = [each for each in said if each.lstrip().startswith(("SELECT", "WITH"))]
    assert len(asked) <= MOST_QUERIES, "\n\n".join(asked)
