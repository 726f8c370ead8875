"""Celery's settings, and the one table of what runs when.

Celery moves nudges: every retry, due time and lease is in the database, so a task says "look at these
rows" and nothing else. No task has an eta, a countdown or a retry of its own, and none has a result.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracker.settings import Settings

SWEEP_EVERY = timedelta(seconds=5)
"""The pacer is faster; the sweep is for what it handed on and a broker lost."""
SCHEDULE = {
    "sweep": {"task": "ringback.sweep", "schedule": SWEEP_EVERY},
    "digests": {"task": "ringback.plan_digests", "schedule": timedelta(minutes=1)},
    "reviews": {"task": "ringback.plan_reviews", "schedule": timedelta(minutes=10)},
    "evidence": {"task": "ringback.forget_evidence", "schedule": timedelta(minutes=10)},
    "visits": {"task": "ringback.forget_visits", "schedule": timedelta(minutes=10)},
    "months": {"task": "ringback.make_months", "schedule": timedelta(minutes=10)},
    "follow-ups": {"task": "ringback.plan_follow_ups", "schedule": timedelta(minutes=1)},
    "invitations": {"task": "ringback.keep_invitations", "schedule": timedelta(minutes=1)},
    "lists": {"task": "ringback.relist", "schedule": timedelta(minutes=1)},
}
"""Everything that happens by the clock. Two beats at once are harmless: a sweep finds nothing that another
claimed, a digest or a review has a unique key, what is forgotten cannot be forgotten again, one at a time
makes months, and neither a place in a list nor a follow-up that is right is written.
"""

MEMORY_BROKER = "memory://localhost/"
POLL_S = 0.02
"""How often the embedded worker looks into its in-memory queue; the library's default is a second."""
CONNECT_S = 1
SOCKET_S = 2
"""Longest wait for a broker: a black-holed one blocks a publisher 45 s by the library's defaults."""
TASK_SLACK_S = 60
"""What a task may take beside one attempt's deadline: the batch before it, and a slow database."""
SOFT_SHUTDOWN_S = 30


def task_limit_s(settings: Settings) -> float:
    """Give the seconds after which a worker's child that hangs is killed."""
    return settings.smtp_deadline_s + TASK_SLACK_S


def celery_settings(settings: Settings) -> dict[str, Any]:
    """Give Celery's settings for this installation."""
    common: dict[str, Any] = {
        "task_default_queue": "ringback",
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "task_store_errors_even_if_ignored": False,
        "result_backend": None,
        "task_publish_retry": False,
        "beat_schedule": SCHEDULE,
        "beat_scheduler": "celery.beat:Scheduler",  # keeps no file
        "timezone": "UTC",
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "worker_enable_remote_control": False,
        "worker_prefetch_multiplier": 1,
        "worker_send_task_events": False,
    }
    return common | (_embedded() if settings.embedded else _scaled_out(settings))


def _embedded() -> dict[str, Any]:
    return {"broker_url": MEMORY_BROKER, "broker_transport_options": {"polling_interval": POLL_S}}


def _scaled_out(settings: Settings) -> dict[str, Any]:
    limit_s = task_limit_s(settings)
    options: dict[str, Any] = {}
    if settings.broker_url.startswith(("redis", "sentinel")):
        options = {
            "visibility_timeout": int(2 * limit_s),
            # A killed worker's task comes back after seconds; by default it takes 100 more.
            "unacked_restore_interval": 1,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": CONNECT_S,
            "socket_timeout": SOCKET_S,
            "max_retries": 0,
        }
    return {
        "broker_url": settings.broker_url,
        "broker_connection_timeout": CONNECT_S,
        "broker_transport_options": options,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_time_limit": limit_s,
        "worker_max_tasks_per_child": 1000,
        "worker_soft_shutdown_timeout": SOFT_SHUTDOWN_S,
        "worker_cancel_long_running_tasks_on_connection_loss": True,
    }
