"""The families of files we take as they are, and how their headings tell them apart. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.imports.formats.hubspot import HUBSPOT
from tracker.imports.formats.own import OWN
from tracker.imports.formats.pipedrive import PIPEDRIVE
from tracker.imports.formats.salesforce import SALESFORCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.imports.formats.family import Family

FAMILIES: dict[str, Family] = {family.name: family for family in (PIPEDRIVE, HUBSPOT, SALESFORCE, OWN)}


def recognise(headings: Sequence[str]) -> Family:
    """Tell which family these headings belong to; files of nobody's making are `own`."""
    return next((family for family in FAMILIES.values() if family.is_like(headings)), OWN)
