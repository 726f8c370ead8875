"""What the stories of lists begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tracker.web.prospects.four_people import lose_four
from tracker.models import Role

if TYPE_CHECKING:
    from tests.tracker.web.company import Browser, Company
    from tracker.models import Prospect


@pytest.fixture
def four(company: Company) -> dict[str, Prospect]:
    """Four people who were lost for different reasons; two have come back."""
    return lose_four(company)


@pytest.fixture
def marketer(company: Company) -> Browser:
    return company.browser(company.hire("Mia Marsh", role=Role.MARKETER))
