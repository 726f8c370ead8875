"""The pages behind the four buttons of an alert mail."""

from alerts.web.blueprint import create_blueprint

__all__ = ["create_blueprint"]
