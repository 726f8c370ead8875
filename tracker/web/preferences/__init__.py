"""The page behind a mailing's link, on which prospects say what they want of us: for whoever has the link."""

from tracker.web.preferences.blueprint import create_blueprint, stray_page

__all__ = ["create_blueprint", "stray_page"]
