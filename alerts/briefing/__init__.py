"""What the rep reads: one alert, or a morning's digest, as frozen facts that mail and page share."""

from alerts.briefing.brief import NoSuchAlertError, brief, who_is
from alerts.briefing.digest import digest_briefing
from alerts.briefing.facts import Briefing, DigestBriefing
from alerts.briefing.known import Known

__all__ = [
    "Briefing",
    "DigestBriefing",
    "Known",
    "NoSuchAlertError",
    "brief",
    "digest_briefing",
    "who_is",
]
