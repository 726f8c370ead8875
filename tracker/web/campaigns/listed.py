"""The list of campaigns, newest first, with a form to make one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select

from tracker.audit import What, by_user, note
from tracker.campaigns import add_campaign, check_label
from tracker.links import tracked_url
from tracker.models import Campaign
from tracker.personal_links import page_of
from tracker.remembered import KEPT
from tracker.sites import all_sites
from tracker.web.forms import Filled
from tracker.web.prospects.part import Part
from tracker.web.rooms import Page
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from tracker.web.campaigns.one import Known
    from tracker.web.me import Desk, Me

FIELDS = ("label", "site", "path")
LISTED = 20
"""Campaigns on a page."""


def open_part(desk: Desk, known: Known) -> Part:
    """Give the pages."""
    campaigns = Campaigns(desk, known)
    return Part(
        (Page("/campaigns", "show", Verb.SEE, Thing.CAMPAIGN, campaigns.show),),
        (Page("/campaigns", "add", Verb.ADD, Thing.CAMPAIGN, campaigns.add),),
    )


class Campaigns:
    """The list."""

    def __init__(self, desk: Desk, known: Known) -> None:
        """Take what pages work with, and the memory of figures."""
        self._desk = desk
        self._known = known

    def show(self, me: Me) -> ResponseReturnValue:
        """List them."""
        return self._page(me, Filled(dict.fromkeys(FIELDS, "") | {"path": "/"}))

    def add(self, me: Me) -> ResponseReturnValue:
        """Make one; who makes one that a colleague has just made is told."""
        form = Filled.of(request.form, *FIELDS)
        with self._desk.database.writing() as session:
            url = _read_url(form, [origin for site in all_sites(session) for origin in site.origins])
            label = form.take("label", check_label)
            made = None
            if url and label:
                made = form.check("label", lambda: add_campaign(session, label, url, me.reader.now))
            if made is not None:
                what = What(Thing.CAMPAIGN, made.id, after={"label": made.label, "url": made.url})
                note(session, by_user(me.id), "add", what, me.reader.now)
        if made is None:
            return self._page(me, form), HTTPStatus.UNPROCESSABLE_ENTITY
        flash(f"The campaign {made.label} is made. Now choose who gets it.", "good")
        return redirect(url_for("campaigns.mailing", campaign_id=made.id), HTTPStatus.SEE_OTHER)

    def _page(self, me: Me, form: Filled) -> str:
        before = request.args.get("before", type=int)
        wanted = select(Campaign).order_by(Campaign.id.desc()).limit(LISTED + 1)
        if before is not None and 0 < before < 2**31:
            wanted = wanted.where(Campaign.id < before)
        with self._desk.database.reading() as session:
            found = session.scalars(wanted).all()
            shown = found[:LISTED]
            origins = [origin for site in all_sites(session) for origin in site.origins]
        given = self._known.get([one.id for one in shown], me.reader.now)
        form.values["site"] = form.values["site"] or (origins[0] if origins else "")
        return render_template(
            "campaigns/list.html",
            rows=[(one, given.known.get(one.id)) for one in shown],
            counting=given.counting,
            failed_since=given.failed_since,
            is_later=before is not None,
            older=shown[-1].id if len(found) > LISTED else None,
            form=form,
            sites=[(origin, origin) for origin in origins],
            may_add=me.may(Verb.ADD, Thing.CAMPAIGN),
            kept=KEPT.seconds // 60,
        )


def _read_url(form: Filled, origins: Sequence[str]) -> str:
    """Read the main page's address; empty, and a problem beside a field, where it is none of a site."""
    site = form.values["site"]
    if site not in origins:
        form.problems["site"] = "Choose one of the list."
        return ""
    url = form.take("path", lambda path: page_of(site, path)) or ""
    # What carries a token already, or cannot carry one, would make every link of the mailing a dead one.
    return url if url and form.check("path", lambda: tracked_url(url, "x")) else ""
