"""*Links*: one person's own link to copy, as a QR code, and the end of all their links."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from tracker.audit import What, by_user, note
from tracker.left_alone import kinds_of
from tracker.links import PARAM
from tracker.models import Campaign, Prospect, SuppressionKind, User
from tracker.own import own_link
from tracker.personal_links import link_of, living_token, page_of, tokens_of
from tracker.sites import all_sites
from tracker.tokens import ensure_tokens, revoke, rotate
from tracker.web.again import looking_again
from tracker.web.forms import Filled
from tracker.web.prospects.one import company_of, person_in_reach
from tracker.web.prospects.part import Part
from tracker.web.qr import drawn
from tracker.web.rooms import ANY_ID, Page
from tracker.wishes import wishes_of
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from tracker.personal_links import OneToken
    from tracker.web.me import Desk, Me

ONE = f"/prospects/<{ANY_ID}:prospect_id>/links"
FIELDS = ("site", "path", "campaign")
CAMPAIGNS = 50
"""Labels that can be chosen, the newest first."""
SEE, ADD, CHANGE = (Verb.SEE, Thing.LINK), (Verb.ADD, Thing.LINK), (Verb.CHANGE, Thing.PROSPECT)


class Where(NamedTuple):
    """Where a link shall lead."""

    form: Filled
    url: str
    """Empty: nowhere yet, or a problem is beside a field."""
    label: str
    origins: Sequence[str]
    labels: Sequence[str]


class Shown(NamedTuple):
    """What the page tells of a person's links."""

    person: Prospect
    company: str
    link: str
    """Empty: there is none yet, or there shall be none."""
    plain: str
    """The address without a token."""
    is_untracked: bool
    is_unsubscribed: bool
    tokens: Sequence[OneToken]


def open_part(desk: Desk) -> Part:
    """Give the pages."""
    links = Links(desk)
    return Part(
        (
            Page(ONE, "links", *SEE, links.show),
            Page(f"{ONE}/qr.<any(svg, png):kind>", "qr", *SEE, links.qr),
        ),
        (
            Page(ONE, "make_link", *ADD, links.make),
            Page(f"{ONE}/test", "test_link", *ADD, links.test),
            Page(f"{ONE}/new", "rotate_links", *CHANGE, links.rotate),
            Page(f"{ONE}/end", "end_links", *CHANGE, links.end),
        ),
    )


