"""The addresses of the stronger ways to sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from tracker.web.passkey_door import PasskeyDoor
from tracker.web.provider_door import ProviderDoor

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from tracker.people.oidc import Provider
    from tracker.web.house import House


def strong_door(
    house: House, form: Callable[..., ResponseReturnValue], provider: Provider | None
) -> Blueprint:
    """Give the pages: `form` shows the ways to sign in, and what went wrong."""
    blueprint = Blueprint("strong", __name__)
    house.excuse(blueprint)
    passkeys = PasskeyDoor(house.desk, form)
    blueprint.add_url_rule("/sign-in/passkey", "use_passkey", passkeys.use, methods=["POST"])
    blueprint.add_url_rule("/sign-in/passkey/new", "enrol", passkeys.enrol)
    blueprint.add_url_rule("/sign-in/passkey/new", "enrolled", passkeys.enrolled, methods=["POST"])
    if provider is not None:
        there = ProviderDoor(house.desk, provider)
        blueprint.add_url_rule("/sign-in/provider", "to_provider", there.leave)
        blueprint.add_url_rule("/sign-in/provider/back", "from_provider", there.come_back)
    return blueprint
