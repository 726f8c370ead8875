"""Asking an identity provider that takes its time."""

from __future__ import annotations

import threading

import pytest

from tests.identity_provider import CLIENT, SECRET, identity_provider
from tracker.people.fetching import Fetcher
from tracker.people.oidc import Provider, ProviderError, Trouble
from tracker.people.provider import secrets_of
from tracker.settings import Settings


def test_a_slow_provider_keeps_nobody_waiting_for_long() -> None:
    with identity_provider() as provider:
        provider.held = threading.Event()
        settings = Settings(oidc_issuer=provider.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET)
        slow = Provider(settings, Fetcher(deadline_s=0.2))
        with pytest.raises(ProviderError) as error:
            slow.begin(secrets_of("state", "browser"), provider.now)
        assert error.value.trouble is Trouble.AWAY
