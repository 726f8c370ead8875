"""*Mailing*: who gets it, the list to download, the link to write into the mail, and a test link."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flask import render_template, request, url_for

from tracker.audit import What, by_user, note
from tracker.campaign_figures import on_lists
from tracker.links import PARAM, LinkError, tracked_url
from tracker.mailing_count import count
from tracker.merge_tags import FIELD, SERVICES
from tracker.models import User
from tracker.own import own_link
from tracker.segments.built_in import BUILT_IN
from tracker.segments.matching import matching
from tracker.segments.saved import kept_by, said_by
from tracker.web.campaigns.one import ONE, campaign_there
from tracker.web.prospects import wanted as words
from tracker.web.prospects.asked import IN_QUERY, at_address, on_page, said_here, segment_here
from tracker.web.prospects.list import CHOICES
from tracker.web.prospects.names import load_names
from tracker.web.prospects.part import Part
from tracker.web.rooms import Page
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from tracker.mailing_count import Counted
    from tracker.merge_tags import MailingService
    from tracker.models import Campaign
    from tracker.segments.filter import Filter
    from tracker.segments.said import Said
    from tracker.web.me import Desk, Me

NO_FIELD = ("mail", "sort")
"""Parts of a filter that this page does not ask for: who may not be mailed is left out at any rate."""


class Asked(NamedTuple):
    """What an address or a form of this page says."""

    said: Said
    segment: int | None
    in_query: bool

    @classmethod
    def read(cls) -> Asked:
        """Read it from the request; a form of this page carries what its address said."""
        return cls(said_here(), segment_here(), bool(request.values.get(IN_QUERY)))

    @property
    def carried(self) -> dict[str, str]:
        """Give what the page's forms carry along."""
        return self.said.values() | self._besides

    @property
    def _besides(self) -> dict[str, str]:
        besides = {} if self.segment is None else {"segment": str(self.segment)}
        return besides | {IN_QUERY: "1"} if self.in_query else besides

    def address(self, campaign_id: int) -> str:
        """Give the address of the page that says so."""
        return mailing_address(campaign_id, self.carried)

    def cleared(self, campaign_id: int) -> str:
        """Give the address of the page without what is not known here."""
        return mailing_address(campaign_id, self.said.wanted.values() | self._besides)


def mailing_address(campaign_id: int, carried: dict[str, str]) -> str:
    """Give the address of the page with these names and values."""
    return words.with_query(url_for("campaigns.mailing", campaign_id=campaign_id), carried)


def open_part(desk: Desk) -> Part:
    """Give the pages."""
    mailing = Mailing(desk)
    path = f"{ONE}/mailing"
    return Part(
        (Page(path, "mailing", Verb.EXPORT, Thing.LINK, mailing.show),),
        (Page(f"{path}/test", "test_link", Verb.EXPORT, Thing.LINK, mailing.test),),
    )


class Mailing:
    """The page."""

    def __init__(self, desk: Desk) -> None:
        """Take what pages work with."""
        self._desk = desk
        self._signer = desk.installation.signer

    def show(self, me: Me, campaign_id: int) -> ResponseReturnValue:
        """Show who would get it, and its links."""
        asked = Asked.read()
        return at_address(asked.address(campaign_id), lambda: self._shown(me, campaign_id, asked))

    def test(self, me: Me, campaign_id: int) -> ResponseReturnValue:
        """Show a link for one's own eyes: who opens it is no prospect."""
        asked = Asked.read()
        with self._desk.database.writing() as session:
            campaign = campaign_there(session, campaign_id)
            link = ""
            if _merge_links(campaign, in_query=asked.in_query):
                email = session.get_one(User, me.id).email
                link = own_link(
                    session, self._signer, email, campaign.url, campaign.label, me.reader.now,
                    param=PARAM, in_query=asked.in_query,
                )  # fmt: skip
                what = What(Thing.LINK, None, after={"user_id": me.id, "campaign": campaign.label})
                note(session, by_user(me.id), "add a test link", what, me.reader.now)
        # Counting and writing the page hold up nobody who writes.
        return self._shown(me, campaign_id, asked, link)

    def counted(self, session: Session, me: Me, wanted: Filter) -> Counted:
        """Count who would get it."""
        scope = self._desk.scope(me, Verb.EXPORT, Thing.LINK)
        return count(session, matching(wanted, scope, me.reader.now))

    def _shown(self, me: Me, campaign_id: int, asked: Asked, test: str = "") -> str:
        with self._desk.database.reading() as session:
            return self._page(session, me, campaign_there(session, campaign_id), asked, test)

    def _page(self, session: Session, me: Me, campaign: Campaign, asked: Asked, test: str) -> str:
        said = asked.said
        names = load_names(session, self._desk.scope(me, Verb.EXPORT, Thing.LINK), said.wanted)
        kept = kept_by(session, me.id) if me.may(Verb.SEE, Thing.SEGMENT) else ()
        current = next((one for one in kept if one.id == asked.segment), None)
        query = {IN_QUERY: "1"} if asked.in_query else {}
        return render_template(
            "campaigns/mailing.html",
            campaign=campaign,
            asked=asked,
            **on_page(said, names, NO_FIELD),
            carried=asked.carried,
            cleared=asked.cleared(campaign.id),
            parts=words.in_words(said, names, me.reader),
            counted=self.counted(session, me, said.wanted) if said.is_clear else None,
            on_list=on_lists(session, [campaign.id]).get(campaign.id),
            segments=[
                (
                    one,
                    mailing_address(campaign.id, said_by(one).values() | {"segment": str(one.id)} | query),
                )
                for one in kept
            ],
            built_in=[
                (
                    one.name,
                    mailing_address(campaign.id, one.wanted.values() | query),
                    said.wanted == one.wanted and said.is_clear,
                )
                for one in BUILT_IN
            ],
            everybody_url=mailing_address(campaign.id, query),
            current=current,
            merge_links=_merge_links(campaign, in_query=asked.in_query),
            field=FIELD,
            test=test,
            here="campaigns.show",
            **CHOICES,
        )


def _merge_links(campaign: Campaign, *, in_query: bool) -> list[tuple[MailingService, str]]:
    """Write the link for each mailing service; none where the campaign's page cannot carry a token."""
    try:
        return [
            (each, tracked_url(campaign.url, each.tag, campaign.label, in_query=in_query))
            for each in SERVICES
        ]
    except LinkError:
        return []
