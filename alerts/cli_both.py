"""Commands of the tracker that look at the alerts' tables, too."""

from __future__ import annotations

from alerts.doctor import check_mails
from alerts.stats import sections
from tracker.cli.check import check_command
from tracker.cli.stats import stats_command

check = check_command(check_mails)
stats = stats_command(sections)
