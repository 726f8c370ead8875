"""Campaigns: one mailing each, known by a short label that rides behind the token."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tracker.errors import PlainError
from tracker.links import LABEL_LENGTH
from tracker.models import Campaign

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_LABEL = re.compile(rf"[a-z0-9](?:[a-z0-9-]{{0,{LABEL_LENGTH - 2}}}[a-z0-9])?")
URL_LENGTH = 2_000


class CampaignError(PlainError):
    """A campaign cannot be made as asked."""


def check_label(label: str) -> str:
    """Make sure that a label can ride in a link, and give it back.

    It ends with a letter or digit, because mail programs cut other signs off an address's end.

    Raises:
        CampaignError: it cannot; the message suggests one that can.

    """
    if _LABEL.fullmatch(label):
        return label
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode("ascii").lower()
    suggestion = re.sub(r"[^a-z0-9]+", "-", plain)[:LABEL_LENGTH].strip("-") or "spring-26"
    msg = (
        f"{label!r} cannot ride in a link: a label has 1 to {LABEL_LENGTH} small letters, digits and"
        f" hyphens, none of those at its ends. How about {suggestion}?"
    )
    raise CampaignError(msg)


def add_campaign(session: Session, label: str, url: str, now: datetime) -> Campaign:
    """Make a campaign; `url` is that of its main page.

    Raises:
        CampaignError: the label cannot ride in a link, or somebody took it already.

    """
    check_label(label)
    campaign = Campaign(label=label, url=url[:URL_LENGTH], created_at=now)
    try:
        with session.begin_nested():  # two may press the button in the same moment
            session.add(campaign)
    except IntegrityError as error:
        msg = f"There is a campaign {label} already: choose another label, or use that one"
        raise CampaignError(msg) from error
    return campaign


def ensure_campaign(session: Session, label: str, url: str, now: datetime) -> Campaign:
    """Give the campaign of this label, made when there is none; `url` is that of its main page.

    A campaign that is there keeps its address: one mailing may link to several pages.

    Raises:
        CampaignError: the label cannot ride in a link.

    """
    check_label(label)
    campaign = session.scalar(select(Campaign).where(Campaign.label == label))
    if campaign is None:
        campaign = Campaign(label=label, url=url[:URL_LENGTH], created_at=now)
        session.add(campaign)
        session.flush()
    return campaign
