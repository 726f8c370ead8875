"""How long visits and evidence are kept: the ends of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tracker.ingest import intent
from tracker.rules.kept import EVIDENCE, VISITS, KeptFor, kept_of, kept_with
from tracker.rules.words import RuleName, StoredRules


def test_evidence_is_never_kept_longer_than_visits_and_intent_finds_what_it_asks_for() -> None:
    assert EVIDENCE.most <= VISITS.least
    assert timedelta(days=VISITS.least) >= intent.WINDOW


@pytest.mark.parametrize("days", [0, 29, 396, "30", True, None])
def test_what_is_stored_beyond_the_ends_counts_as_the_default(days: object) -> None:
    assert kept_with({VISITS.name: days, EVIDENCE.name: 7}) == KeptFor(evidence=timedelta(days=7))


def test_only_what_differs_is_stored() -> None:
    shorter = KeptFor(visits=timedelta(days=90))
    assert shorter.changes == {"visits_days": 90}
    assert kept_of(StoredRules({RuleName.RETENTION: shorter.changes})) == shorter
    assert KeptFor().changes == {}
