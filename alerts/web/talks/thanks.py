"""The thank-you: a draft to put right, to open in one's own mail program, and to be done with."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from flask import redirect, render_template, request, url_for

from alerts.followups.record import Report, follow_ups_within, record
from alerts.followups.thanks import MAILTO_LENGTH, Draft, Thanked, mailto, note, opens_whole, thank
from alerts.ground import NotYoursError, OutcomeError
from alerts.plain import plain
from alerts.stops import asked_for
from alerts.talks.slots import slot_in_words
from alerts.web.talks.reach import say_done, talk_in_reach
from alerts.words import FollowUpKind, FollowUpResult
from tracker.models import User
from tracker.web.forms import Filled
from tracker.web.prospects.typed import typed
from tracker.words import SuppressionKind, Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from alerts.talks.about import Talk
    from tracker.web.me import Desk, Me

NAME_LENGTH = 80
BODY_LENGTH = 10_000
SENT = "sent"
"""The button that says that it went out; any other only shows the words anew."""
TOO_LONG = "Write at most 10,000 characters; nobody reads more."


class Beside(NamedTuple):
    """Whom it goes to, and what is in the way."""

    talk: Talk
    thanked: Thanked
    wishes: Collection[SuppressionKind]

    @property
    def obstacle(self) -> str:
        """Why no mail may go; empty: one may."""
        if SuppressionKind.UNSUBSCRIBED in self.wishes:
            return (
                "They asked for no more mail, so there is no draft of one. A few words by hand are welcome."
            )
        if not self.talk.person.email:
            return (
                "No mail address is on record, so there is no draft of one. A few words by hand are welcome."
            )
        return ""


class ThanksPage:
    """One deal's thank-you."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._settings = desk.installation.settings

    def show(self, me: Me, deal_id: int) -> ResponseReturnValue:
        """Show the draft, and how to send it."""
        with self._desk.database.reading() as session:
            beside = self._beside(session, me, Verb.SEE, deal_id)
            draft = thank(beside.thanked, me.reader.today)
            return self._page(beside, Filled({"subject": draft.subject, "body": draft.body}))

    def act(self, me: Me, deal_id: int) -> ResponseReturnValue:
        """Note that it was sent; or take over words that were changed, where no script does."""
        form = typed(request.form, "subject", "follow_up", texts=("body",))
        with self._desk.database.reading() as session:
            beside = self._beside(session, me, Verb.CHANGE, deal_id)
            if request.form.get("act") != SENT:
                return self._words(beside, form)
        try:
            with self._desk.database.writing() as session:
                sent = self._sent(session, me, deal_id, form.values["follow_up"])
        except OutcomeError as error:
            told = "It is not asked for any more" if isinstance(error, NotYoursError) else str(error)
            form.problems["sent"] = f"{told}. Nothing was noted."
            with self._desk.database.reading() as session:
                beside = self._beside(session, me, Verb.CHANGE, deal_id)
                return self._page(beside, form), HTTPStatus.CONFLICT
        say_done("Noted: thank-you sent.", sent, beside.talk.person.id)
        return redirect(url_for("talks.show", prospect_id=beside.talk.person.id), HTTPStatus.SEE_OTHER)

    def _words(self, beside: Beside, form: Filled) -> ResponseReturnValue:
        if len(form.values["body"]) > BODY_LENGTH:
            form.problems["body"] = TOO_LONG
        page = self._page(beside, form)
        return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if form.problems else page

    def _sent(self, session: Session, me: Me, deal_id: int, which: str) -> int:
        talk = talk_in_reach(session, self._desk, me, Verb.CHANGE, Thing.FOLLOW_UP, deal_id)
        scope = self._desk.scope(me, Verb.CHANGE, Thing.FOLLOW_UP)
        shown = int(which) if which.isdecimal() and len(which) < 10 else 0  # noqa: PLR2004  (fits every database)
        open_one = talk.follow_up
        if open_one is not None and open_one.id == shown and open_one.kind is not FollowUpKind.THANK_YOU:
            raise NotYoursError
        me_here = session.get_one(User, me.id)
        report = Report(FollowUpResult.SENT)
        return record(session, shown, me_here, follow_ups_within(scope), report, me.reader.now).id

    def _beside(self, session: Session, me: Me, verb: Verb, deal_id: int) -> Beside:
        talk = talk_in_reach(session, self._desk, me, verb, Thing.FOLLOW_UP, deal_id)
        wishes = asked_for(session, self._desk.installation.signer, talk.person.id)
        at = talk.deal.post_mortem_at
        is_agreed = at is not None and at > me.reader.now
        thanked = Thanked(
            first_name=talk.first_name,
            product=plain(talk.deal.product, NAME_LENGTH),
            rep=plain(me.name, NAME_LENGTH),
            company=plain(self._settings.company, NAME_LENGTH),
            outcome=talk.deal.outcome,
            slot=slot_in_words(at, talk.person.time_zone, me.reader.zone) if at and is_agreed else "",
            no_calls=SuppressionKind.DO_NOT_CALL in wishes,
        )
        return Beside(talk, thanked, wishes)

    def _page(self, beside: Beside, form: Filled) -> str:
        talk, draft = beside.talk, Draft(form.values["subject"], form.values["body"])
        email = "" if beside.obstacle else talk.person.email or ""
        due = talk.follow_up if talk.follow_up and talk.follow_up.kind is FollowUpKind.THANK_YOU else None
        return render_template(
            "talks/thanks.html",
            talk=talk,
            form=form,
            obstacle=beside.obstacle,
            no_calls=beside.thanked.no_calls,
            email=email,
            mailto=mailto(email, draft) if email else "",
            opens_whole=bool(email) and opens_whole(email, draft),
            most=MAILTO_LENGTH,
            note=note(beside.thanked),
            due=due,
        )
