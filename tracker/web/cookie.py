"""The cookie of those who sign in: signed with our keys, for this host alone, out of scripts' reach (S16)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect

from tracker.people.sessions import LIFE
from tracker.signing import Purpose

if TYPE_CHECKING:
    from flask import Blueprint, Flask

    from tracker.installation import Installation

COOKIE = "ringback-desk"
SECURE_COOKIE = "__Host-ringback-desk"
"""Not `__Host-ringback`, which is the visitors': where the endpoint has the pages' host, both are there."""


class _Cookie(SecureCookieSessionInterface):
    """The library's, with SHA-256 in place of its default (S1)."""

    salt = Purpose.DESK.value
    digest_method = staticmethod(hashlib.sha256)


def bring_cookie(app: Flask, installation: Installation, *without_forms: Blueprint) -> None:
    """Give the app its cookie, and forms their token, but in blueprints that see to it themselves."""
    newest, *older = installation.signer.keys_for(Purpose.DESK)
    secure = installation.settings.base_url.startswith("https://")
    app.session_interface = _Cookie()
    app.config.update(
        SECRET_KEY=newest,
        SECRET_KEY_FALLBACKS=older,
        SESSION_COOKIE_NAME=SECURE_COOKIE if secure else COOKIE,
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LIFE,
        # A form lives as long as its session; and our pages send no Referer that could be looked at.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        # The oldest key: while keys are rotated, a form of one process is good at another.
        WTF_CSRF_SECRET_KEY=(older or [newest])[-1],
    )
    csrf = CSRFProtect(app)
    for blueprint in without_forms:
        csrf.exempt(blueprint)
