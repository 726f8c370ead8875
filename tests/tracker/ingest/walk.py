"""A way through the site, request by request, with a clock that is moved by hand."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from alerts.decide import Decider
from alerts.policy import Policy
from tests.builders import NOON
from tests.tracker.ingest.stories import ORIGIN, PERSON, Setting, body, engagement, view
from tracker.ingest.front import Front, Reply
from tracker.ingest.hit import DropReason, Sender, parse
from tracker.models import Base

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from tracker.db import Database
    from tracker.ingest.committer import Committer
    from tracker.ingest.pipeline import Decide, Nudge
    from tracker.ingest.rows import VisitRow

Row = TypeVar("Row", bound=Base)


@contextmanager
def held(committer: Committer[Any, Any]) -> Iterator[None]:
    """As if somebody was committing meanwhile: what is submitted becomes the next group."""
    assert not committer._is_led
    committer._is_led = True
    yield
    committer._hand_over()


class Walk:
    """A person (or a program) in one browser, met by one web process."""

    def __init__(
        self,
        setting: Setting,
        user_agent: str = PERSON,
        *,
        now: datetime = NOON,
        database: Database | None = None,
    ) -> None:
        self.setting = setting
        self.now = now
        self.nudges: list[Nudge] = []
        self.sender = Sender("203.0.113.7", user_agent, ORIGIN)
        self.credential = ""
        installation = replace(setting.installation, database=database or setting.installation.database)
        self.front = Front(
            installation, Decider(installation, Policy()), self.nudges.extend, clock=lambda: self.now
        )

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)

    def sends(self, *hits: dict[str, object], **keys: object) -> Reply:
        if self.credential:
            keys.setdefault("credential", self.credential)
        reply = self.front.receive(parse(body(self.setting, *hits, **keys)), self.sender, "")
        self.credential = reply.credential or self.credential
        return reply

    def reads(self, path: str = "/", **keys: object) -> dict[str, object]:
        """Open a page, and stay and tap as a person does; gives the view."""
        page = view(f"{ORIGIN}{path}")
        self.sends(page, **keys)
        self.move(seconds=7)
        self.sends(engagement(page))
        return page

    def rows(self, table: type[Row]) -> list[Row]:
        """All rows, oldest first."""
        with self.setting.installation.database.reading() as session:
            return list(session.scalars(select(table).order_by(*table.__table__.primary_key)))

    def one(self, table: type[Row]) -> Row:
        (row,) = self.rows(table)
        return row

    def drops(self) -> list[DropReason]:
        """Names of what was dropped so far, each as often as it happened."""
        return sorted(self.front.drops._counts.elements())


def failing(error: BaseException, decide: Decide, prospect_id: int | None = None) -> Decide:
    """A policy that fails: always, or where a visit of this person is among those that it is asked about."""

    def fails(
        session: Session, visits: Sequence[VisitRow], now: datetime, *, news_only: bool = False
    ) -> Sequence[Nudge]:
        if prospect_id is None or any(visit.prospect_id == prospect_id for visit in visits):
            raise error
        return decide(session, visits, now, news_only=news_only)

    return fails


def later(walk: Walk) -> Walk:
    """The same way in, of which nothing is worked through before somebody asks for it."""
    walk.front.kept = lambda: None
    return walk


def is_empty(walk: Walk) -> bool:
    return walk.front.inbox.backlog().rows == 0
