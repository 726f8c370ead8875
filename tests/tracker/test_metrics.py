"""Figures of one process, as Prometheus reads them."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from tracker import metrics
from tracker.ingest.hit import Kind

if TYPE_CHECKING:
    from pathlib import Path


def figure(name: str, told: bytes | None = None, **labels: str) -> float:
    """Give one sample; this process's other tests count, too."""
    for family in text_string_to_metric_families((told or metrics.exposition()).decode()):
        for sample in family.samples:
            if (sample.name, sample.labels) == (name, labels):
                return float(sample.value)
    raise AssertionError(name)


def test_groups_and_hits_are_counted() -> None:
    names = ("ringback_commit_group_size", "ringback_commit_seconds", "ringback_drain_group_size")
    before = [figure(f"{name}_sum") for name in names]
    views = figure("ringback_hits_total", kind="view")
    metrics.committed(7, 0.25)
    metrics.drained(30, 0.5)
    metrics.took_in({Kind.VIEW: 3})
    assert [figure(f"{name}_sum") - was for name, was in zip(names, before, strict=True)] == [7, 0.25, 30]
    assert figure("ringback_hits_total", kind="view") - views == 3
    assert figure("ringback_hits_total", kind="leave") >= 0


COUNT = "from tracker import metrics; metrics.committed(5, 0.1)"
TELL = "import sys; from tracker import metrics; sys.stdout.buffer.write(metrics.exposition())"


def test_processes_that_share_a_folder_tell_one_story(tmp_path: Path) -> None:
    environ = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    told = b""
    for program in (COUNT, COUNT, TELL):
        told = subprocess.check_output([sys.executable, "-c", program], env=environ)  # noqa: S603  (our own)
    assert figure("ringback_commit_group_size_sum", told) == 10
    assert figure("ringback_commit_seconds_count", told) == 2
    assert figure("ringback_hits_total", told, kind="view") == 0
