"""The errors that are answers: what a person asked for cannot be done, and here is why."""

from __future__ import annotations


class PlainError(Exception):
    """Its message is one or two plain sentences that say what is wrong and what to do instead."""
