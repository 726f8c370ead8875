"""What known browsers send is what the server takes, and what must be there afterwards is known."""

from __future__ import annotations

from random import Random

import pytest

from bench.load.bodies import PLACE, SITE, Bodies, batches, single, strangers
from tracker.ingest.hit import MAX_BODY, Batch, Kind, parse

KEYS = [f"credential-{number}" for number in range(50)]
COUNT = 400


def prepared() -> dict[str, Bodies]:
    random = Random(7)  # noqa: S311  (nothing is secret)
    return {
        "single": single("key", KEYS, COUNT, random),
        "batches": batches("key", KEYS, COUNT // 10, 20, random),
        "strangers": strangers("key", KEYS, COUNT, random),
    }


def read(text: str, run: str = "r001000000") -> Batch:
    batch = parse(text.replace(PLACE, run).encode())
    assert isinstance(batch, Batch)
    return batch


@pytest.mark.parametrize("kind", ["single", "batches", "strangers"])
def test_the_server_reads_every_body(kind: str) -> None:
    bodies = prepared()[kind]
    for text in bodies.texts:
        batch = read(text)
        assert len(batch.hits) == bodies.hits_each
        assert all(hit.url.startswith(SITE) for hit in batch.hits)
        assert len(text) <= MAX_BODY


def test_ids_are_unique_from_one_time_around_to_the_next() -> None:
    bodies = prepared()["single"]
    ids = {read(text, f"r001{around:06d}").hits[0].id for around in range(3) for text in bodies.texts}
    assert len(ids) == bodies.expected(3 * COUNT)[0]


def test_an_engagement_is_of_a_page_that_was_told_of_before_by_the_same_browser() -> None:
    told: dict[str, str] = {}
    engaged = 0
    for text in prepared()["single"].texts:
        batch = read(text)
        hit = batch.hits[0]
        if hit.kind is Kind.VIEW:
            told[hit.id] = batch.credential
        else:
            engaged += 1
            assert told[hit.id] == batch.credential
            assert hit.visible_ms > 0
    assert 0.05 < engaged / COUNT < 0.3


@pytest.mark.parametrize("requests", [0, 1, 57, COUNT - 1, COUNT, COUNT + 130, 5 * COUNT])
def test_what_so_many_requests_leave_is_known(requests: int) -> None:
    bodies = prepared()["single"]
    seen: dict[str, bool] = {}
    for number in range(requests):
        around, index = divmod(number, COUNT)
        hit = read(bodies.texts[index], f"r001{around:06d}").hits[0]
        seen[hit.id] = seen.get(hit.id, False) or hit.visible_ms > 0
    assert bodies.expected(requests) == (len(seen), sum(seen.values()))


def test_a_batch_leaves_all_its_pages_one_of_them_with_evidence() -> None:
    bodies = prepared()["batches"]
    assert bodies.expected(3) == (60, 3)
    batch = read(bodies.texts[0])
    assert len({hit.id for hit in batch.hits}) == 20
    assert sum(hit.kind is Kind.ENGAGEMENT for hit in batch.hits) == 1


def test_strangers_leave_nothing() -> None:
    bodies = prepared()["strangers"]
    assert bodies.expected(10 * COUNT) == (0, 0)
    assert {bool(read(text).credential) for text in bodies.texts} == {True, False}
