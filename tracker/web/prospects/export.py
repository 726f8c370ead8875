"""The list as a CSV for the mailing service, with each one's token: for those who may send mailings."""

from __future__ import annotations

from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING

from flask import Response, flash, redirect, request

from tracker.audit import What, by_user, note
from tracker.mailing_list import mailing_list
from tracker.merge_fields import MergeFields
from tracker.segments.matching import everybody
from tracker.segments.tokens import tokens_csv
from tracker.web.prospects.asked import NAME_WINNER, REFUSED, said_here, segment_here
from tracker.web.prospects.part import Part
from tracker.web.prospects.wanted import list_address
from tracker.web.rooms import Page
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from tracker.mailing_list import MailingList
    from tracker.web.me import Desk, Me


def open_part(desk: Desk) -> Part:
    """Give the way to take the list along."""
    return Part((), (Page("/prospects/export", "export", Verb.EXPORT, Thing.LINK, Export(desk).take),))


class Export:
    """Takes the list along."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def take(self, me: Me) -> ResponseReturnValue:
        """Give everybody who matches and may be mailed; nobody, where a part of it makes no sense."""
        said = said_here()
        if not said.is_clear:
            flash(REFUSED, "bad")
            return redirect(list_address(said.values(), segment_here()), HTTPStatus.SEE_OTHER)
        wanted = said.wanted
        desk, now = self._desk, me.reader.now
        scope = desk.scope(me, Verb.EXPORT, Thing.LINK)
        with desk.database.reading() as session:
            chosen = mailing_list(session, desk.installation.signer, everybody(wanted, scope, now))
        with desk.database.writing() as session:
            after = {"people": len(chosen.recipients), "filter": wanted.told()}
            note(session, by_user(me.id), "export", What(Thing.LINK, after=after), now)
        fields = fields_here(desk)
        parts = tokens_csv(desk.database, desk.installation, chosen.recipients, fields, now)
        text = (part.encode("utf-8") for part in chain([next(parts)], parts))
        flash(_told(chosen))
        name = f"prospects-{me.reader.today.isoformat()}.csv"
        answer = Response(text, mimetype="text/csv")
        answer.headers.set("Content-Disposition", "attachment", filename=name)
        return answer


def fields_here(desk: Desk) -> MergeFields:
    """Give what the list says besides, as the form wants it."""
    installation = desk.installation
    return MergeFields(
        installation.signer, installation.settings.base_url, competitor=bool(request.form.get(NAME_WINNER))
    )


def _told(chosen: MailingList) -> str:
    left_out = ", ".join(f"{number:,} {reason}" for reason, number in sorted(chosen.left_out.items()))
    people = len(chosen.recipients)
    said = f"The list with {people:,} {'person' if people == 1 else 'people'} was downloaded."
    return f"{said} Left out: {left_out}." if left_out else said
