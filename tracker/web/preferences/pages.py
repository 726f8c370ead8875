"""What the page shows and does, without a cookie and without a script.

Some mail scanners press the buttons they find. One press unsubscribes, which RFC 8058 wants and `P7` accepts.
The other choices stand in a form as they are on record, so that pressing its button changes nothing; who
changed something is asked once more, on a page whose box nobody ticked yet, and not sooner than a person
reads it.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import render_template, request, url_for

from tracker.preferences import ONE_CLICK, PAGE, Choices, choices_of, choose, unsubscribe
from tracker.signing import Purpose, SignatureError
from tracker.web.preferences.guest import Gate
from tracker.web.preferences.wording import CHANGES, CHOICES, ONE_CLICK_FIELD, ONE_CLICK_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from tracker.installation import Installation

QUICKEST = timedelta(seconds=2)
"""Who answers the second question sooner has not read it; signed moments are whole seconds."""
SLOWEST = timedelta(hours=2)
"""So long the second question may lie open."""
YES = "yes"


class Preferences:
    """The page of whoever has the link."""

    def __init__(self, installation: Installation, clock: Callable[[], datetime]) -> None:
        """Take what to write to, and the clock."""
        self._database = installation.database
        self._signer = installation.signer
        self._gate = Gate(installation.signer)
        self._clock = clock

    def show(self, signed: str) -> ResponseReturnValue:
        """Show what is on record, to be changed."""
        return self._page(signed, self._now_chosen(self._opened(signed)))

    def ask(self, signed: str) -> ResponseReturnValue:
        """Ask whether to unsubscribe: who follows the link of a mail program's button comes here."""
        stands = self._now_chosen(self._opened(signed))
        return render_template("preferences/ask.html", signed=signed, is_done=not stands.mailings)

    def unsubscribe(self, signed: str) -> ResponseReturnValue:
        """Unsubscribe by one POST, from a mail program or from the page; once more changes nothing."""
        digest = self._opened(signed)
        # A line's end behind it is some mail program's, not another wish.
        if request.form.get(ONE_CLICK_FIELD, "").strip() != ONE_CLICK_VALUE:
            stands = self._now_chosen(digest)
            page = render_template("preferences/ask.html", signed=signed, is_done=not stands.mailings)
            return page, HTTPStatus.UNPROCESSABLE_ENTITY
        source = PAGE if request.form.get("by") == "page" else ONE_CLICK
        with self._database.writing() as session:
            unsubscribe(session, self._signer, digest, source, self._clock())
        # No redirect: RFC 8058 wants none. What mail programs do with the page is nothing.
        return render_template("preferences/ask.html", signed=signed, is_done=True)

    def choose(self, signed: str) -> ResponseReturnValue:
        """Save what was chosen; what differs from what is on record is asked once more before."""
        digest, now = self._opened(signed), self._clock()
        new = Choices(**{one.name: request.form.get(one.name) == YES for one in fields(Choices)})
        changed = self._now_chosen(digest).changed_to(new)
        if not changed:
            return self._page(signed, new, "Nothing to change: this is what is on record.")
        if request.form.get("sure") != YES or not self._is_read(digest, new, now):
            is_again = "asked" in request.form
            return self._once_more(signed, digest, new, changed, is_again=is_again)
        with self._database.writing() as session:
            choose(session, self._signer, digest, new, now)
        return self._page(signed, self._now_chosen(digest), "Saved. It holds from now on.")

    def _opened(self, signed: str) -> str:
        acts = request.method == "POST"
        return self._gate.open(signed, request.remote_addr or "", self._clock(), acts=acts)

    def _now_chosen(self, digest: str) -> Choices:
        with self._database.reading() as session:
            return choices_of(session, self._signer, digest)

    def _page(self, signed: str, stands: Choices, said: str = "") -> str:
        return render_template(
            "preferences/page.html", signed=signed, stands=stands, choices=CHOICES, said=said, yes=YES
        )

    def _once_more(
        self, signed: str, digest: str, new: Choices, changed: Sequence[str], *, is_again: bool
    ) -> ResponseReturnValue:
        page = render_template(
            "preferences/once_more.html",
            changes=[CHANGES[name, getattr(new, name)] for name in changed],
            kept=[one.name for one in fields(Choices) if getattr(new, one.name)],
            asked=self._signer.sign(Purpose.FORM, _about(digest, new), self._clock()),
            back=url_for("preferences.show", signed=signed),
            is_again=is_again,
            signed=signed,
            yes=YES,
        )
        return page, HTTPStatus.UNPROCESSABLE_ENTITY if is_again else HTTPStatus.OK

    def _is_read(self, digest: str, new: Choices, now: datetime) -> bool:
        """Whether the same was asked a while ago, of the same person."""
        try:
            asked = self._signer.verify(Purpose.FORM, request.form.get("asked"), now, SLOWEST)
        except SignatureError:
            return False
        return asked.value == _about(digest, new) and now - asked.at >= QUICKEST


def _about(digest: str, new: Choices) -> str:
    told = "".join(str(int(getattr(new, one.name))) for one in fields(Choices))
    return f"wishes-{digest}-{told}"
