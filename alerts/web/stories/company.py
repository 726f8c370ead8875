"""A company's whole story."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import abort, render_template

from alerts.plain import printable
from alerts.web.stories.reach import in_reach
from tracker.models import Account

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from tracker.web.me import Desk, Me


class CompanyPage:
    """Its people, its deals, and what happened with all of them."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me, account_id: int) -> ResponseReturnValue:
        """Show one; 404 where nobody of it is in reach."""
        with self._desk.database.reading() as session:
            if not in_reach(session, self._desk, me, Account, account_id):
                abort(HTTPStatus.NOT_FOUND)
            name = printable(session.get_one(Account, account_id).name)
            return render_template("stories/company.html", name=name)
