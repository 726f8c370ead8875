"""The sample marketing site of Northwind, a made-up company: what a prospect clicks around in.

A plain Flask application on a port of its own, under a strict Content-Security-Policy, as a real
site would be. The snippet stands first in the head; behind it a decoy analytics script notes the
address that it sees, and the consent banner is the site's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, abort, render_template

if TYPE_CHECKING:
    from flask import Response

FOLDER = Path(__file__).parent / "site"

PAGES = {
    "": "home.html",
    "pricing": "pricing.html",
    "features/sso": "feature_sso.html",
    "features/planning": "feature_planning.html",
    "compare/acme": "compare_acme.html",
    "customers/harbour-lane": "customer.html",
    "docs": "docs.html",
    "demo": "demo.html",
    "contact": "contact.html",
    "careers": "careers.html",
    "blog": "blog.html",
    "blog/slack-is-not-padding": "post_slack.html",
    "blog/the-monday-test": "post_monday.html",
}
"""Path (without its slash) to template."""

NAVIGATION = (
    ("/features/planning", "Planning"),
    ("/features/sso", "Single sign-on"),
    ("/pricing", "Pricing"),
    ("/compare/acme", "Compare"),
    ("/customers/harbour-lane", "Customers"),
    ("/docs", "Docs"),
)


def create_site(ringback: str, site_key: str) -> Flask:
    """Make the site; `ringback` is the origin that serves the snippet and takes its hits."""
    app = Flask(__name__, template_folder=FOLDER / "templates", static_folder=FOLDER / "static")
    policy = (
        f"default-src 'none'; script-src 'self' {ringback}; connect-src 'self' {ringback};"
        " style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )

    @app.context_processor
    def everywhere() -> dict[str, object]:
        return {"ringback": ringback, "site_key": site_key, "nav": NAVIGATION}

    @app.after_request
    def strict(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @app.get("/", defaults={"path": ""})
    @app.get("/<path:path>")
    def show(path: str) -> str:
        if path not in PAGES:
            abort(404)
        return render_template(PAGES[path])

    @app.post("/demo")
    def ask_for_a_demo() -> str:
        """Thank them; nothing is kept, this company is made up."""
        return render_template("demo.html", sent=True)

    @app.errorhandler(404)
    def missing(_error: Exception) -> tuple[str, int]:
        return render_template("missing.html"), 404

    return app
