"""The whole examination, in the order in which things can be wrong: settings, keys, database, the rest."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracker import db
from tracker.db import Database, UnsafeDatabaseError, refuse_unsafe
from tracker.doctor.broker import check_redis
from tracker.doctor.clocks import check_database_clock, running
from tracker.doctor.connections import check_broker, check_smtp, serves_snippet
from tracker.doctor.consents import check_consents
from tracker.doctor.finding import Finding, Level, ill, mind, well
from tracker.doctor.inbox import check_inbox
from tracker.doctor.months import check_months
from tracker.doctor.room import check_room
from tracker.doctor.senders import check_addresses, check_headers, check_test_links
from tracker.doctor.setup import check_imports, check_people, check_sites, check_wording
from tracker.doctor.soundness import check_soundness, database_fault
from tracker.hash_key import require_same_key
from tracker.installation import KEYS_FILE, signing_keys
from tracker.schema import SchemaError, require_current, revisions
from tracker.settings import Settings, SettingsError, load_settings
from tracker.signing import Signer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


Further: TypeAlias = Callable[[Session, datetime], Iterable[Finding]]
"""Looks at more of the database."""
Look: TypeAlias = Callable[[Session], Iterable[Finding]]
"""Looks at one thing in it."""


@dataclass(frozen=True, slots=True)
class Probes:
    """How the doctor reaches out."""

    broker: Callable[[str], Finding] = check_broker
    redis: Callable[[str, Callable[[], datetime]], Iterable[Finding]] = check_redis
    smtp: Callable[[Settings], Finding] = check_smtp
    snippet: Callable[[str], bool] = serves_snippet


def examine(
    environ: Mapping[str, str] | None,
    now: datetime,
    probes: Probes | None = None,
    more: Further = lambda _session, _now: (),
) -> Iterator[Finding]:
    """Look at everything, and say so as it is found; what builds on something ill is not looked at.

    `more` looks at tables that the tracker does not know.
    """
    probes = probes or Probes()
    clock = running(now)
    try:
        settings = load_settings(environ)
    except SettingsError as error:
        yield from (ill(line) for line in str(error).splitlines())
        return
    yield well("The settings can be read.")
    yield from check_wording(settings)
    yield from check_keys(settings)
    yield from _examine_broker(settings, clock, probes)
    yield probes.smtp(settings)
    yield from _examine_database(settings, clock, probes, more)


def check_keys(settings: Settings) -> Iterator[Finding]:
    """Look at the signing keys; an embedded installation makes its own here if it never started."""
    try:
        keys = signing_keys(settings)
    except SettingsError as error:
        yield ill(str(error))
        return
    except OSError as error:
        yield ill(f"RINGBACK_DATA_DIR: {error.filename} cannot be used: {error.strerror}")
        return
    path = settings.data_dir / KEYS_FILE
    if settings.keys:
        yield well(f"Signing keys: {len(keys)}.")
    elif stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield mind(f"{path} can be read by others on this machine: `chmod 600 {path}`.")
    else:
        yield well(f"Signing keys: {len(keys)}, in {path}. Keep a backup of it.")


def check_database(database: Database) -> Iterator[Finding]:
    """Look whether the database answers, is safe, and has the tables that this code knows."""
    try:
        current, head = revisions(database)
        refuse_unsafe(database)
        if current is None and database.is_sqlite:
            yield mind("The database is empty; its tables are made at the first start.")
            return
        require_current(database)
    except (UnsafeDatabaseError, SchemaError) as error:
        yield ill(f"{str(error)[0].upper()}{str(error)[1:]}.")
    except SQLAlchemyError as error:
        yield database_fault(database, error)
    else:
        yield well(f"The database answers, keeps what it acknowledges, and is up to date ({head}).")


def check_hashes(settings: Settings, database: Database, now: datetime) -> Iterator[Finding]:
    """Look whether people who asked to be left alone can still be told by the present keys."""
    try:
        signer = Signer(signing_keys(settings))
    except (SettingsError, OSError):
        return  # said already, of the keys
    try:
        require_same_key(database, signer, now)
    except SettingsError as error:
        yield ill(f"{error}.")
    except SQLAlchemyError as error:
        yield database_fault(database, error)


def _examine_broker(settings: Settings, clock: Callable[[], datetime], probes: Probes) -> Iterator[Finding]:
    if settings.embedded:
        yield well("No broker is needed: the worker runs inside the web process.")
        return
    answer = probes.broker(settings.broker_url)
    yield answer
    if answer.level is not Level.ILL:
        yield from probes.redis(settings.broker_url, clock)


def _examine_database(
    settings: Settings, clock: Callable[[], datetime], probes: Probes, more: Further
) -> Iterator[Finding]:
    try:
        database = db.connect(settings.database)
    except OSError as error:
        yield ill(f"RINGBACK_DATA_DIR: {error.filename} cannot be used: {error.strerror}")
        return
    try:
        yield from check_room(database)
        findings = list(check_database(database))
        yield from findings
        now = clock()
        if [finding.level for finding in findings] == [Level.WELL]:
            yield from check_soundness(database)
            yield from check_database_clock(database, clock)
            yield from check_hashes(settings, database, now)
            for what, look in _looks(settings, database, now, probes, more):
                yield from _looked_at(database, what, look)
    finally:
        database.dispose()


def _looks(
    settings: Settings, database: Database, now: datetime, probes: Probes, more: Further
) -> Iterator[tuple[str, Look]]:
    """Name what is looked at in the database, in this order."""
    yield "What arrived", lambda _session: check_inbox(database, now)
    yield "Page views", lambda session: check_months(session, now)
    yield "People", check_people
    yield "Imports", lambda session: check_imports(session, now)
    yield "Sites", lambda session: check_sites(session, settings, now, probes.snippet)
    yield "Consent on record", check_consents
    yield "Visitors' addresses", lambda session: check_addresses(session, now)
    yield "Visitors' headers", lambda session: check_headers(session, now)
    yield "Test links", lambda session: check_test_links(session, now)
    yield "Alerts and mails", lambda session: more(session, now)


def _looked_at(database: Database, what: str, look: Look) -> Iterator[Finding]:
    """Look at one thing; what cannot be read of it keeps nobody from looking at the next."""
    try:
        with database.reading() as session:
            yield from look(session)
    except (SQLAlchemyError, ValueError, LookupError, TypeError) as error:
        # The latter three: a damaged value that is no date, no number or no word of ours.
        said = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        yield ill(
            f"{what} cannot be looked at ({said}): if it stays so, put your backup of the database back."
        )
