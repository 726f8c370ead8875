"""*Sites*: the tag to paste, whether it is heard, what blocks it, how the site's own server passes it on."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from tracker.audit import What, by_user, note, note_change
from tracker.doctor.connections import LOCAL_HOSTS
from tracker.doctor.finding import ill, mind
from tracker.ingest.hit import DropReason
from tracker.looking.examine import examine
from tracker.looking.page import PageError, fetch
from tracker.models import Drop, Site
from tracker.seen_pages import seen_pages
from tracker.sites import add_site, all_sites, change_site, hidden_link, script_tag
from tracker.web.edits import SEEN, version_of
from tracker.web.forms import Filled
from tracker.web.house import Entry
from tracker.web.rooms import ANY_ID, Page, open_room
from tracker.web.site_form import NEW, filled_with, read_source, read_wishes
from tracker.words import ConsentSource, Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from tracker.doctor.finding import Finding
    from tracker.web.house import House
    from tracker.web.me import Desk, Me

SITES = Entry("Sites", "sites.show", Verb.SEE, Thing.SITE)
SOURCES = [
    (str(ConsentSource.API), "The page: ringback(true)"),
    (str(ConsentSource.TCF), "A banner with IAB TCF"),
    (str(ConsentSource.CONSENT_MODE), "Google Consent Mode"),
    (str(ConsentSource.RECORDED), "Consent on record only"),
]
TELLING = (
    DropReason.FOREIGN_ORIGIN,
    DropReason.FOREIGN_PAGE,
    DropReason.UNKNOWN_SITE,
    DropReason.NO_CONSENT,
    DropReason.OPTED_OUT,
    DropReason.DO_NOT_TRACK,
    DropReason.INVALID_TOKEN,
    DropReason.EXPIRED_TOKEN,
)
"""Drops that say something about how a site is set up, or what its visitors chose."""
AT_ONCE = 2
"""Pages that one process fetches at the same time: each holds a thread for seconds."""
RECIPES = (("nginx", "nginx"), ("caddy", "Caddy"), ("cloudflare", "Cloudflare"))


@dataclass(frozen=True, slots=True)
class Tag:
    """The lines to paste, with the choices that they were written for."""

    line: str
    hidden: str
    source: ConsentSource
    own_host: bool
    is_local: bool
    """It leads to this machine only."""


class Sites:
    """The pages about the company's sites."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._looking = BoundedSemaphore(AT_ONCE)

    def show(self, me: Me) -> ResponseReturnValue:
        """List them, with a form to add one."""
        return self._list(
            me, Filled(dict.fromkeys(NEW, "") | {"source": str(ConsentSource.API), "basis": "consent"})
        )

    def add(self, me: Me) -> ResponseReturnValue:
        """Add one."""
        form = Filled.of(request.form, *NEW)
        wishes = read_wishes(form)
        if wishes is None:
            return self._list(me, form), HTTPStatus.UNPROCESSABLE_ENTITY
        with self._desk.database.writing() as session:
            site = form.check("origins", lambda: add_site(session, wishes))
            if site is not None:
                what = What(Thing.SITE, site.id, after=_values(site))
                note(session, by_user(me.id), "add", what, me.reader.now)
        if site is None:
            return self._list(me, form), HTTPStatus.UNPROCESSABLE_ENTITY
        flash(f"Added {site.name}. Now paste its tag.", "good")
        return redirect(url_for("sites.one", site_id=site.id), HTTPStatus.SEE_OTHER)

    def one(self, me: Me, site_id: int) -> ResponseReturnValue:
        """Show one: its tag, where it is seen, what is in the way, the recipes."""
        del me
        return self._show(site_id)

    def change(self, me: Me, site_id: int) -> ResponseReturnValue:
        """Change what is said of it."""
        form = Filled.of(request.form, *NEW)
        wishes = read_wishes(form)
        with self._desk.database.writing() as session:
            site = session.get(Site, site_id, with_for_update=True) or abort(HTTPStatus.NOT_FOUND)
            before = _values(site)
            is_stale = request.form.get(SEEN) != version_of(before)
            if wishes is not None and not is_stale:
                form.check("origins", lambda: change_site(session, site, wishes))
                what = What(Thing.SITE, site.id, before, _values(site))
                note_change(session, by_user(me.id), "change", what, me.reader.now)
        if is_stale:
            form.problems["name"] = "Somebody else changed this site meanwhile. Compare, then save again."
            return self._show(site_id, form, now=before), HTTPStatus.CONFLICT
        if form.problems:
            return self._show(site_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
        flash("Saved. If the consent source changed, paste the tag anew.", "good")
        return redirect(url_for("sites.one", site_id=site_id), HTTPStatus.SEE_OTHER)

    def look(self, me: Me, site_id: int) -> ResponseReturnValue:
        """Fetch one of its pages as a browser would, and say what is found. Nothing is kept."""
        del me
        url = Filled.of(request.form, "page").values["page"]
        with self._desk.database.reading() as session:
            site = _there(session, site_id)
        if self._looking.acquire(blocking=False):
            try:
                found = list(_looked(site, url))
            finally:
                self._looking.release()
        else:
            found = [mind("Others are looking at pages just now. Try again in a few seconds.")]
        return self._show(site_id, found=found, page=url)

    def _list(self, me: Me, form: Filled) -> str:
        with self._desk.database.reading() as session:
            sites = all_sites(session)
        can_add = me.may(Verb.ADD, Thing.SITE)
        return render_template("sites/list.html", sites=sites, form=form, sources=SOURCES, can_add=can_add)

    def _show(
        self,
        site_id: int,
        form: Filled | None = None,
        *,
        now: dict[str, Any] | None = None,
        found: list[Finding] | None = None,
        page: str = "",
    ) -> str:
        with self._desk.database.reading() as session:
            site = _there(session, site_id)
            pages, drops = seen_pages(session, site.id), _drops(session)
        return render_template(
            "sites/one.html",
            site=site,
            tag=self._tag(site),
            form=form or filled_with(site),
            seen=version_of(_values(site)),
            now=now,
            found=found,
            page=page or f"{site.origins[0]}/",
            pages=pages,
            drops=drops,
            sources=SOURCES,
            recipes=RECIPES,
            home=self._desk.installation.settings.base_url,
        )

    def _tag(self, site: Site) -> Tag:
        source = read_source(request.args.get("consent", "")) or site.consent_source
        own_host = request.args.get("host") == "own"
        base_url = self._desk.installation.settings.base_url
        home = "" if own_host else base_url
        shown = Site(key=site.key, consent_source=source)
        local = not own_host and urlsplit(base_url).hostname in LOCAL_HOSTS
        return Tag(script_tag(shown, home), hidden_link(home), source, own_host, local)


def sites_room(house: House) -> Blueprint:
    """Give the pages their addresses."""
    sites = Sites(house.desk)
    one = f"/sites/<{ANY_ID}:site_id>"
    return open_room(
        house,
        Blueprint("sites", __name__),
        (
            Page("/sites", "show", Verb.SEE, Thing.SITE, sites.show),
            Page(one, "one", Verb.SEE, Thing.SITE, sites.one),
        ),
        (
            Page("/sites", "add", Verb.ADD, Thing.SITE, sites.add),
            Page(one, "change", Verb.CHANGE, Thing.SITE, sites.change),
            Page(f"{one}/look", "look", Verb.SEE, Thing.SITE, sites.look),
        ),
    )


def _there(session: Session, site_id: int) -> Site:
    return session.get(Site, site_id) or abort(HTTPStatus.NOT_FOUND)


def _values(site: Site) -> dict[str, Any]:
    return {
        "name": site.name,
        "origins": list(site.origins),
        "query_names": list(site.query_names),
        "consent_source": str(site.consent_source),
        "legal_basis": site.legal_basis,
    }


def _drops(session: Session) -> list[Drop]:
    names = [reason.value for reason in TELLING]
    return list(
        session.scalars(
            select(Drop).where(Drop.reason.in_(names), Drop.count > 0).order_by(Drop.last_at.desc())
        )
    )


def _looked(site: Site, url: str) -> Iterable[Finding]:
    try:
        seen = fetch(url.strip() or f"{site.origins[0]}/", site.origins)
    except PageError as error:
        return [ill(f"{str(error).rstrip('.')}.")]
    return examine(seen, site.key, site.consent_source)
