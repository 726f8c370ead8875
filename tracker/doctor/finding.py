"""What the doctor says: one sentence a finding. PURE."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a finding is marked."""

    WELL = "✓"
    MIND = "!"
    """It runs, but somebody should know."""
    ILL = "✗"
    """It does not run, or loses something."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One plain sentence, and what to do if anything is."""

    level: Level
    sentence: str

    def __str__(self) -> str:
        """Write it as a line."""
        return f"{self.level} {self.sentence}"


def well(sentence: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(Level.WELL, sentence)


def mind(sentence: str) -> Finding:
    """Say something that somebody should know."""
    return Finding(Level.MIND, sentence)


def ill(sentence: str) -> Finding:
    """Say that something does not work, and what to do."""
    return Finding(Level.ILL, sentence)
