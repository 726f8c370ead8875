"""The sets of rules that are changed together, and what of them differs from the defaults. PURE."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class RuleName(StrEnum):
    """One set, one page, one version."""

    TOPICS = "topics"
    POINTS = "points"
    POLICY = "policy"
    REASONS = "reasons"
    HOURS = "hours"
    RETENTION = "retention"
    TERMS = "terms"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class StoredRules:
    """What an installation changed of all rules, and how often each set was changed."""

    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)

    def of(self, name: RuleName) -> Mapping[str, Any]:
        """Give the changes of one set."""
        return self.changes.get(name, _NOTHING)

    def version(self, name: RuleName) -> int:
        """Say how often one set was changed."""
        return self.versions.get(name, 0)
