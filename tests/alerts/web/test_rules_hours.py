"""*Working hours*: tried out on the last weeks as if everybody had them; and rough numbers say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alerts.rules.compared import Compared, Tally
from alerts.rules.preview import Preview
from alerts.web.rules.shown import Trial
from tests.alerts.web.test_rules import company, manager, visited
from tracker.words import Role

if TYPE_CHECKING:
    from tests.tracker.web.company import Company

__all__ = ["company"]  # a fixture of other stories


def test_other_hours_are_tried_out_on_everybody_and_change_nothing(company: Company) -> None:
    visited(company)
    for browser in (manager(company), company.browser(company.hire("Mo", role=Role.MARKETER))):
        typed: dict[str, str | list[str]] = {"start": "23:00", "end": "00:00", "days": ["7"]}
        answer = browser.sends("/rules/hours/preview", "/rules/hours", **typed)
        assert answer.status_code == 200
        for told in ("if everybody had worked these hours", "Waited for the morning", "Calls to a deputy"):
            assert told in answer.text
        assert 'value="23:00"' in answer.text
        assert "are rough" not in answer.text
        wrong = browser.sends("/rules/hours/preview", "/rules/hours", **(typed | {"end": "x"}))
        assert wrong.status_code == 422
    assert company.noted() == []


@pytest.mark.parametrize(("every", "said"), [(4, "fourth"), (11, "11th"), (21, "21st"), (112, "112th")])
def test_what_is_rough_is_said(every: int, said: str) -> None:
    trial = Trial(Preview(Compared(0, Tally(0, 0), Tally(0, 0), 0, ()), every), ())
    assert trial.counted_on == f"every {said} company"
