"""Who stands in for a colleague who is away does their follow-ups, and may read who it is about."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.followups.agenda import plan_agendas
from tests.alerts.web.today.test_follow_ups import due, section, standing

if TYPE_CHECKING:
    from tests.alerts.web.today.floor import Floor


def test_a_deputy_has_the_follow_ups_of_who_is_away_and_reads_the_story(floor: Floor) -> None:
    bo = floor.company.hire("Bo Fox")
    one = due(floor)
    today = floor.company.door.now.date()
    with floor.company.database.writing() as session:
        sam = session.merge(floor.sam)
        sam.away_from, sam.away_until, sam.deputy_id = today, today + timedelta(days=7), bo.id
    plan_agendas(floor.company.database, floor.company.door.now)
    (handed,) = standing(floor, one.prospect_id)
    assert handed.user_id == bo.id
    bos = floor.browser(bo)
    assert "Dana Ortiz" in section(bos.gets("/today").text)
    assert bos.gets(f"/prospects/{one.prospect_id}").status_code == 200
    assert bos.sends(f"/follow-ups/{handed.id}", "/today", result="spoke").status_code == 303
    assert bos.gets(f"/prospects/{one.prospect_id}").status_code == 404, "now it is Sam's alone again"