class Links:
    """The links of one person."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._signer = desk.installation.signer
        self._max_age = timedelta(days=desk.installation.settings.token_days)

    def show(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Show the link to the page that was chosen."""
        with self._desk.database.reading() as session:
            where = _where(session)
            page = _page(where, self._shown(session, me, prospect_id, where))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY if where.form.problems else HTTPStatus.OK

    def qr(self, me: Me, prospect_id: int, kind: str) -> ResponseReturnValue:
        """Draw the link; there is nothing to draw where there is no link."""
        with self._desk.database.reading() as session:
            where = _where(session)
            link = self._shown(session, me, prospect_id, where).link
        if not link:
            abort(HTTPStatus.NOT_FOUND)
        return drawn(link, kind, f"link-{prospect_id}" if request.args.get("save") else "")

    @looking_again
    def make(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Make the token that their links carry, where there is none that lasts."""
        now = me.reader.now
        with self._desk.database.writing() as session:
            where = _where(session)
            person = person_in_reach(session, self._desk, me, *ADD, prospect_id, lock=True)
            if where.url and SuppressionKind.DO_NOT_TRACK not in self._wishes(session, person):
                ensure_tokens(session, [person.id], now, self._max_age)
                what = What(Thing.LINK, None, after={"prospect_id": person.id, "campaign": where.label})
                note(session, by_user(me.id), "add", what, now)
        return _back(prospect_id)

    def test(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """Show a link for one's own eyes to the same page: who opens it is no prospect."""
        with self._desk.database.writing() as session:
            where = _where(session)
            shown = self._shown(session, me, prospect_id, where)
            link = ""
            if where.url:
                email = session.get_one(User, me.id).email
                link = own_link(
                    session, self._signer, email, where.url, where.label, me.reader.now,
                    param=PARAM, in_query=False,
                )  # fmt: skip
                what = What(Thing.LINK, None, after={"user_id": me.id})
                note(session, by_user(me.id), "add a test link", what, me.reader.now)
        return _page(where, shown, test=link)

    @looking_again
    def rotate(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """End all their links, and make a token for new ones."""
        with self._desk.database.writing() as session:
            person = person_in_reach(session, self._desk, me, *CHANGE, prospect_id, lock=True)
            rotate(session, person.id, me.reader.now)
            note(session, by_user(me.id), "rotate the token", What(Thing.PROSPECT, person.id), me.reader.now)
        flash("Their old links are dead. The one below is new.", "good")
        return _back(prospect_id)

    def end(self, me: Me, prospect_id: int) -> ResponseReturnValue:
        """End all their links."""
        with self._desk.database.writing() as session:
            person = person_in_reach(session, self._desk, me, *CHANGE, prospect_id, lock=True)
            killed = revoke(session, person.id, me.reader.now)
            note(session, by_user(me.id), "revoke the links", What(Thing.PROSPECT, person.id), me.reader.now)
        flash("Their links are dead." if killed else "They had no living links.", "good")
        return _back(prospect_id)

    def _wishes(self, session: Session, person: Prospect) -> set[SuppressionKind]:
        """Give what they asked for, by their address or by word of mouth."""
        return {*wishes_of(session, self._signer, person.email or ""), *kinds_of(session, person.id)}

    def _shown(self, session: Session, me: Me, prospect_id: int, where: Where) -> Shown:
        person = person_in_reach(session, self._desk, me, *SEE, prospect_id)
        wishes = self._wishes(session, person)
        is_untracked = SuppressionKind.DO_NOT_TRACK in wishes
        token = living_token(session, person.id, me.reader.now, self._max_age)
        link = ""
        if where.url and token is not None and not is_untracked:
            made = where.form.check(
                "path", lambda: link_of(session, self._signer, token, where.url, where.label)
            )
            link = made or ""
        return Shown(
            person,
            company_of(session, person),
            link,
            where.url,
            is_untracked,
            SuppressionKind.UNSUBSCRIBED in wishes,
            tokens_of(session, person, me.reader.now, self._max_age),
        )


def _where(session: Session) -> Where:
    """Read from address or form where the link shall lead; by default to the first site's first page."""
    origins = [origin for site in all_sites(session) for origin in site.origins]
    labels = session.scalars(select(Campaign.label).order_by(Campaign.id.desc()).limit(CAMPAIGNS)).all()
    form = Filled.of(request.values, *FIELDS)
    values = form.values
    values["site"] = values["site"] or (origins[0] if origins else "")
    values["path"] = values["path"] or "/"
    if values["site"] not in origins and origins:
        form.problems["site"] = "Choose one of the list."
    if values["campaign"] and values["campaign"] not in labels:
        form.problems["campaign"] = "Choose one of the list."
    url = ""
    if origins and not form.problems:
        url = form.take("path", lambda path: page_of(values["site"], path)) or ""
    return Where(form, url, values["campaign"], origins, labels)


def _back(prospect_id: int) -> ResponseReturnValue:
    chosen: dict[str, Any] = {name: request.form[name] for name in FIELDS if request.form.get(name)}
    return redirect(url_for("prospects.links", prospect_id=prospect_id, **chosen), HTTPStatus.SEE_OTHER)


def _page(where: Where, shown: Shown, test: str = "") -> str:
    chosen = {name: where.form.values[name] for name in FIELDS}
    return render_template(
        "prospects/links.html",
        where=where,
        chosen=chosen,
        test=test,
        sites=[(origin, origin) for origin in where.origins],
        campaigns=[("", "None: a personal mail"), *((label, label) for label in where.labels)],
        **shown._asdict(),
    )
