"""The list of a campaign's recipients as a CSV for the mailing service, with each one's token and link."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING

from flask import Response, flash, redirect

from tracker.audit import What, by_user, note
from tracker.campaign_list import list_in_parts
from tracker.links import LinkError, tracked_url
from tracker.mailing_list import LinkWriter
from tracker.segments.matching import everybody
from tracker.web.campaigns.mailing import Asked
from tracker.web.campaigns.one import ONE, campaign_there
from tracker.web.prospects.asked import REFUSED
from tracker.web.prospects.export import fields_here
from tracker.web.prospects.part import Part
from tracker.web.rooms import Page
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from tracker.models import Campaign
    from tracker.web.me import Desk, Me


def open_part(desk: Desk) -> Part:
    """Give the way to take the list along."""
    page = Page(f"{ONE}/mailing/list", "export", Verb.EXPORT, Thing.LINK, Export(desk).take)
    return Part((), (page,))


class Export:
    """Takes the list along."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk

    def take(self, me: Me, campaign_id: int) -> ResponseReturnValue:
        """Give everybody who matches and may be mailed, part by part as it is written."""
        asked, now = Asked.read(), me.reader.now
        desk = self._desk
        scope = desk.scope(me, Verb.EXPORT, Thing.LINK)
        settings = desk.installation.settings
        writer = LinkWriter(
            desk.installation.signer, timedelta(days=settings.token_days), in_query=asked.in_query
        )
        with desk.database.reading() as session:
            campaign = campaign_there(session, campaign_id)
            if problem := _problem(campaign) or ("" if asked.said.is_clear else REFUSED):
                flash(problem, "bad")
                return redirect(asked.address(campaign_id), HTTPStatus.SEE_OTHER)
            ids = sorted(session.scalars(everybody(asked.said.wanted, scope, now)))
        with desk.database.writing() as session:
            after = {"campaign": campaign.label, "matching": len(ids), "filter": asked.said.wanted.told()}
            note(session, by_user(me.id), "export", What(Thing.LINK, after=after), now)
        parts = list_in_parts(desk.database, writer, campaign, ids, now, fields_here(desk))
        # The first part is written before the answer begins: what is wrong by then is still told on a page.
        text = (part.encode("utf-8") for part in chain([next(parts)], parts))
        answer = Response(text, mimetype="text/csv")
        name = f"{campaign.label}-{me.reader.today.isoformat()}.csv"
        answer.headers.set("Content-Disposition", "attachment", filename=name)
        return answer


def _problem(campaign: Campaign) -> str:
    try:
        tracked_url(campaign.url, "x", campaign.label)
    except LinkError as error:
        return f"{error}."
    return ""
