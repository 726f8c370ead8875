"""Gather everything a rep needs for one call: deal, visit and intent become one frozen Briefing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.briefing.facts import Briefing, IntentReason, Who, Why
from alerts.briefing.known import Known
from alerts.briefing.local_time import local_time, read_phone
from alerts.briefing.lost import lost, lost_deals
from alerts.briefing.moments import UTC_ZONE, zone_named
from alerts.briefing.saying import opener, questions
from alerts.briefing.seen import seen
from alerts.briefing.since import since
from alerts.models import Alert
from alerts.plain import plain
from tracker.models import Account, Prospect, User, Visit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tracker.installation import Installation

NAME_LENGTH = 80
FIRST_NAME_LENGTH = 40
ACCOUNT_LENGTH = 80
EMAIL_LENGTH = 254
TITLE_LENGTH = 80
COMPANY_LENGTH = 60
WHY_LENGTH = 60
SENTENCE_LENGTH = 240


class NoSuchAlertError(LookupError):
    """The alert is gone, e.g. because its prospect was erased."""


def brief(
    session: Session,
    installation: Installation,
    alert_id: int,
    now: datetime,
    *,
    reader_id: int | None = None,
    known: Known | None = None,
) -> Briefing:
    """Tell everything about one alert as of `now`, to `reader_id` (by default whom the alert is for).

    Days and times are in the reader's zone, the prospect's own clock aside. `known` is the alert and what
    is on record of its person, if that was loaded before.

    Raises:
        NoSuchAlertError: there is no such alert any more.

    """
    known = known or Known.load(session, Alert.id == alert_id)
    alert = next((each for each in known.alerts if each.id == alert_id), None)
    if alert is None:
        msg = f"there is no alert {alert_id}"
        raise NoSuchAlertError(msg)
    settings = installation.settings
    prospect = session.get_one(Prospect, alert.prospect_id)
    visit = session.get_one(Visit, alert.visit_id)
    reader = session.get(User, reader_id or alert.user_id or 0)
    reader_zone = zone_named(reader.time_zone if reader else settings.time_zone) or UTC_ZONE
    told = reader.id if reader else None
    deals = lost_deals(known, alert, prospect)
    deal = deals[0].deal if deals else None
    terms = installation.rules.points(session).terms
    who = who_is(session, prospect)
    phone = read_phone(prospect.phone, prospect.country, settings.phone_region)
    return Briefing(
        alert_id=alert.id,
        who=who,
        phone=phone,
        local_time=local_time(prospect.time_zone, phone, prospect.country, now),
        seen=seen(session, visit, now, reader_zone),
        lost=lost(deals, told, now, reader_zone),
        since=since(known.outcomes(prospect), deal, told, now, reader_zone, terms),
        say=opener(
            who.first_name,
            plain(reader.name, NAME_LENGTH).partition(" ")[0] if reader else "",
            plain(settings.company, COMPANY_LENGTH),
            deal.outcome if deal else None,
        ),
        ask=questions(deal.outcome if deal else None, deal.reason_kind if deal else None),
        why=_why(alert, visit),
    )


def who_is(session: Session, prospect: Prospect) -> Who:
    """Name somebody, fit to be read."""
    account = session.get(Account, prospect.account_id) if prospect.account_id else None
    return Who(
        prospect_id=prospect.id,
        name=_named(prospect.name, NAME_LENGTH),
        first_name=_named(prospect.first_name, FIRST_NAME_LENGTH),
        account=_named(account.name, ACCOUNT_LENGTH) if account else "",
        email=_named(prospect.email or "", EMAIL_LENGTH),
        job_title=_named(prospect.job_title, TITLE_LENGTH),
    )


def _named(text: str, limit: int) -> str:
    """Take a name as it was typed into somebody's form: one line, and no link in a mail program."""
    return plain(text.replace("://", " "), limit)


def _why(alert: Alert, visit: Visit) -> Why:
    return Why(
        name=plain(alert.why, WHY_LENGTH),
        sentence=plain(alert.sentence, SENTENCE_LENGTH),
        intent=alert.intent,
        tier=alert.tier,
        reasons=tuple(
            IntentReason(
                plain(str(reason.get("name", "")), WHY_LENGTH),
                int(reason.get("points", 0)),
                plain(str(reason.get("sentence", "")), SENTENCE_LENGTH),
            )
            for reason in visit.intent_reasons
        ),
    )
