"""What a review counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from alerts.models import Debrief, FollowUp
from alerts.review.asked import Asked
from alerts.review.calls import Waits
from alerts.review.complaints import About
from alerts.review.figures import count
from alerts.words import FollowUpKind, FollowUpResult, OutcomeKind
from tests.alerts.review.lost import ASKED, NOW, OCTOBER, TODAY, lose
from tests.alerts.scenes import add_alert, add_outcome, add_visit
from tests.builders import add_prospect, add_user
from tracker.calendar_month import Month
from tracker.findings import Learned, learn
from tracker.ingest.intent import DEFAULT_POINTS
from tracker.listing import relist
from tracker.models import Interview, InterviewAnswer, Prospect, Visit, deal_prospects
from tracker.signing import Signer, new_key
from tracker.words import FindingKind, FindingSource, ReasonKind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from alerts.models import Alert
    from alerts.review.complaints import Complaint
    from alerts.review.figures import Figures
    from tracker.models import Deal, User

MID_OCTOBER = datetime(2026, 10, 14, 12, tzinfo=UTC)


def prospect_of(session: Session, deal: Deal) -> int:
    person = select(deal_prospects.c.prospect_id).where(deal_prospects.c.deal_id == deal.id)
    found: int = session.scalars(person).one()
    return found


def tell(session: Session, deal: Deal, rep: User, at: datetime = MID_OCTOBER) -> Alert:
    person = add_prospect(session)
    return add_alert(session, add_visit(session, person, at=at), rep, sent_at=at, deal_id=deal.id)


def complaints(figures: Figures, about: About) -> dict[str, Complaint]:
    return {one.complaint.name: one.complaint for one in figures.judged if one.complaint.about is about}


def test_the_losses_of_the_month_beside_those_of_twelve(session: Session) -> None:
    lose(session)
    lose(session, currency="EUR", value_minor=1_000_000)
    lose(session, value_minor=None, reason_kind=None, reason="", competitor="")
    lose(session, day=date(2025, 11, 1))
    for day in (date(2025, 10, 31), date(2026, 11, 1), date(2006, 10, 14)):
        lose(session, day=day)
    lose(session, not_qualified=True)
    it = count(session, ASKED)
    assert (it.month.lost, it.month.value, it.month.unvalued) == (3, {"EUR": 1_000_000, "GBP": 4_800_000}, 1)
    assert (it.year.lost, it.year.value["GBP"]) == (4, 9_600_000)
    assert [number for _, number, _ in it.by_month] == [1, *10 * [0], 3]
    assert complaints(it, About.REASON)["Price"].deals == 3
    twenty_years_ago = count(session, Asked(Month(2006, 10), "UTC", TODAY))
    assert twenty_years_ago.month.lost == 1


def test_a_deal_lost_in_the_future_counts_when_its_day_comes(session: Session) -> None:
    lose(session, day=date(2026, 11, 20))
    lose(session, day=None)  # type: ignore[arg-type]  # nobody said
    asked = Asked(Month(2026, 11), "UTC", TODAY)
    it = count(session, asked)
    assert (it.month.lost, it.beside.ahead, it.beside.undated) == (0, 1, 1)
    assert count(session, Asked(asked.month, "UTC", date(2026, 11, 20))).month.lost == 1


def test_what_talks_say_stands_beside_the_crm(session: Session) -> None:
    deal = lose(session)
    lose(session, reason="SSO missing; and SSO", reason_kind=ReasonKind.FEATURE, competitor="Acme; Bolt ")
    learn(
        session,
        deal.id,
        prospect_of(session, deal),
        FindingSource.INTERVIEW,
        1,
        [
            Learned(FindingKind.REASON, "No SSO", ReasonKind.FEATURE),
            Learned(FindingKind.COMPETITOR, "acme"),
            Learned(FindingKind.HELPER, "Jo of Acme"),
        ],
        NOW,
    )
    it = count(session, ASKED)
    reasons, winners = complaints(it, About.REASON), complaints(it, About.COMPETITOR)
    assert (reasons["Price"].deals, reasons["Price"].in_talks) == (1, 0)
    assert (reasons["A missing feature"].deals, reasons["A missing feature"].in_talks) == (1, 1)
    assert (winners["Acme"].deals, winners["Acme"].in_talks, len(winners["Acme"].companies)) == (2, 1, 2)
    assert winners["Bolt"].deals == 1
    sso = complaints(it, About.MISSING)["SSO"]
    assert (sso.deals, sso.in_talks, len(sso.companies)) == (1, 1, 2)
    assert set(sso.samples) == {"SSO missing; and SSO", "No SSO"}
    assert it.interviews.helpers == (("Jo of Acme", 1),)


def test_told_called_reopened_and_won_back(session: Session) -> None:
    sam = add_user(session)
    deals = [lose(session, sam) for _ in range(4)]
    for deal, minutes, kind in zip(
        deals,
        (10, 90, 20, 30),
        (OutcomeKind.SPOKE, OutcomeKind.REOPENED, OutcomeKind.WON_BACK, OutcomeKind.WRONG_PERSON),
        strict=True,
    ):
        add_outcome(session, tell(session, deal, sam), sam, kind, at=MID_OCTOBER + timedelta(minutes=minutes))
    undone = tell(session, deals[0], sam)
    add_outcome(session, undone, sam, OutcomeKind.WON_BACK, undone_at=MID_OCTOBER)
    tell(session, deals[0], sam, at=datetime(2026, 3, 1, tzinfo=UTC))
    it = count(session, ASKED)
    assert it.month.waits == Waits(told=5, called=3, median_s=23 * 60, within_hour=2)
    assert (it.year.waits.told, it.year.waits.called) == (6, 3)
    assert (it.month.reopened, it.month.won, it.month.won_value) == (1, 1, {"GBP": 4_800_000})
    (price,) = it.reasons
    assert (price.key, price.losses, price.told, price.called, price.reopened) == ("price", 4, 6, 3, 1)
    assert [(row.key, row.losses, row.told) for row in it.reps] == [(sam.id, 4, 6)]


def test_a_deal_comes_back_once_however_often_it_is_said(session: Session) -> None:
    sam = add_user(session)
    deal = lose(session, sam)
    for _ in range(2):
        add_outcome(session, tell(session, deal, sam), sam, OutcomeKind.WON_BACK, at=MID_OCTOBER)
    for result, at in ((FollowUpResult.WON_BACK, NOW), (FollowUpResult.REOPENED, MID_OCTOBER)):
        session.add(
            FollowUp(
                deal_id=deal.id,
                prospect_id=prospect_of(session, deal),
                user_id=sam.id,
                kind=FollowUpKind.CHECK_IN,
                not_before=TODAY,
                due_on=TODAY,
                done_at=at,
                result=result,
            )
        )
    session.flush()
    it = count(session, ASKED)
    assert (it.month.reopened, it.month.won, it.month.won_value) == (1, 1, {"GBP": 4_800_000})


def test_who_came_back_did_so_after_the_loss(session: Session) -> None:
    early, late = lose(session), lose(session)
    signer = Signer(["0123456789abcdefghijklmnopqrstuv"])
    for deal, day in ((early, 14), (late, 15)):
        person = session.get_one(Prospect, prospect_of(session, deal))
        add_visit(session, person, at=datetime(2026, 10, day, 12, tzinfo=UTC))
        relist(session, [person.id], DEFAULT_POINTS, signer)
    it = count(session, ASKED)
    assert (it.month.returned, it.beside.people) == (1, 2)
    assert count(session, Asked(OCTOBER, "UTC", TODAY, (0,))).beside.people == 2  # nobody owns them


def test_a_manager_sees_the_team_s_and_what_is_nobody_s(session: Session) -> None:
    sam, bo = add_user(session), add_user(session, "Bo Fox", left_at=NOW)
    for owner in (sam, bo, None):
        lose(session, owner)
    tell(session, lose(session, bo), bo)
    it = count(session, Asked(OCTOBER, "Europe/London", TODAY, (sam.id,)))
    assert (it.month.lost, it.month.waits.told) == (2, 0)
    everybody = count(session, ASKED)
    assert (everybody.month.lost, everybody.month.waits.told) == (4, 1)
    assert {row.key for row in everybody.reps} == {sam.id, bo.id, None}


def test_debriefs_are_sums_and_never_tell_whose(session: Session) -> None:
    reps = [add_user(session, name) for name in ("Sam Reed", "Priya Nair")]
    for rep, answer in zip((*reps, reps[0]), ("yes", "no", "partly"), strict=True):
        session.add(
            Debrief(
                deal_id=lose(session, rep).id,
                user_id=rep.id,
                answers={"explored": answer, "gone": "yes", "asked": "perhaps"},
                at=NOW,
                changed_at=NOW,
            )
        )
    session.flush()
    sums = count(session, ASKED).debriefs
    assert sums.number == 3
    assert {str(answer): number for answer, number in sums.answers[next(iter(sums.answers))].items()} == {
        "yes": 1,
        "partly": 1,
        "no": 1,
    }
    assert sums.may_be_shown(to_manager=True)
    assert not sums.may_be_shown(to_manager=False)  # two reps wrote them
    assert not count(session, Asked(OCTOBER, "UTC", TODAY, (reps[1].id,))).debriefs.may_be_shown(
        to_manager=True
    )


def test_interviews_are_counted_by_question(session: Session) -> None:
    sam = add_user(session)
    for willing in (True, False, None):
        deal = lose(session)
        row = Interview(
            key=new_key(16),
            deal_id=deal.id,
            prospect_id=prospect_of(session, deal),
            made_by=sam.id,
            made_at=NOW,
            expires_at=NOW,
            started_at=NOW,
            finished_at=None if willing is None else NOW,
            willing=willing,
        )
        session.add(row)
        session.flush()
        session.add(InterviewAnswer(interview_id=row.id, question="reason", text="Dear", at=NOW))
    session.flush()
    it = count(session, ASKED).interviews
    assert (it.number, it.finished, it.willing, it.unwilling) == (3, 2, 1, 1)
    assert {str(topic): number for topic, number in it.answers.items()} == {"reason": 3}


def test_which_reasons_led_to_a_conversation(session: Session) -> None:
    sam = add_user(session)
    for at, kind in enumerate((OutcomeKind.SPOKE, OutcomeKind.NO_ANSWER, OutcomeKind.STOP)):
        alert = tell(session, lose(session), sam)
        alert.closed_at = MID_OCTOBER
        reasons = [{"name": "on their own"}, {"name": "earlier visits"}]
        visit = session.get_one(Visit, alert.visit_id)
        visit.intent_reasons = reasons if at else [{"name": "page: pricing"}]
        add_outcome(session, alert, sam, kind, at=MID_OCTOBER)
    session.flush()
    rows = {row.name: row for row in count(session, ASKED).led}
    assert set(rows) == {"on their own", "page: pricing"}
    alone = rows["on their own"]
    assert (alone.calls, alone.talks, alone.all_calls, alone.all_talks) == (2, 1, 3, 2)


def test_nothing_is_nothing(session: Session) -> None:
    assert count(session, ASKED).is_nothing
    lose(session)
    assert not count(session, ASKED).is_nothing
