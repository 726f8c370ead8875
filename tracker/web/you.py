"""*You*: a user's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from tracker.web.me import Desk, Me


class You:
    """What users say of themselves."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def show(self, me: Me) -> ResponseReturnValue:
        """Show it."""
        return render_template("house/you.html", here="desk.you", name=me.name)
