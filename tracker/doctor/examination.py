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
from tracker.doctor.connections import check_broker, check_smtp, serves_snippet
from tracker.doctor.consents import check_consents
from tracker.doctor.finding import Finding, Level, ill, mind, well
from tracker.doctor.senders import check_addresses, check_headers, check_test_links
from tracker.doctor.setup import check_imports, check_people, check_sites, check_wording
from tracker.hash_key import require_same_key
from tracker.installation import KEYS_FILE, signing_keys
from tracker.schema import SchemaError, require_current, revisions
from tracker.settings import Settings, SettingsError, load_settings
from tracker.signing import Signer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


Further: TypeAlias = Callable[[Session, datetime], Iterable[Finding]]
"""Looks at more of the database."""


@dataclass(frozen=True, slots=True)
class Probes:
    """How the doctor reaches out."""

    broker: Callable[[str], Finding] = check_broker
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
    try:
        settings = load_settings(environ)
    except SettingsError as error:
        yield from (ill(line) for line in str(error).splitlines())
        return
    yield well("The settings can be read.")
    yield from check_wording(settings)
    yield from check_keys(settings)
    yield _embedded() if settings.embedded else probes.broker(settings.broker_url)
    yield probes.smtp(settings)
    yield from _examine_database(settings, now, probes, more)


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
        said = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        yield ill(f"The database does not answer ({said}): start it, or check RINGBACK_DATABASE_URL.")
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


def _embedded() -> Finding:
    return well("No broker is needed: the worker runs inside the web process.")


def _examine_database(settings: Settings, now: datetime, probes: Probes, more: Further) -> Iterator[Finding]:
    try:
        database = db.connect(settings.database)
    except OSError as error:
        yield ill(f"RINGBACK_DATA_DIR: {error.filename} cannot be used: {error.strerror}")
        return
    try:
        findings = list(check_database(database))
        yield from findings
        if [finding.level for finding in findings] == [Level.WELL]:
            yield from check_hashes(settings, database, now)
            with database.reading() as session:
                yield from check_people(session)
                yield from check_imports(session, now)
                yield from check_sites(session, settings, now, probes.snippet)
                yield from check_consents(session)
                yield from check_addresses(session, now)
                yield from check_headers(session, now)
                yield from check_test_links(session, now)
                yield from more(session, now)
    finally:
        database.dispose()
