"""*Consent and wishes*: proofs that somebody agreed, and what they asked us to leave."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from tracker import consent
from tracker.audit import What, by_user, note
from tracker.by_hand.reading import needed, read_choice
from tracker.consent import SOURCE_LENGTH, VERSION_LENGTH, Proof, Verdict
from tracker.imports.cells.fault import CellError
from tracker.imports.cells.moments import parse_moment
from tracker.left_alone import call_again, left_alone
from tracker.suppression import SOURCE_LENGTH as WISH_LENGTH
from tracker.suppression import lift, suppress
from tracker.web.forms import FieldError, Filled
from tracker.web.prospects.one import company_of, person_in_reach
from tracker.web.prospects.part import Part
from tracker.web.rooms import ANY_ID, Page
from tracker.wishes import wishes_of
from tracker.words import SuppressionKind, Thing, Verb

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from tracker.models import Prospect
    from tracker.web.me import Desk, Me

ONE = f"/prospects/<{ANY_ID}:prospect_id>/consent"
PROOF = ("text_version", "source", "given_at")
WISH = ("kind", "wish_source")
SEE, PROVE, UNDO = (Verb.SEE, Thing.CONSENT), (Verb.ADD, Thing.CONSENT), (Verb.END, Thing.CONSENT)
ASK, LIFT = (Verb.ADD, Thing.SUPPRESSION), (Verb.END, Thing.SUPPRESSION)
KINDS = {
    SuppressionKind.UNSUBSCRIBED: ("Unsubscribed", "No mailing goes to them. Calls and alerts stay."),
    SuppressionKind.DO_NOT_CALL: ("Do not call", "Nobody is told to call them. What they do is still seen."),
    SuppressionKind.DO_NOT_TRACK: (
        "Do not track",
        (
            "They are not recognised on the website, get no tracked links, and no file brings them back once"
            " they are erased."
        ),
    ),
}
REFUSED = {
    Verdict.KNOWN: "This proof is on record already.",
    Verdict.UNTRACKED: "They asked not to be tracked: that goes before any consent.",
    Verdict.TAKEN_BACK: "They took their consent back since. Only a yes given later counts: name its day.",
    Verdict.STRANGER: "Give them a mail address first: a proof is of the person behind one.",
}


def open_part(desk: Desk) -> Part:
    """Give the pages."""
    pages = Consents(desk)
    return Part(
        (Page(ONE, "consent", *SEE, pages.show),),
        (
            Page(f"{ONE}/proof", "add_proof", *PROVE, pages.prove),
            Page(f"{ONE}/back", "take_back", *UNDO, pages.take_back),
            Page(f"{ONE}/wish", "add_wish", *ASK, pages.ask),
            Page(f"{ONE}/lift", "lift_wish", *LIFT, pages.lift),
            Page(f"{ONE}/again", "call_again", *LIFT, pages.call_again),
        ),
    )


class Consents:
    """What one person agreed to, and what they asked for."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._signer = desk.installation.signer

    def show(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Show it."""
        return self._page(me, prospect_id, Filled.of(request.args, *PROOF, *WISH))

    def prove(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Put a proof on record."""
        form = Filled.of(request.form, *PROOF, *WISH)
        version = form.take(
            "text_version", lambda text: needed(text, "Write which text they agreed to", VERSION_LENGTH)
        )
        source = form.take("source", lambda text: needed(text, "Write where they agreed", SOURCE_LENGTH))
        given = form.take("given_at", lambda text: _moment(text, me)) if form.values["given_at"] else None
        if version is None or source is None or form.problems:
            return self._page(me, prospect_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
        with self._desk.database.writing() as session:
            person = person_in_reach(session, self._desk, me, *PROVE, prospect_id, lock=True)
            proof = Proof(person.email or "", version, source, given)
            (verdict,) = consent.record(session, self._signer, [proof], me.reader.now)
            if verdict is Verdict.NEW:
                told = {"text_version": version}
                note(
                    session, by_user(me.id), "add", What(Thing.CONSENT, person.id, after=told), me.reader.now
                )
        if verdict is not Verdict.NEW:
            form.problems["given_at" if verdict is Verdict.TAKEN_BACK else "text_version"] = REFUSED[verdict]
            return self._page(me, prospect_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
        flash("The proof is on record. Links that are written from now on carry it.", "good")
        return _back(prospect_id)

    def take_back(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Let no consent count any more that was given so far."""
        with self._desk.database.writing() as session:
            person = person_in_reach(session, self._desk, me, *UNDO, prospect_id, lock=True)
            ended = consent.revoke(session, [person.email] if person.email else [], me.reader.now)
            told = {"consents": ended.consents, "browsers": ended.browsers}
            note(session, by_user(me.id), "end", What(Thing.CONSENT, person.id, after=told), me.reader.now)
        flash(f"Their consent is taken back. {_browsers(ended.browsers)}", "good")
        return _back(prospect_id)

    def ask(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Put a wish on record."""
        form = Filled.of(request.form, *PROOF, *WISH)
        kind = form.take("kind", lambda text: read_choice(text, SuppressionKind))
        if kind is None:
            form.problems.setdefault("kind", "Choose what they asked for.")
        source = form.take(
            "wish_source",
            lambda text: needed(text, "Write where they said so, like “on the phone”", WISH_LENGTH),
        )
        if kind is None or source is None:
            return self._page(me, prospect_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
        with self._desk.database.writing() as session:
            person = person_in_reach(session, self._desk, me, *ASK, prospect_id, lock=True)
            if person.email and suppress(session, self._signer, [person.email], kind, source, me.reader.now):
                what = What(Thing.SUPPRESSION, person.id, after={"kind": kind})
                note(session, by_user(me.id), "add", what, me.reader.now)
            is_told = bool(person.email)
        if not is_told:
            form.problems["kind"] = REFUSED[Verdict.STRANGER].replace("a proof is", "a wish is remembered")
            return self._page(me, prospect_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
        flash(f"{KINDS[kind][0]}: that is on record, and counts for mails that wait already.", "good")
        return _back(prospect_id)

    def lift(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Forget a wish, because they say otherwise now."""
        form = Filled.of(request.form, "kind")
        kind = form.take("kind", lambda text: read_choice(text, SuppressionKind))
        with self._desk.database.writing() as session:
            person = person_in_reach(session, self._desk, me, *LIFT, prospect_id, lock=True)
            if kind and person.email and lift(session, self._signer, [person.email], kind):
                what = What(Thing.SUPPRESSION, person.id, before={"kind": kind})
                note(session, by_user(me.id), "lift", what, me.reader.now)
                flash(f"{KINDS[kind][0]}: that is lifted.", "good")
        return _back(prospect_id)

    def call_again(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Let alerts come of somebody again whom a rep's report had left alone."""
        with self._desk.database.writing() as session:
            person = person_in_reach(session, self._desk, me, *LIFT, prospect_id, lock=True)
            if call_again(session, person.id):
                what = What(Thing.SUPPRESSION, person.id, before={"kind": "left alone"})
                note(session, by_user(me.id), "lift", what, me.reader.now)
                flash("They are not left alone any more. Other wishes on record stay.", "good")
        return _back(prospect_id)

    def _page(self, me: Me, prospect_id: int, form: Filled) -> str:
        with self._desk.database.reading() as session:
            person = person_in_reach(session, self._desk, me, *SEE, prospect_id)
            return render_template(
                "prospects/consent.html",
                person=person,
                company=company_of(session, person),
                form=form,
                kinds=KINDS,
                wishes=wishes_of(session, self._signer, person.email or ""),
                left_alone_since=left_alone(session, [person.id]).get(person.id),
                proofs=_proofs(session, person),
                may_prove=me.may(*PROVE),
                may_lift=me.may(*LIFT),
            )


def _proofs(session: Session, person: Prospect) -> list[consent.OnRecord]:
    """Give what is on record, the newest first."""
    return list(consent.on_record(session, [person.email]))[::-1] if person.email else []


def _moment(text: str, me: Me) -> datetime:
    """Read when they agreed, in the reader's zone."""
    try:
        moment = parse_moment(text, None, me.reader.zone)
    except CellError as error:
        msg = "Write the day, like 2026-03-14, with the time if you know it"
        raise FieldError(msg) from error
    if moment > me.reader.now:
        msg = "That is still to come: nobody has agreed then yet"
        raise FieldError(msg)
    return moment


def _browsers(number: int) -> str:
    if not number:
        return "No browser of theirs was known."
    return (
        f"{number} browser{'' if number == 1 else 's'} of theirs {'is' if number == 1 else 'are'} forgotten."
    )


def _back(prospect_id: int) -> ResponseReturnValue:
    return redirect(url_for("prospects.consent", prospect_id=prospect_id), HTTPStatus.SEE_OTHER)
