"""What delivery needs of a channel, and the three ways in which a channel says no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from alerts.mail import Mail


class ChannelError(Exception):
    """A mail was not taken; `reason` is a sentence for the people who wait for it."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


class TemporaryFailure(ChannelError):  # noqa: N818  (the word that pages and rows use)
    """It may work later: no answer, or an answer that says so."""


class PermanentFailure(ChannelError):  # noqa: N818
    """It never will, for this reader or this mail; the channel itself works."""


class UnusableAddress(PermanentFailure):
    """The reader's address is none; the channel was not even asked."""


class Misconfigured(ChannelError):  # noqa: N818
    """No mail will go out until a person changes a setting."""


class Line(Protocol):
    """An open line to a channel, good for several mails after each other."""

    def send(self, mail: Mail, date: datetime) -> None:
        """Have the channel accept `mail`, dated `date`; returning means that it did.

        Raises:
            TemporaryFailure: it was not accepted, or nobody can tell; try again later.
            PermanentFailure: it was refused for good.
            Misconfigured: nothing can be sent with the present settings.

        """


class Channel(Protocol):
    """A way to reach a user."""

    @property
    def name(self) -> str:
        """As written in the rows of attempts and breakers."""

    def session(self) -> AbstractContextManager[Line]:
        """Open a line; it connects at its first mail and is closed at the end."""
