"""Whose visit is it? Humanity and identity are two questions: a person was there, but was it the prospect?

What is odd about it is derived again with every hit, and kept with the visit by name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.ingest.signs import OWN_BROWSER
from tracker.models import Browser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.models import Visit

SHARED = "shared browser"
FORWARDED = "possibly forwarded"
NEW_BROWSER = "new browser"


@dataclass(slots=True)
class Identities:
    """What is known of the browsers and people behind some visits."""

    browsers: dict[int, Browser] = field(default_factory=dict)

    @classmethod
    def load(cls, session: Session, visits: Sequence[Visit]) -> Identities:
        """Load it at once for all of them."""
        ids = {visit.browser_id for visit in visits}
        rows = session.scalars(select(Browser).where(Browser.id.in_(ids)))
        return cls({row.id: row for row in rows})

    def own(self, visit: Visit) -> tuple[str, ...]:
        """Name what makes it a visit of our own people, by `tracker.ingest.signs`."""
        return (OWN_BROWSER,) if self.browsers[visit.browser_id].own_user_id is not None else ()

    def odd(self, visit: Visit) -> list[str]:
        """Name what is odd about whose visit it is."""
        return [SHARED] if self.browsers[visit.browser_id].shared else []
