"""Sending a sign-in link to who asks for one, if they are a user: after the answer, so that it tells nothing.

Who is asked for is looked up, and written to, on a thread that waits until the page has been sent: known and
unknown addresses get the same page in the same time. Whether the mail server answers is asked for everybody.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from tracker.audit import SYSTEM, What, note
from tracker.doctor.connections import check_smtp
from tracker.doctor.finding import Level
from tracker.people.letter import NotSentError, sign_in_letter
from tracker.people.sign_in import ask
from tracker.readiness import LastLook
from tracker.words import Thing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from tracker.installation import Installation
    from tracker.people.letter import Post
    from tracker.people.sign_in import Ticket

AT_ONCE = 16
"""Requests for a link that one process works on at the same time; more are told to try again."""
MAIL_LOOK_KEPT_S = 10.0
"""Seconds for which is believed what a look at the mail server found."""
PAGE_OUT_WITHIN_S = 1.0
"""Seconds after which work begins all the same: a server may not say when the one who asked hangs up."""
PAUSES_S = (5.0, 30.0)
"""Before a letter that was not accepted is tried again; some servers refuse a stranger's first try."""

log = logging.getLogger(__name__)


class Asking:
    """Takes requests for links."""

    def __init__(self, installation: Installation, post: Post, pauses_s: Sequence[float] = PAUSES_S) -> None:
        """Take what to write to, and what to send with."""
        self._installation = installation
        self._post = post
        self._pauses_s = pauses_s
        self._room = threading.BoundedSemaphore(AT_ONCE)
        settings = installation.settings
        self._mail = LastLook(
            lambda: check_smtp(settings).level is not Level.ILL, late=True, kept_s=MAIL_LOOK_KEPT_S
        )

    def mail_answers(self) -> bool:
        """Whether the mail server took a call lately, whoever is asked for."""
        return self._mail.value()

    def reserve(self, email: str, browser: str, now: datetime) -> Callable[[], None] | None:
        """Take one request on; gives what is to be called once the page is out.

        None: too much is asked at the moment.
        """
        if not self._room.acquire(blocking=False):
            return None
        page_is_out = threading.Event()
        arguments = (page_is_out, email, browser, now)
        threading.Thread(target=self._work, args=arguments, name="sign-in", daemon=True).start()
        return page_is_out.set

    def _work(self, page_is_out: threading.Event, email: str, browser: str, now: datetime) -> None:
        page_is_out.wait(PAGE_OUT_WITHIN_S)
        try:
            with self._installation.database.writing() as session:
                ticket = ask(session, self._installation.signer, email, browser, now)
            if ticket is not None:
                self._send(ticket, now)
        except SQLAlchemyError as error:
            log.warning("a link to sign in is not sent: the database says %s", type(error).__name__)
        finally:
            self._room.release()

    def _send(self, ticket: Ticket, now: datetime) -> None:
        letter = sign_in_letter(ticket, self._installation.settings.base_url)
        reason = ""
        for pause_s in (0.0, *self._pauses_s):
            time.sleep(pause_s)
            try:
                self._post.send(letter)
            except NotSentError as error:
                reason = str(error)
                if not error.again:
                    break
            else:
                return
        log.warning(
            "a link to sign in is not sent to user %d: the mail server does not take it", ticket.user.id
        )
        with self._installation.database.writing() as session:
            what = What(Thing.USER, ticket.user.id, after={"why": reason})
            note(session, SYSTEM, "sign-in mail not sent", what, now)
