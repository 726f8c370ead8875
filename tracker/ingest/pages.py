"""The page views that hits are about: found among all there are, and written at once.

What is stored of a page may be of any month, for a tab can be left open for long. But nearly all hits are of
pages opened just now, and on PostgreSQL each month that is asked for costs as much as the one that has it
(`tracker.months`). So the others are asked for those pages alone that may be in them:

- what says that a page has just been opened (a *view*) is told once, and `MAX_AGE` later no more;
- of a page that was opened within the months asked for, no part is earlier than `MAX_AGE` before its first.
"""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, not_, select, update

from tracker.among import among
from tracker.ingest.evidence import Page
from tracker.ingest.hit import MAX_AGE, Kind
from tracker.ingest.rows import COLUMNS, visits_in_hand
from tracker.models import Browser, PageView, Visit
from tracker.months import month_of, within
from tracker.setwise import columns_of, insert_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from tracker.ingest.hit import Hit
    from tracker.ingest.rows import VisitRow

LATELY = timedelta(days=31)
"""So far back every page is looked for, by whole months. Were the very bytes of a view to come again later
than that (a machine that slept over a request), they would be a page of their own: the time they say they
were kept back is then wrong.
"""
CLOCKS_APART = timedelta(days=1)
"""Page views of hosts whose clock is ahead of ours are looked for, too."""

_COLUMNS = tuple(getattr(PageView, field.name) for field in fields(Page))
_told = columns_of(tuple(field.name for field in fields(Page) if field.name != "id"))
_GROWING = tuple(
    field.name
    for field in fields(Page)
    if field.name not in {"id", "hit_id", "part", "url", "title", "referrer", "topic"}
)


class Pages:
    """Page views on their way from the database, through the hits, and back."""

    def __init__(self, session: Session, now: datetime) -> None:
        """Look for nothing yet."""
        self._session = session
        self._since, self._until = month_of(now - LATELY), month_of(now + CLOCKS_APART, 1)
        self._lately = within(now - LATELY, now + CLOCKS_APART)
        self._found: list[tuple[Page, Page]] = []
        self._new: list[tuple[Page, VisitRow]] = []

    def find(self, hits: Collection[Hit]) -> Iterator[tuple[Page, VisitRow, datetime | None]]:
        """Give all parts of the pages that hits are of, in their order, each page's together.

        With each its visit, and when that visit's browser was told to forget.
        """
        found = list(self._ask({hit.id for hit in hits}, self._lately))
        found.sort(key=lambda row: row[0].part)
        old = self._may_be_older(hits, [page for page, *_ in found])
        if old:
            found += self._ask(old, not_(self._lately))
            found.sort(key=lambda row: row[0].part)
        for page, visit, revoked_at in found:
            self._found.append((page, copy(page)))
            yield page, visit, revoked_at

    def add(self, page: Page, visit: VisitRow) -> None:
        """Take in a new page view."""
        self._new.append((page, visit))

    def store(self) -> None:
        """Write what is new, and of what was found what has changed. Their visits have ids by now."""
        insert_rows(
            self._session,
            PageView,
            [_told(page) | {"visit_id": visit.id} for page, visit in self._new],
        )
        changed = [(page, self._is_of_lately(was)) for page, was in self._found if page != was]
        self._write([page for page, of_lately in changed if of_lately], self._lately)
        self._write([page for page, of_lately in changed if not of_lately], not_(self._lately))

    def _is_of_lately(self, page: Page) -> bool:
        return self._since <= page.at < self._until

    def _may_be_older(self, hits: Collection[Hit], found: Collection[Page]) -> set[str]:
        """Give the pages of which there may be more than what was found of lately."""
        opened = {hit.id for hit in hits if hit.kind is Kind.VIEW}
        parts: dict[str, list[Page]] = defaultdict(list)
        for page in found:
            parts[page.hit_id].append(page)
        old = {hit.id for hit in hits if hit.id not in parts and hit.id not in opened}
        for hit_id, known in parts.items():
            first = min(page.at for page in known)
            if first < self._since + MAX_AGE or [page.part for page in known] != list(range(len(known))):
                old.add(hit_id)
        return old

    def _write(self, pages: Collection[Page], when: ColumnElement[bool]) -> None:
        """Write what grows of pages; `when` says of which months they were until now."""
        if pages:
            self._session.connection().execute(
                update(PageView)
                .where(PageView.id == bindparam("number"), when)
                .values({name: bindparam(f"new_{name}") for name in _GROWING}),
                [
                    {"number": page.id} | {f"new_{name}": getattr(page, name) for name in _GROWING}
                    for page in pages
                ],
            )

    def _ask(
        self, hit_ids: Collection[str], when: ColumnElement[bool]
    ) -> Iterator[tuple[Page, VisitRow, datetime | None]]:
        rows = visits_in_hand(self._session)
        for revoked_at, *values in self._session.execute(
            select(Browser.revoked_at, *_COLUMNS, *COLUMNS)
            .join_from(PageView, Visit, Visit.id == PageView.visit_id)
            .join(Browser, Browser.id == Visit.browser_id)
            .where(among(PageView.hit_id, hit_ids), when)
            .order_by(Visit.id)  # in which they are locked
            .with_for_update(of=Visit, key_share=True)
        ):
            page, visit = values[: len(_COLUMNS)], values[len(_COLUMNS) :]
            yield Page(*page), rows.hold(*visit), revoked_at
