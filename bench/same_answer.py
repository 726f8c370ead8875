"""S6: does the time of an answer tell unknown, forged and expired tokens apart?

    python -m bench.same_answer [--tries 2000]

Asks the real endpoint in turn, each kind as often, and prints the medians and how far apart they are as
one JSON line. *revoked* is told beside them: only who was once given that very token can ask with it.
"""

from __future__ import annotations

import json
import secrets
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from demo.crowd import SITE, invite
from demo.prepare import environ_in
from tracker.ingest.endpoint import PATH
from tracker.links import KEY_LENGTH
from tracker.settings import load_settings
from tracker.signing import Purpose, Signer, new_key
from wsgi import build_app, prepare, utc_now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.testing import FlaskClient

    from tracker.installation import Installation

TRIES = 2_000
BAR_MS = 1.0
"""How far apart the medians may be."""
MS = 1e3


@click.command()
@click.option("--tries", default=TRIES, show_default=True, help="Of each kind of token.")
def main(tries: int) -> None:
    """Measure how long each kind of refusal takes."""
    with TemporaryDirectory(prefix="ringback-bench-") as name:
        environ = environ_in(Path(name), 25) | {
            "RINGBACK_HITS_PER_ADDRESS": "0",
            "RINGBACK_HITS_PER_PERSON": "0",
        }
        installation = prepare(load_settings(environ))
        with installation.database.writing() as session:
            site_key, _ = invite(session, installation, 1, utc_now())
        app = build_app(installation, lambda _nudges: None)
        medians = _measure(app.test_client(), site_key, _texts(installation), tries)
        app.extensions["ringback"].drops.close()
        installation.database.dispose()
    strangers = [value for kind, value in medians.items() if kind != "revoked"]
    apart = max(strangers) - min(strangers)
    click.echo(
        json.dumps(
            {
                "tries": tries,
                "median_ms": {kind: round(value, 3) for kind, value in medians.items()},
                "apart_ms": round(apart, 3),
                "within_bar": apart <= BAR_MS,
            }
        )
    )


def _texts(installation: Installation) -> Mapping[str, str]:
    """Write one token of each kind."""
    signer, now = installation.signer, utc_now()
    value = "0" + new_key(KEY_LENGTH)
    genuine = signer.sign(Purpose.LINK, value, now)
    long_ago = now - timedelta(days=installation.settings.token_days + 1)
    return {
        "unknown": secrets.token_urlsafe(len(genuine))[: len(genuine)],
        "forged": Signer([secrets.token_urlsafe(32)]).sign(Purpose.LINK, value, now),
        "expired": signer.sign(Purpose.LINK, value, long_ago),
        "revoked": genuine,
    }


def _measure(client: FlaskClient, site_key: str, texts: Mapping[str, str], tries: int) -> dict[str, float]:
    """Ask with each kind in turn, so that a slow moment of the machine hits them all."""
    took: dict[str, list[float]] = {kind: [] for kind in texts}
    for _ in range(tries):
        for kind, token in texts.items():
            hit = {"id": secrets.token_hex(12), "kind": "view", "url": f"{SITE}/"}
            body = json.dumps({"site": site_key, "token": token, "hits": [hit]})
            begun = time.perf_counter()
            answer = client.post(PATH, data=body, content_type="text/plain", headers={"Origin": SITE})
            took[kind].append((time.perf_counter() - begun) * MS)
            if (answer.status_code, answer.data) != (204, b""):
                message = f"{kind}: {answer.status}"
                raise click.ClickException(message)
    return {kind: median(each) for kind, each in took.items()}


if __name__ == "__main__":
    main()
