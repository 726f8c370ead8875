"""The Celery app: made from the settings, for those who publish and for those who work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery import Celery

from alerts.celeryconfig import celery_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tracker.settings import Settings

DELIVER = "ringback.deliver"


def create_celery(settings: Settings) -> Celery:
    """Make the app; it connects to nothing and knows no task yet (`tasks.add_tasks` adds them)."""
    app = Celery("ringback", set_as_current=False)
    app.conf.update(celery_settings(settings))
    return app


def publisher(app: Celery) -> Callable[[Sequence[int]], None]:
    """Give the way to nudge: it publishes the ids of mails to be delivered.

    One try, within two seconds; any error is the caller's, and loses nothing: the rows are the truth.
    """

    def publish(message_ids: Sequence[int]) -> None:
        app.send_task(DELIVER, args=[list(message_ids)], retry=False, ignore_result=True)

    return publish
