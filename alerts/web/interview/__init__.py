"""The pages of interviews: the public ones behind a link, and the tab of those who sign in."""

from alerts.web.interview.blueprint import create_blueprints, stray_page

__all__ = ["create_blueprints", "stray_page"]
