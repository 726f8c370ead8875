"""Commands of the tracker that look at the alerts' tables, too."""

from __future__ import annotations

from alerts.decide import Decider
from alerts.doctor import check_mails
from alerts.policy import Policy
from alerts.stats import sections
from tracker.cli.check import check_command
from tracker.cli.own import own_command
from tracker.cli.stats import stats_command

check = check_command(check_mails)
stats = stats_command(sections)
own = own_command(lambda installation: Decider(installation, Policy.of(installation.settings)))
