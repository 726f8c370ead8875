"""*Campaigns*: the tracker's room, with what came of each campaign, up to what was won back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template

from alerts.campaigns import Aftermath, aftermath
from tracker.campaign_figures import on_lists
from tracker.remembered import KEPT, Remembered, first_failed
from tracker.web.campaigns import open_campaigns
from tracker.web.campaigns.one import ONE, campaign_there
from tracker.web.charts import Step, steps
from tracker.web.prospects.part import Part
from tracker.web.rooms import Page
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from tracker.campaign_figures import OnList, Opened
    from tracker.web.campaigns.one import Known
    from tracker.web.house import House
    from tracker.web.me import Desk, Me
    from tracker.web.reader import Reader

LARGE = 500
"""People told of: of more, what came of them is remembered for a while."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A step of the funnel: so many people got so far."""

    name: str
    people: int
    share: str
    """Of the step before; empty for the first."""
    hint: str


class Results:
    """What came of one campaign."""

    def __init__(self, desk: Desk, known: Known) -> None:
        """Take what pages work with, and the memory of the tracker's figures."""
        self._desk = desk
        self._opened = known
        self._after: Remembered[int, Aftermath] = Remembered(self._count, lambda one: one.told >= LARGE)

    def show(self, me: Me, campaign_id: int) -> ResponseReturnValue:
        """Show the funnel."""
        now = me.reader.now
        with self._desk.database.reading() as session:
            campaign = campaign_there(session, campaign_id)
            on_list = on_lists(session, [campaign_id]).get(campaign_id)
        by_link, after = self._opened.get([campaign_id], now), self._after.get([campaign_id], now)
        known, came = by_link.known.get(campaign_id), after.known.get(campaign_id)
        reached = _reached(me.reader, known.value.opened, on_list, came.value) if known and came else []
        return render_template(
            "campaigns/results.html",
            campaign=campaign,
            opened=known.value.opened if known else None,
            after=came.value if came else None,
            on_list=on_list,
            reached=reached,
            chart=_chart(me.reader, campaign.label, reached),
            counted_at=min(known.at, came.at) if known and came else None,
            counting=by_link.counting or after.counting,
            failed_since=first_failed(by_link, after),
            kept=KEPT.seconds // 60,
            may_mail=me.may(Verb.EXPORT, Thing.LINK),
            here="campaigns.show",
        )

    def _count(self, campaigns: Collection[int]) -> Mapping[int, Aftermath]:
        with self._desk.database.reading() as session:
            found = aftermath(session, campaigns)
        return {one: found.get(one, Aftermath()) for one in campaigns}


def campaigns_room(house: House) -> Blueprint:
    """Open the room."""
    return open_campaigns(house, _results)


def _results(desk: Desk, known: Known) -> Part:
    return Part((Page(ONE, "one", Verb.SEE, Thing.CAMPAIGN, Results(desk, known).show),))


def _reached(reader: Reader, opened: Opened, on_list: OnList | None, after: Aftermath) -> list[Reached]:
    people = [
        ("Link opened", opened.people, "Also by machines, as far as they run the script."),
        ("Visited", opened.visitors, "With a visit that a person made."),
        ("Told to a rep", after.told, "By a mail of its own or in a digest."),
        ("Spoke", after.spoke, "A rep reported a talk."),
        ("Reopened", after.reopened, "The deal is open again, or won back."),
        ("Won back", after.won, ""),
    ]
    if on_list is not None:
        people.insert(0, ("Recipients", on_list.people, "On a list that was downloaded here."))
    before = [None, *(number for _, number, _ in people)]
    return [
        Reached(name, number, "" if last is None else reader.share(number, last), hint)
        for (name, number, hint), last in zip(people, before, strict=False)
    ]


def _chart(reader: Reader, label: str, reached: Sequence[Reached]) -> str:
    those = [Step(one.name, one.people, reader.number(one.people)) for one in reached]
    return steps(f"How far people got by {label}; the table says the same", those)
