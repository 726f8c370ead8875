"""Sam's day on one page; each story on both databases."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from alerts.policy import Hold
from alerts.today.calls import CALLS_FOR
from alerts.today.present import HERE_FOR
from alerts.words import Decision
from tests.builders import add_owner_name
from tracker.models import Prospect, User
from tracker.suppression import suppress
from tracker.words import Role, State, SuppressionKind

if TYPE_CHECKING:
    from tests.alerts.web.today.floor import Floor

NOT_TOLD = {"decision": Decision.HOLD, "sent_at": None, "due_at": None}
HELD = NOT_TOLD | {"why": Hold.OPEN_DEAL.value, "sentence": "They have an open deal."}
FOR_DIGEST = NOT_TOLD | {"decision": Decision.DIGEST, "why": "ordinary visit", "sentence": "Worth knowing."}
MOST_QUERIES = 12
"""That a page may ask the database."""
STAMP = re.compile(r'id="stamp" name="seen" value="(\w+)"')


def seen(floor: Floor, path: str = "/today", user: User | None = None) -> str:
    answer = floor.browser(user).gets(path)
    assert answer.status_code == 200
    return answer.text


def test_who_is_on_the_site_reads_what_and_what_was_lost(floor: Floor) -> None:
    floor.visits("Dana Ortiz")
    floor.visits("Ola Nord", state=State.UNCONFIRMED, alert=HELD)
    floor.visits("A Program", state=State.MACHINE, alert=HELD)
    floor.visits("One Of Us", state=State.INTERNAL, alert=HELD)
    floor.visits("Somebody Else", not_theirs=True, alert=HELD)
    page = seen(floor)
    here = page[page.index('id="here"') : page.index('id="calls"')]
    assert "Pricing, 3 min" in here
    assert "£48k, lost to Acme, Mar 2025. CRM says: price." in here
    assert here.index("Dana Ortiz") < here.index("Not confirmed") < here.index("Ola Nord")
    assert not any(name in here for name in ("A Program", "One Of Us", "Somebody Else"))
    floor.company.door.now += HERE_FOR
    assert "Nobody at the moment" in seen(floor)


def test_a_call_has_number_clock_reason_and_age_and_the_strongest_comes_first(floor: Floor) -> None:
    floor.visits("Dana Ortiz", alert={"intent": 60})
    floor.visits("Ola Nord", alert={"intent": 80})
    floor.company.door.move(minutes=12)
    page = seen(floor)
    calls = page[page.index('id="calls"') :]
    assert calls.index("Ola Nord") < calls.index("Dana Ortiz")
    assert 'href="tel:+442079460018"' in calls
    assert "12:12 for Dana (London)" in calls
    assert "12 min ago" in calls
    assert "£48k, lost to Acme" in calls


def test_what_is_not_due_closed_taken_back_old_or_a_colleagues_is_no_call_to_make(floor: Floor) -> None:
    now = floor.company.door.now
    kim = floor.company.hire("Kim Berg")
    floor.visits("Not Due", alert={"sent_at": None, "due_at": now + timedelta(seconds=20)})
    floor.visits("Closed", alert={"closed_at": now})
    floor.visits("Taken Back", alert={"corrected_at": now})
    floor.visits("Old", alert={"decided_at": now - CALLS_FOR})
    floor.visits("Kims", owner=kim)
    page = seen(floor)
    assert "No call to make." in page
    assert "Kims" not in page


def test_who_asked_not_to_be_called_is_not_among_the_calls(floor: Floor) -> None:
    floor.visits("Dana Ortiz")
    with floor.company.database.writing() as session:
        person = session.get_one(Prospect, 1)
        signer = floor.company.door.setting.installation.signer
        suppress(
            session, signer, [person.email or ""], SuppressionKind.DO_NOT_CALL, "list", person.created_at
        )
    page = seen(floor)
    assert "tel:" not in page
    assert "No call to make." in page


def test_a_deputy_has_the_calls_that_were_given_to_them(floor: Floor) -> None:
    kim = floor.company.hire("Kim Berg")
    alert_id = floor.visits("Dana Ortiz", alert={"user": kim})
    assert "Dana Ortiz" in seen(floor, user=kim)
    kims = floor.browser(kim)
    assert kims.sends(f"/alerts/{alert_id}/outcome", "/today", kind="spoke", seen="open").status_code == 303
    assert [one.user_id for one in floor.outcomes()] == [kim.id]


def test_a_manager_sees_the_teams_calls_by_name_and_may_narrow_to_one_rep(floor: Floor) -> None:
    lea, kim = floor.company.hire("Lea Roth", Role.MANAGER), floor.company.hire("Kim Berg")
    alien = floor.company.hire("Not Ours")
    floor.manages(lea, floor.sam, kim)
    floor.visits("Dana Ortiz")
    floor.visits("Ola Nord", owner=kim)
    floor.visits("Far Away", owner=alien)
    page = seen(floor, user=lea)
    assert "Sam Reed\N{RIGHT SINGLE QUOTATION MARK}s call" in page
    assert "Kim Berg\N{RIGHT SINGLE QUOTATION MARK}s call" in page
    assert "Far Away" not in page
    narrow = seen(floor, f"/today?rep={kim.id}", lea)
    assert "Ola Nord" in narrow
    assert "Dana Ortiz" not in narrow
    assert floor.browser(lea).gets(f"/today?rep={alien.id}").status_code == 404
    assert floor.browser(lea).gets("/today?rep=x").status_code == 404
    assert "Far Away" in seen(floor, user=floor.company.hire("Ada Admin", Role.ADMIN))


def test_a_marketer_has_no_day_of_calls(floor: Floor) -> None:
    assert floor.browser(floor.company.hire("Mo Lind", Role.MARKETER)).gets("/today").status_code == 403


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER])
def test_today_is_where_one_arrives(floor: Floor, role: Role) -> None:
    browser = floor.browser(floor.company.hire("Kim Berg", role))
    assert browser.gets("/").location == "/today"


def test_the_live_part_says_nothing_while_nothing_changes(floor: Floor) -> None:
    floor.visits("Dana Ortiz")
    sams = floor.browser()
    found = STAMP.search(sams.gets("/today").text)
    assert found is not None
    live = f"/today/live?seen={found[1]}"
    assert sams.gets(live).status_code == 204
    floor.visits("Ola Nord")
    changed = sams.gets(live)
    assert changed.status_code == 200
    assert "Ola Nord" in changed.text
    assert "<html" not in changed.text


def test_what_is_held_or_for_the_digest_is_counted_and_explained(floor: Floor) -> None:
    floor.visits("Ola Nord", alert=FOR_DIGEST)
    floor.visits("Dana Ortiz", alert=HELD)
    floor.visits("A Program", state=State.MACHINE, alert=HELD | {"why": Hold.MACHINE.value})
    page = seen(floor)
    assert "1 visit for the next digest, 1 held today." in page
    rows = seen(floor, "/today/waiting")
    assert "For the digest: Worth knowing." in rows
    assert "Held: They have an open deal." in rows
    assert "A Program" not in rows


def test_an_empty_day_says_what_comes_next(floor: Floor) -> None:
    kim = floor.company.hire("Kim Berg", time_zone="Europe/London")
    assert "No visit was seen yet." in seen(floor, user=kim)
    floor.visits("Dana Ortiz")
    assert "No prospects are yours yet." in seen(floor, user=kim)
    with floor.company.database.writing() as session:
        add_owner_name(session, session.get_one(User, kim.id))
    page = seen(floor, user=kim)
    assert "Nobody at the moment." in page
    assert "comes with the next digest" in page
    assert "Wed 11 Mar, 09:00" in page


def test_names_and_titles_from_outside_are_text(floor: Floor) -> None:
    floor.visits("<script>alert(1)</script>", alert={"sentence": "<img src=x>"})
    page = seen(floor)
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_the_page_takes_few_queries_however_much_there_is(floor: Floor) -> None:
    lea = floor.company.hire("Lea Roth", Role.MANAGER)
    floor.manages(lea, floor.sam)
    for name in ("Dana Ortiz", "Ola Nord", "Ida Sund"):
        floor.visits(name)
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
