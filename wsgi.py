"""The composition root: opens the installation, wires tracker and alerts, gives the WSGI app.

`create_app` is what a WSGI server calls. Embedded, the worker runs inside the same process; scaled
out, nudges go to the broker and workers run elsewhere.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from datetime import UTC, datetime
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, abort, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

from alerts import metrics
from alerts.decide import Decider
from alerts.doctor import vital_signs
from alerts.given import given_by_alerts
from alerts.letters import LetterPost
from alerts.policy import Policy
from alerts.web import create_blueprint as create_alert_pages
from alerts.web.campaigns import campaigns_room
from alerts.web.content import CONTENT, content_room
from alerts.web.goals import GOALS, goals_room
from alerts.web.headers import secure
from alerts.web.interview import create_blueprints as create_interview_pages
from alerts.web.interview import stray_page
from alerts.web.interview.room import interviews_room
from alerts.web.numbers import NUMBERS, numbers_room
from alerts.web.plain_pages import plain_page
from alerts.web.review import review_room
from alerts.web.rules import RULES, rules_room
from alerts.web.stories import stories
from alerts.web.talks import TALKS, talks_room
from alerts.web.today import TODAY, open_today
from tracker.db import refuse_unsafe
from tracker.doctor.vital import watch
from tracker.garbage import settle
from tracker.hash_key import require_same_key
from tracker.ingest.beside import PATHS
from tracker.ingest.beside import create_blueprint as create_beside
from tracker.ingest.drain import Drainer
from tracker.ingest.endpoint import Endpoint
from tracker.ingest.front import Front
from tracker.ingest.limits import RateLimit
from tracker.installation import Installation, open_installation
from tracker.logs import catch_strays
from tracker.preferences import PATH
from tracker.schema import migrate, require_current
from tracker.seeding import seed_defaults
from tracker.settings import load_settings
from tracker.web import health
from tracker.web.campaigns import CAMPAIGNS
from tracker.web.cookie import bring_cookie
from tracker.web.desk import USERS, build_desk
from tracker.web.errors import house_page
from tracker.web.house import Entry, Stories
from tracker.web.imports import IMPORTS, imports_room
from tracker.web.looks import LOOKS, let_keep, version_looks
from tracker.web.preferences import create_blueprint as create_preferences
from tracker.web.preferences import stray_page as stray_wish
from tracker.web.prospects import PROSPECTS, open_prospects
from tracker.web.renewals import renewals_room
from tracker.web.sites import SITES, sites_room
from tracker.web.upkeep import UPKEEP, upkeep_room
from tracker.words import Thing, Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Blueprint, Response
    from flask.typing import ResponseReturnValue

    from tracker.ingest.pipeline import Nudge
    from tracker.settings import Settings
    from tracker.web.house import House

MAX_FORM = 64 * 1024
"""Bytes of a request to a page; the endpoint has its own, smaller limit."""
ENTRIES: tuple[Entry, ...] = (
    TODAY,
    PROSPECTS,
    CAMPAIGNS,
    CONTENT,
    IMPORTS,
    SITES,
    NUMBERS,
    RULES,
    USERS,
    UPKEEP,
)
"""The navigation, in its order; each sees what is for their role."""
ROOMS: tuple[Callable[[House], Blueprint], ...] = (
    open_prospects,
    imports_room,
    renewals_room,
    sites_room,
    upkeep_room,
    rules_room,
    stories,
    talks_room,
    open_today,
    campaigns_room,
    content_room,
    goals_room,
    numbers_room,
    review_room,
    interviews_room,
)
"""The rooms of the desk, besides those for people: the tracker's, then those of alerts."""
ABOUT: tuple[Entry, ...] = (
    Entry("Story", "stories.person", Verb.SEE, Thing.PROSPECT),
    TALKS,
    Entry("Interviews", "interviews.of_person", Verb.SEE, Thing.INTERVIEW),
    GOALS,
    Entry("Edit", "prospects.edit", Verb.CHANGE, Thing.PROSPECT),
    Entry("Links", "prospects.links", Verb.SEE, Thing.LINK),
    Entry("Consent", "prospects.consent", Verb.SEE, Thing.CONSENT),
)
"""The pages about one person, in their order."""
ANY_HOST = PATHS | health.PATHS
"""What is served under any host name, and is no page of ours."""


def utc_now() -> datetime:
    """Read the clock; below this, time is an argument."""
    return datetime.now(UTC)


