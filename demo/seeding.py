"""Fills an empty installation with Northwind's year: people, deals, site, campaigns, visits, calls.

Everything goes the way it goes in earnest: the CRM's file through the importer, each visit through the
pipeline and the policy as of its own day, each call through the outcomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from alerts.decide import Decider
from alerts.doors import Door
from alerts.models import Alert, Message
from alerts.outcome import record
from alerts.words import Decision, MessageState, OutcomeKind
from demo.company import LEFT, MANAGER, PRIYA, SAM, email_of, pipedrive_csv
from demo.history import CAMPAIGNS, SEED, SPRING, TITLES, PastPage, PastVisit, visits
from tracker.campaigns import ensure_campaign
from tracker.imports import ImportOptions, import_file
from tracker.ingest.arrival import Arrival
from tracker.ingest.hit import Hit, Kind
from tracker.ingest.identify import BROWSER_KEY_LENGTH
from tracker.ingest.look import address_hash
from tracker.ingest.pipeline import ingest
from tracker.models import Prospect, Role
from tracker.people.users import UserWishes, add_team, add_user, set_left
from tracker.signing import new_key
from tracker.sites import SiteWishes, add_site
from tracker.tokens import ensure_tokens

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from alerts.policy import Policy
    from tracker.imports import ImportReport
    from tracker.installation import Installation

YEAR = timedelta(days=360)
TEAM = "Sales"
ZONE = "Europe/London"
CALLED_AFTER = timedelta(minutes=9)

OUTCOMES = (
    (OutcomeKind.SPOKE, "Roll-out is slower than they were told."),
    (OutcomeKind.NO_ANSWER, ""),
    (OutcomeKind.SPOKE, "Content where they are. Nice talk, no hurry."),
    (OutcomeKind.NO_ANSWER, "Left a message."),
    (OutcomeKind.REOPENED, "Wants to see the new sign-on with their own directory."),
    (OutcomeKind.SPOKE, "New head of department starts in spring; call then."),
    (OutcomeKind.NO_ANSWER, ""),
    (OutcomeKind.SPOKE, "Likes what they saw of the new release. Budget round is in two months."),
    (OutcomeKind.NOT_THEM, "On holiday all week."),
)


@dataclass(frozen=True, slots=True)
class Seeded:
    """What the rest of the demo needs to know."""

    site_key: str
    report: ImportReport
    visits: int


def seed(installation: Installation, site_url: str, policy: Policy, now: datetime) -> Seeded:
    """Fill the installation, which must be empty, with a year that ends before `now`."""
    with installation.database.writing() as session:
        _staff(session, now)
        site_key = add_site(session, SiteWishes((site_url,), "Northwind")).key
        for label, days in CAMPAIGNS:
            ensure_campaign(session, label, f"{site_url}/", now - timedelta(days=days))
        ensure_campaign(session, SPRING, f"{site_url}/", now)
    report = _import(installation, now)
    with installation.database.writing() as session:
        past = visits(now)
        _Replay(session, installation, Decider(installation, policy), site_url, site_key).run(past, now)
        _settle(session)
    return Seeded(site_key, report, len(past))


def _staff(session: Session, now: datetime) -> None:
    """Add Northwind's own people; they work around the clock, so that the demo works at any hour."""
    always = UserWishes(time_zone=ZONE, hours="always")
    manager = UserWishes(role=Role.MANAGER, time_zone=ZONE, hours="always")
    add_user(session, MANAGER, email_of(MANAGER), manager)
    add_team(session, TEAM, email_of(MANAGER))
    rep = UserWishes(team=TEAM, time_zone=always.time_zone, hours=always.hours)
    for name in (SAM, PRIYA, LEFT):
        add_user(session, name, email_of(name), rep)
    set_left(session, email_of(LEFT), now - timedelta(days=45))


def _import(installation: Installation, now: datetime) -> ImportReport:
    with TemporaryDirectory(prefix="northwind-") as folder:
        file = Path(folder) / "pipedrive-deals.csv"
        file.write_text(pipedrive_csv(now.date()), encoding="utf-8")
        return import_file(installation, file, ImportOptions(yes=True), now)


@dataclass(slots=True)
class _Replay:
    """Runs past visits through the real pipeline, each as of its own time."""

    session: Session
    installation: Installation
    decider: Decider
    site_url: str
    site_key: str

    def run(self, past: list[PastVisit], now: datetime) -> None:
        """Replay the visits in their order, with the calls that followed."""
        random = Random(SEED)  # noqa: S311  (a made-up year, no secret)
        ids = dict(self.session.execute(select(Prospect.email, Prospect.id)).all())
        tokens = ensure_tokens(
            self.session,
            ids.values(),
            now - YEAR,
            timedelta(days=self.installation.settings.token_days),
        )
        browsers: dict[tuple[str, str], str] = {}
        for visit in past:
            token = tokens[ids[visit.email]]
            place = (visit.email, visit.user_agent)
            by_link = visit.campaign or place not in browsers
            fresh = None if place in browsers else new_key(BROWSER_KEY_LENGTH)
            arrival = Arrival(
                at=visit.at,
                site=self.site_key,
                hits=self._hits(visit),
                origin=self.site_url,
                user_agent=visit.user_agent,
                address_hash=address_hash(self.installation.signer, visit.address),
                browser_key=browsers.get(place),
                token_key=token.key if by_link else None,
                by_link=bool(by_link),
                label=visit.campaign,
                new_key=fresh,
            )
            ingest(self.session, [arrival], visit.at, self.installation.signer, self.decider)
            browsers[place] = arrival.browser_key or arrival.new_key or ""
            self._call(ids[visit.email], visit.at, random)

    def _hits(self, visit: PastVisit) -> tuple[Hit, ...]:
        left = visit.length
        hits = []
        for page in visit.pages:
            hits.append(self._hit(page, Kind.VIEW, left))
            left -= timedelta(milliseconds=page.visible_ms)
            hits.append(self._hit(page, Kind.LEAVE, left))
        return tuple(hits)

    def _hit(self, page: PastPage, kind: Kind, age: timedelta) -> Hit:
        over = kind is Kind.LEAVE
        return Hit(
            id=page.hit_id,
            kind=kind,
            url=self.site_url + page.path,
            title=TITLES[page.path],
            referrer="",
            age=age,
            visible_ms=page.visible_ms if over else 0,
            first_gesture_ms=page.first_gesture_ms if over else None,
            last_gesture_ms=page.last_gesture_ms if over else None,
            bursts=page.bursts if over else 0,
            driver=False,
        )

    def _call(self, prospect_id: int, at: datetime, random: Random) -> None:
        """Have the mail sent and the rep call, where this visit made it come to that."""
        alert = self.session.scalar(
            select(Alert).where(
                Alert.prospect_id == prospect_id,
                Alert.decision == Decision.CALL,
                Alert.decided_at == at,
                Alert.sent_at.is_(None),
            )
        )
        if alert is None or alert.user_id is None:
            return
        alert.sent_at = alert.due_at
        kind, note = random.choice(OUTCOMES)
        record(
            self.session,
            self.installation.signer,
            Door(alert.id, alert.user_id),
            kind,
            at + CALLED_AFTER,
            note=note,
        )


def _settle(session: Session) -> None:
    """Close what lies in the past, so that nothing of it is mailed today."""
    session.execute(update(Alert).where(Alert.closed_at.is_(None)).values(closed_at=Alert.decided_at))
    session.execute(
        update(Message)
        .where(Message.state == MessageState.PENDING)
        .values(state=MessageState.SENT, attempts=1, sent_at=Message.next_attempt_at)
    )
