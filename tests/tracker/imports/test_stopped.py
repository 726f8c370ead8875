"""An import that stops half-way is on record: who began it with which file, and how far it came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.builders import NOON, add_user
from tests.tracker.imports.look import all_deals
from tests.tracker.imports.test_undo import DANA, HEAD, LEE
from tracker.audit import by_user, entries
from tracker.imports import ImportOptions
from tracker.imports.batches import BatchImport
from tracker.imports.history import add_import, begin
from tracker.imports.ready import make_ready
from tracker.models import Import, ImportStatus

if TYPE_CHECKING:
    from pathlib import Path

    from tracker.installation import Installation


def test_what_was_stored_before_it_stopped_is_noted(installation: Installation, tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(HEAD + DANA)
    ready = make_ready(installation, path, ImportOptions(yes=True), NOON)
    with installation.database.writing() as session:
        who = by_user(add_user(session, "Mia Moss").id)
        import_id = add_import(session, who, "mine.csv", NOON).id
        stamp = begin(session, import_id, who, NOON)
        assert begin(session, import_id, who, NOON) is None
    assert stamp is not None
    path.write_text(HEAD + DANA + LEE)

    BatchImport(installation, import_id, stamp, lambda: NOON).run(ready, tmp_path / "rejects.csv", {})

    stored = len(all_deals(installation))
    with installation.database.reading() as session:
        assert session.get_one(Import, import_id).status is ImportStatus.FAILED
        stopped, begun = entries(session, 9)
    assert [(one.who, one.entry.verb) for one in (stopped, begun)] == [
        ("Mia Moss", "stop"),
        ("Mia Moss", "begin to store"),
    ]
    assert begun.entry.after == {"file": "mine.csv"}
    assert stored == stopped.entry.after["stored"] == 2
    assert "changed" in stopped.entry.after["why"]