def prepare(settings: Settings) -> Installation:
    """Open an installation that is safe to write to: keys, schema, defaults.

    Raises:
        tracker.settings.SettingsError: there are no usable keys, or stored hashes need another one.
        tracker.db.UnsafeDatabaseError: the server may lose what it acknowledged.
        tracker.schema.SchemaError: the tables are not those this code knows.

    """
    installation = open_installation(settings)
    refuse_unsafe(installation.database)
    if installation.database.is_sqlite:
        migrate(installation.database)
    else:
        require_current(installation.database)
    require_same_key(installation.database, installation.signer, utc_now())
    seed_defaults(installation.database)
    return installation


def build_app(
    installation: Installation,
    nudge: Callable[[Sequence[Nudge]], None],
    clock: Callable[[], datetime] = utc_now,
) -> Flask:
    """Wire an app around an installation; `nudge` is told of mails that are due, or will be."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_FORM
    settings = installation.settings
    front = Front(installation, Decider(installation, Policy.of(settings)), nudge, clock)
    front.drops.keep_flushing(installation.database, clock)
    limit = RateLimit(settings.hits_per_address)
    beside = create_beside(front, limit)
    app.register_blueprint(beside)
    app.wsgi_app = Endpoint(front, app.wsgi_app, limit)  # type: ignore[method-assign]
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    mail_pages = create_alert_pages(installation, clock)
    app.register_blueprint(mail_pages)
    interviews = create_interview_pages(installation, clock)
    for pages in interviews:
        app.register_blueprint(pages)
    wishes = create_preferences(installation, clock)
    app.register_blueprint(wishes)
    app.register_blueprint(health.create_blueprint(installation, clock, metrics.look))
    _trust_hosts(app, settings)
    # A press on the mails' pages is vouched for by a person's gesture, what prospects want of us is asked
    # twice, and the endpoint has no forms.
    bring_cookie(app, installation, mail_pages, *interviews, wishes, beside)
    app.extensions["ringback-desk"] = build_desk(
        app,
        installation,
        clock,
        LetterPost(settings, clock),
        entries=ENTRIES,
        rooms=ROOMS,
        stories=Stories(search=PROSPECTS.endpoint, about=ABOUT),
        given=given_by_alerts,
    )
    version_looks(app)
    _secure_pages(app)
    app.register_error_handler(HTTPException, _explain)
    app.extensions["ringback"] = front
    return app


def create_app(settings: Settings | None = None) -> Flask:
    """Make the app for a WSGI server, with its way to the workers."""
    from alerts.workplace import way_to_workers  # noqa: PLC0415  (Celery loads only where it is used)

    _stop_at_once_while_starting()
    catch_strays()
    installation = prepare(settings or load_settings())
    app = build_app(installation, way_to_workers(installation, Policy.of(installation.settings)))
    front: Front = app.extensions["ringback"]
    drainer = Drainer(front.drain)
    front.kept = drainer.kept
    drainer.start()
    # Children of multiprocessing, which web servers fork or spawn, do not run `atexit`.
    Finalize(None, front.drops.close, exitpriority=0)
    Finalize(None, drainer.stop, exitpriority=1)
    watch(installation.settings, installation.database, utc_now, vital_signs).start()
    settle()
    return app


def _stop_at_once_while_starting() -> None:
    """Let a web server's child be ended while it starts.

    It is forked with its parent's handlers, which would swallow the signal; the server installs the
    child's own once it listens. Nothing has been accepted before.
    """
    if multiprocessing.parent_process() is not None and threading.current_thread() is threading.main_thread():
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_DFL)


def _explain(error: HTTPException) -> ResponseReturnValue:
    """Say what this is where there is nothing; a script that asks the endpoint reads no page."""
    if request.path in ANY_HOST:
        return error.get_response()
    # Prospects know us, not what this runs on.
    under = f"{request.path}/"
    if under.startswith(("/interview/", "/interviewer/")):
        return stray_page(error)
    if under.startswith(f"{PATH}/"):
        return stray_wish(error)
    return plain_page(error) if request.path.startswith("/a/") else house_page(error)


def _secure_pages(app: Flask) -> None:
    """Give every answer but the endpoint's the headers of our pages: also a refusal is a page of ours."""

    @app.after_request
    def _secure(response: Response) -> Response:
        if request.path not in ANY_HOST:
            secure(response)
            let_keep(response)
        return response


def _trust_hosts(app: Flask, settings: Settings) -> None:
    """Serve pages only under names that are ours; the endpoint may stand behind any site's own host."""
    hosts = [urlsplit(settings.base_url).netloc, *settings.trusted_hosts]

    @app.before_request
    def _check_host() -> None:
        if request.path in ANY_HOST or request.endpoint in LOOKS:
            return
        if not host_is_trusted(request.host, hosts):
            abort(400, "This host name is not served here: see RINGBACK_BASE_URL and RINGBACK_TRUSTED_HOSTS.")
