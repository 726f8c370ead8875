"""The company's identity provider (OpenID Connect): where to send somebody, and who came back."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from authlib.oauth2.client import (  # type: ignore[import-untyped]  # the library says nothing of its types
    OAuth2Client,
)
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]  # as above
from joserfc import jwt
from joserfc.jwk import KeySet

from tracker.people.fetching import Fetcher, FetchError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.settings import Settings

DISCOVERY = "/.well-known/openid-configuration"
SCOPE = "openid email"
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""With which an ID token may be signed: only with keys that the provider alone has."""
LEEWAY_S = 120
"""How far the provider's clock may be from ours."""
KEPT = timedelta(hours=1)
"""How long is believed what the provider says of itself, and its keys."""
KEYS_AGAIN = timedelta(minutes=1)
"""So long after they were fetched, keys are fetched anew for a token that none of them signed."""

log = logging.getLogger(__name__)


class Trouble(StrEnum):
    """Why nobody came back from the provider."""

    AWAY = "the provider does not answer"
    NONSENSE = "the provider's answer cannot be used"
    UNTRUSTED = "the provider's token is not valid"


class ProviderError(Exception):
    """It did not work; for the page there is the kind of trouble, for the log what was wrong."""

    def __init__(self, trouble: Trouble, detail: object) -> None:
        """Take both."""
        super().__init__(f"{trouble}: {detail}")
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Secrets:
    """What binds one sign-in to one browser."""

    state: str
    nonce: str
    verifier: str
    """Of PKCE (RFC 7636): who has seen the code alone gets nothing for it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it was."""

    issuer: str
    subject: str
    email: str
    """Empty: it names none."""
    is_verified: bool
    """Whether the provider says that the address is theirs."""


class Provider:
    """One identity provider, and what it said of itself lately."""

    def __init__(self, settings: Settings, fetcher: Fetcher) -> None:
        """Take which it is, and what to ask it with."""
        self.issuer = settings.oidc_issuer.rstrip("/")
        self.name = settings.oidc_name or urlsplit(self.issuer).hostname or self.issuer
        self._client_id = settings.oidc_client_id
        self._client_secret = settings.oidc_client_secret
        self._back = f"{settings.base_url}/sign-in/provider/back"
        self._fetcher = fetcher
        self._said: tuple[datetime, dict[str, Any]] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def begin(self, secrets: Secrets, now: datetime) -> str:
        """Give the address at the provider to send somebody to.

        Raises:
            ProviderError: it does not say where.

        """
        place = self._place("authorization_endpoint", now)
        url, _ = self._client(now).create_authorization_url(
            place, state=secrets.state, code_verifier=secrets.verifier, nonce=secrets.nonce
        )
        return str(url)

    def finish(self, code: str, secrets: Secrets, now: datetime) -> Identity:
        """Exchange the code of who came back for who they are.

        Raises:
            ProviderError: the provider does not say, or not in a way that can be trusted.

        """
        try:
            token = self._client(now).fetch_token(
                self._place("token_endpoint", now),
                grant_type="authorization_code",
                code=code,
                code_verifier=secrets.verifier,
            )
        except FetchError as error:
            raise ProviderError(Trouble.AWAY, error) from error
        except ProviderError:
            raise
        except Exception as error:
            raise ProviderError(Trouble.NONSENSE, error) from error
        claims = self._claims(token, secrets.nonce, now)
        if "email" not in claims and "userinfo_endpoint" in self._metadata(now):
            claims = self._asked(token, claims, now)
        email, verified = claims.get("email"), claims.get("email_verified")
        return Identity(
            self.issuer,
            str(claims["sub"]),
            email if isinstance(email, str) else "",
            verified is True or verified == "true",  # some write it as text
        )

    def _claims(self, token: Mapping[str, Any], nonce: str, now: datetime) -> dict[str, Any]:
        """Read the ID token, once it is sure that it is the provider's, for us, now, and of this sign-in."""
        options = {
            "sub": {"essential": True},
            "iss": {"essential": True, "value": self._metadata(now)["issuer"]},
            "aud": {"essential": True, "value": self._client_id},
        }
        params = {"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")}
        text = token.get("id_token")
        if not isinstance(text, str):
            raise ProviderError(Trouble.NONSENSE, "there is no ID token")
        try:
            read = self._verified(text, now)
            claims = CodeIDToken(read.claims, read.header, options, params)
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
        except ProviderError:
            raise
        except Exception as error:
            raise ProviderError(Trouble.UNTRUSTED, error) from error
        return dict(claims)

    def _verified(self, text: str, now: datetime) -> jwt.Token:
        try:
            return jwt.decode(text, self._key_set(now, KEPT), algorithms=ALGORITHMS)
        except ProviderError:
            raise
        except Exception:
            if self._keys is None or now - self._keys[0] < KEYS_AGAIN:
                raise
        # They change their keys now and then.
        return jwt.decode(text, self._key_set(now, KEYS_AGAIN), algorithms=ALGORITHMS)

    def _asked(self, token: Mapping[str, Any], claims: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Ask for the address where the ID token is kept short; of another person's nothing is taken."""
        bearer = {"Authorization": f"Bearer {token.get('access_token')}"}
        told = self._get(self._place("userinfo_endpoint", now), bearer)
        if told.get("sub") != claims["sub"]:
            raise ProviderError(Trouble.UNTRUSTED, "user info of somebody else")
        return claims | {name: told[name] for name in ("email", "email_verified") if name in told}

    def _key_set(self, now: datetime, kept: timedelta) -> KeySet:
        if self._keys is None or now - self._keys[0] >= kept:
            found = self._get(self._place("jwks_uri", now))
            try:
                keys = KeySet.import_key_set(
                    {"keys": [key for key in found["keys"] if key.get("kty") != "oct"]}
                )
            except Exception as error:
                raise ProviderError(Trouble.NONSENSE, error) from error
            self._keys = now, keys
        return self._keys[1]

    def _metadata(self, now: datetime) -> dict[str, Any]:
        if self._said is None or now - self._said[0] >= KEPT:
            said = self._get(self.issuer + DISCOVERY)
            if str(said.get("issuer", "")).rstrip("/") != self.issuer:
                raise ProviderError(
                    Trouble.NONSENSE, "it calls itself something else than RINGBACK_OIDC_ISSUER"
                )
            self._said = now, said
        return self._said[1]

    def _place(self, name: str, now: datetime) -> str:
        """Give one of the provider's addresses: protected as its own is, or at the very same place."""
        place = self._metadata(now).get(name)
        if not isinstance(place, str) or not place.startswith(("https://", f"{self.issuer}/")):
            raise ProviderError(Trouble.NONSENSE, f"its {name} is no address")
        return place

    def _get(self, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        try:
            return self._fetcher.get(url, headers)
        except FetchError as error:
            raise ProviderError(Trouble.AWAY, error) from error

    def _client(self, now: datetime) -> Any:  # noqa: ANN401  (the library says nothing of its types)
        """Give the library's client, asking as the provider wants to be asked."""
        ways = self._metadata(now).get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        basic = "client_secret_basic" in ways or "client_secret_post" not in ways
        return OAuth2Client(
            self._fetcher,
            self._client_id,
            self._client_secret,
            token_endpoint_auth_method="client_secret_basic" if basic else "client_secret_post",
            scope=SCOPE,
            redirect_uri=self._back,
            code_challenge_method="S256",
        )


def provider_of(settings: Settings) -> Provider | None:
    """Give the provider that the settings name, if they do."""
    return Provider(settings, Fetcher()) if settings.oidc_issuer else None
