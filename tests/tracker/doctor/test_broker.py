"""A Redis that throws away, and one whose clock is elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.alerts.test_worker_redis import redis_server
from tracker.doctor.broker import check_redis
from tracker.doctor.finding import Level

if TYPE_CHECKING:
    from pathlib import Path


def now() -> datetime:
    return datetime.now(UTC)


def test_only_a_redis_that_may_throw_away_is_ill_and_a_wrong_clock_is_said(tmp_path: Path) -> None:
    import redis  # noqa: PLC0415  (the library that Celery brings)

    with redis_server(tmp_path) as (_, url):
        assert check_redis(url, now) == []
        with redis.Redis.from_url(url) as client:
            client.config_set("maxmemory-policy", "allkeys-lru")
            assert check_redis(url, now) == []  # without a limit it is never full
            client.config_set("maxmemory", "50mb")
            (evicts,) = check_redis(url, now)
            client.config_set("maxmemory-policy", "noeviction")
        assert evicts.level is Level.ILL
        assert "(maxmemory-policy allkeys-lru)" in evicts.sentence
        assert "`maxmemory-policy noeviction`" in evicts.sentence
        (late,) = check_redis(url, lambda: now() - timedelta(seconds=120))
        assert late.level is Level.MIND
        assert "seconds behind the broker's" in late.sentence
        assert "clock is 120 seconds" in late.sentence or "clock is 119 seconds" in late.sentence


def test_of_another_broker_or_one_that_is_away_nothing_is_said() -> None:
    assert check_redis("amqp://127.0.0.1//", now) == []
    assert check_redis("redis://127.0.0.1:1/0", now, 0.5) == []
