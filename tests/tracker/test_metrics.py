"""Figures of one process, as Prometheus reads them."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from tracker import metrics
from tracker.ingest.hit import Kind


def figure(name: str, **labels: str) -> float:
    """Give one sample; this process's other tests count, too."""
    for family in text_string_to_metric_families(metrics.exposition().decode()):
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
