"""A part of the room: the pages that one file gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tracker.web.rooms import Page


class Part(NamedTuple):
    """GET shows, POST acts."""

    shown: tuple[Page, ...] = ()
    acted: tuple[Page, ...] = ()
