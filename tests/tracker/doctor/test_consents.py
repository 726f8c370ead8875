"""A site that counts only consent on record recognises nobody until there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.builders import NOON, add_prospect, add_site
from tracker.consent import Proof, record, revoke
from tracker.doctor.consents import check_consents
from tracker.doctor.finding import Level, well
from tracker.signing import Signer
from tracker.words import ConsentSource

if TYPE_CHECKING:
    from tracker.db import Database

DANA = "dana@brightwell.example"
SIGNER = Signer(["Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu"])


def test_a_site_without_any_consent_on_record_is_told_how_to_put_it_there(database: Database) -> None:
    with database.writing() as session:
        add_prospect(session, email=DANA)
        add_site(session, name="Asking")
        assert list(check_consents(session)) == []
        add_site(session, name="Recorded", consent_source=ConsentSource.RECORDED)
        (finding,) = check_consents(session)
        assert finding.level is Level.MIND
        assert finding.sentence.startswith("Recorded: ")
        assert "`ringback consent FILE" in finding.sentence
        record(session, SIGNER, [Proof(DANA, version, "form") for version in ("v1", "v2")], NOON)
        assert list(check_consents(session)) == [well("People whose consent is on record: 1.")]
        revoke(session, [DANA], NOON)
        (again,) = check_consents(session)
        assert again == finding
