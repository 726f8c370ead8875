"""A little identity provider (OpenID Connect) on loopback: it checks its clients, and can misbehave."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPConnection
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey
from werkzeug.serving import make_server

from tests.builders import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue

CLIENT, SECRET = "ringback", "not a secret & not safe/either"
LIFE = timedelta(minutes=5)


def none_signed(claims: dict[str, Any]) -> str:
    """A token that nobody signed, as a library must never take it."""
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    texts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*texts, ""])


@dataclass
class IdentityProvider:
    """Whoever comes is `email`, and consents."""

    issuer: str = ""
    email: str = "sam@northwind.example"
    subject: str = "subject-1"
    now: datetime = NOON
    claims: dict[str, Any] = field(default_factory=dict)
    """Written into the next tokens in place of what is right; None: left out."""
    told: dict[str, Any] = field(default_factory=dict)
    """What its user info says besides the subject."""
    sick: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """Status and body that a path answers with instead."""
    held: threading.Event | None = None
    """What every answer waits for."""
    signing: str = "ES256"
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"))
    published: list[ECKey] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Paths, in their order."""
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def visited(self, address: str) -> str:
        """Go where the desk sends somebody; gives where the provider sends them back to."""
        parts = urlsplit(address)
        connection = HTTPConnection(parts.netloc, timeout=30)
        try:
            connection.request("GET", f"{parts.path}?{parts.query}")
            answer = connection.getresponse()
            assert answer.status == 302, answer.read()
            back = urlsplit(answer.headers["Location"])
            return f"{back.path}?{back.query}"
        finally:
            connection.close()

    def app(self) -> Flask:
        app = Flask("provider")
        app.before_request(self._misbehave)
        app.add_url_rule("/.well-known/openid-configuration", "about", self._about)
        app.add_url_rule("/authorize", "authorize", self._authorize)
        app.add_url_rule("/token", "token", self._token, methods=["POST"])
        app.add_url_rule("/keys", "keys", self._keys)
        app.add_url_rule("/userinfo", "userinfo", lambda: {"sub": self.subject} | self.told)
        return app

    def _misbehave(self) -> ResponseReturnValue | None:
        self.asked.append(request.path)
        if self.held is not None:
            self.held.wait(30)
        if request.path not in self.sick:
            return None
        status, body = self.sick[request.path]
        return Response(body, status, {"Location": f"{self.issuer}/elsewhere"} if status == 302 else None)

    def _about(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
        }

    def _keys(self) -> dict[str, Any]:
        keys = KeySet([*(self.published or [self.key])]).as_dict()
        return {"keys": [*keys["keys"], {"kty": "oct", "k": "AAAA"}, {"kty": "of tomorrow"}]}

    def _authorize(self) -> ResponseReturnValue:
        asked = request.args.to_dict()
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) == {"openid", "email"}
        code = token_urlsafe()
        self._codes[code] = asked
        query = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return redirect(f"{asked['redirect_uri']}?{query}")

    def _token(self) -> ResponseReturnValue:
        asked = self._codes.pop(request.form["code"], None)
        known = request.authorization
        if known is None or (known.username, known.password) != (CLIENT, SECRET):
            return {"error": "invalid_client"}, 401
        digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            asked is None
            or asked["code_challenge"] != proof
            or asked["redirect_uri"] != request.form["redirect_uri"]
        ):
            return {"error": "invalid_grant"}, 400
        at = int(self.now.timestamp())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": at,
            "exp": at + int(LIFE.total_seconds()),
            "nonce": asked["nonce"],
            "email": self.email,
            "email_verified": True,
        } | self.claims
        return {"access_token": "opens", "token_type": "Bearer", "id_token": self._signed(claims)}

    def _signed(self, claims: dict[str, Any]) -> str:
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.signing == "none":
            return none_signed(claims)
        if self.signing == "HS256":  # with what everybody knows: the public key
            public = OctKey.import_key(self.key.as_pem(private=False))
            return jwt.encode({"alg": "HS256", "kid": self.key.kid}, claims, public, algorithms=["HS256"])
        return jwt.encode({"alg": "ES256", "kid": self.key.thumbprint()}, claims, self.key)


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """Serve one."""
    provider = IdentityProvider()
    server = make_server("127.0.0.1", 0, provider.app(), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        if provider.held is not None:
            provider.held.set()
        server.shutdown()
        thread.join()
        server.server_close()
