"""The names that a filter refers to by ids: those that may be chosen, and always the one that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import false, select, true, union_all

from tracker.index_walk import each_value
from tracker.models import Campaign, Goal, Listing, OwnerName, Tag
from tracker.people.rights import Reach
from tracker.segments.filter import ANY, NOBODY
from tracker.tags import KNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from tracker.people.scope import Scope
    from tracker.segments.filter import Filter

Choices = tuple[tuple[str, str], ...]
"""What can be chosen: what the form sends, and how it is called."""
MOST_OWNERS = 500
MOST_TOPICS = 100
MOST_CAMPAIGNS = 100
"""The newest; who means an older one comes by a link or a segment."""
OUT_OF_REACH = "An owner who is not in your reach"
"""Said of one who is gone, too, to those from whom owners are kept: it tells nothing of either."""
OWNER_GONE = "An owner who is gone"
CAMPAIGN_GONE = "A campaign that is gone"


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called; what is chosen is among them."""

    owners: Choices
    """Empty for those who see but their own: their form has no such field."""
    campaigns: Choices
    owner: str = ""
    """The one who is chosen."""
    campaign: str = ""
    tags: Sequence[str] = ()
    """Such as somebody has, whoever that is: they are the company's words."""
    goals: Choices = ()
    """Topics of goals and interests, `ANY` first; empty where nobody has one."""

    def owner_in_words(self) -> str:
        """Say who is chosen, within a sentence."""
        return _within_a_sentence(self.owner)

    def campaign_in_words(self) -> str:
        """Say by what they came, within a sentence."""
        return _within_a_sentence(self.campaign)


def load_names(session: Session, scope: Scope, wanted: Filter) -> Names:
    """Give the names that may be chosen from, and those of what is."""
    owners = _owners(session, scope) if scope.reach > Reach.OWN else {}
    newest = session.execute(
        select(Campaign.id, Campaign.label).order_by(Campaign.id.desc()).limit(MOST_CAMPAIGNS)
    )
    campaigns = {str(number): label for number, label in newest}
    owner = campaign = ""
    if wanted.owner is not None:
        owner = owners.get(str(wanted.owner)) or _owner(session, scope, wanted.owner)
        if owners:
            owners[str(wanted.owner)] = owner
    if wanted.campaign is not None:
        campaign = campaigns.get(str(wanted.campaign)) or _campaign(session, wanted.campaign)
        campaigns[str(wanted.campaign)] = campaign
    tags, goals = _known(session, wanted)
    return Names(tuple(owners.items()), tuple(campaigns.items()), owner, campaign, tags, goals)


def _known(session: Session, wanted: Filter) -> tuple[Sequence[str], Choices]:
    """Give tags, and topics of goals, with those that are chosen."""
    both = union_all(
        each_value(Tag.tag, KNOWN).add_columns(true()),
        each_value(Goal.topic, MOST_TOPICS).add_columns(false()),
    )
    found = session.execute(both).all()
    tags = [value for value, is_tag in found if is_tag]
    if wanted.tag and wanted.tag not in tags:
        tags.insert(0, wanted.tag)
    return tags, _goals([value for value, is_tag in found if not is_tag], wanted)


def _goals(topics: list[str], wanted: Filter) -> Choices:
    if wanted.goal not in ("", ANY, *topics):
        topics.insert(0, wanted.goal)
    if not topics and wanted.goal != ANY:
        return ()
    return ((ANY, "Any at all"), *((topic, topic.capitalize()) for topic in topics))


def _owners(session: Session, scope: Scope) -> dict[str, str]:
    owns = select(Listing.prospect_id).where(Listing.owner_name_id == OwnerName.id).limit(1)
    wanted = select(OwnerName.id, OwnerName.name).where(owns.exists()).order_by(OwnerName.name)
    if not scope.is_all:
        wanted = wanted.where(OwnerName.id.in_(scope.owners()))
    found = session.execute(wanted.limit(MOST_OWNERS))
    return {str(NOBODY): "Nobody"} | {str(number): name for number, name in found}


def _owner(session: Session, scope: Scope, owner_id: int) -> str:
    if owner_id == NOBODY:
        return "Nobody"
    wanted = select(OwnerName.name).where(OwnerName.id == owner_id)
    if scope.is_all:
        return session.scalar(wanted) or OWNER_GONE
    return session.scalar(wanted.where(OwnerName.id.in_(scope.owners()))) or OUT_OF_REACH


def _campaign(session: Session, campaign_id: int) -> str:
    wanted = select(Campaign.label).where(Campaign.id == campaign_id)
    return session.scalar(wanted) or CAMPAIGN_GONE


def _within_a_sentence(name: str) -> str:
    is_said = name in (OUT_OF_REACH, OWNER_GONE, CAMPAIGN_GONE)
    return name[0].lower() + name[1:] if is_said else name
