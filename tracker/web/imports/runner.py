"""What takes longer than a page: trials, imports and undos, each in a thread of the web process.

A thread that dies with its process leaves the last sign of its life behind; by that the pages tell what
became of the work, and nothing has to be taken up again by itself.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from tracker.imports.batches import BatchImport, reason_of, said, try_out
from tracker.imports.draft import save, tried
from tracker.imports.errors import ImportFailedError
from tracker.imports.ready import make_ready
from tracker.imports.shelf import CONTACTS, DEALS, REJECTS, STATE
from tracker.imports.undo import undo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from tracker.audit import Actor
    from tracker.imports.draft import Draft
    from tracker.imports.ready import Ready
    from tracker.imports.shelf import Shelf
    from tracker.installation import Installation

PATIENCE_S = 2.0
"""For so long a page waits, so that a small file is done when it comes."""
FAILED = "The file could not be looked through just now: {}. Look again."

log = logging.getLogger(__name__)


class Runner:
    """Starts the threads."""

    def __init__(self, installation: Installation, shelf: Shelf, clock: Callable[[], datetime]) -> None:
        """Take what the work is done with."""
        self._installation = installation
        self._shelf = shelf
        self._clock = clock

    def try_out(self, folder: str, draft: Draft, ready: Ready) -> None:
        """Find out what a draft would come to."""
        self._start("try", lambda: self._try(folder, draft, ready))

    def store(
        self, import_id: int, folder: str, draft: Draft, stamp: datetime, users: Mapping[str, int]
    ) -> None:
        """Store a file whose import has begun; its rejected rows stay for a while, the file itself goes."""
        work = BatchImport(self._installation, import_id, stamp, self._clock)

        def run() -> None:
            try:
                contacts = self._shelf.has(folder, CONTACTS)
                options = draft.answers.options(self._shelf.path(folder, CONTACTS) if contacts else None)
                ready = make_ready(self._installation, self._shelf.path(folder, DEALS), options, stamp)
                work.run(ready, self._shelf.path(folder, REJECTS), users)
            except ImportFailedError as error:
                work.fail(said(error))
            except (SQLAlchemyError, OSError) as error:
                work.fail(f"It could not begin: {reason_of(error)}.")
            finally:
                self._shelf.drop(folder, DEALS, CONTACTS, STATE)

        self._start("import", run)

    def undo(self, import_id: int, who: Actor) -> None:
        """Take an import back whose undo has begun."""

        def run() -> None:
            try:
                undo(self._installation.database, import_id, who, self._clock)
            except SQLAlchemyError as error:
                log.warning("undoing import %s stopped: %s", import_id, type(error).__name__)

        self._start("undo", run)

    def _try(self, folder: str, draft: Draft, ready: Ready) -> None:
        def heard(done: int, _all: int) -> None:
            beat = msgspec.structs.replace(draft, done=done, beat_at=self._clock())
            save(self._shelf, folder, beat)

        rejects = self._shelf.path(folder, REJECTS)
        try:
            passing, owners = try_out(self._installation, ready, rejects, self._clock(), heard)
            result = tried(draft, passing, owners)
        except ImportFailedError as error:
            result = msgspec.structs.replace(draft, failed=said(error))
        except SQLAlchemyError as error:
            result = msgspec.structs.replace(draft, failed=FAILED.format(reason_of(error)))
        except OSError as error:
            result = msgspec.structs.replace(draft, failed=FAILED.format(reason_of(error)))
        try:
            save(self._shelf, folder, result)
        except OSError as error:  # no room even for that: the missing sign of life will tell
            log.warning("what became of a trial cannot be kept: %s", error.strerror)

    @staticmethod
    def _start(what: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=f"imports-{what}", daemon=True)
        thread.start()
        thread.join(PATIENCE_S)
