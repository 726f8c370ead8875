"""What an installation changed of the rules, and how often each set of them was changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import Base


class RuleSet(Base):
    """One set of rules. There is no row until something of it is changed."""

    __tablename__ = "rule_sets"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    """One of `tracker.rules.words.RuleName`."""
    version: Mapped[int]
    """Counted up with every change, so that a second editor is told of the first."""
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Only what differs from the default, by the names of the numbers. Topics and reasons have tables."""
