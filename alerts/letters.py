"""Letters of the tracker's, sent at once over the mail channel: they wait in no outbox."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from alerts.channels.base import ChannelError, TemporaryFailure
from alerts.channels.mail import SmtpChannel
from alerts.mail import Content, Mail, new_mail_id
from tracker.people.letter import NotSentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.people.letter import Letter
    from tracker.settings import Settings


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


class LetterPost:
    """Sends each letter on a line of its own."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = utc_now) -> None:
        """Take the mail server's settings, and the clock that dates the letters."""
        self._channel = SmtpChannel(settings)
        self._mail_from = settings.mail_from
        self._clock = clock

    def send(self, letter: Letter) -> None:
        """Have the mail server accept a letter.

        Raises:
            tracker.people.letter.NotSentError: it did not.

        """
        mail = Mail(
            letter.to_name,
            letter.to_address,
            Content(letter.subject, letter.text, letter.html),
            new_mail_id(self._mail_from),
        )
        try:
            self._channel.send(mail, self._clock())
        except ChannelError as error:
            raise NotSentError(error.reason, again=isinstance(error, TemporaryFailure)) from error
