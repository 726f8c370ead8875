"""What the rep reads: one alert, or a morning's digest, as frozen facts that mail and page share."""

from alerts.briefing.brief import NoSuchAlertError, brief
from alerts.briefing.digest import digest_briefing
from alerts.briefing.facts import Briefing, DigestBriefing

__all__ = ["Briefing", "DigestBriefing", "NoSuchAlertError", "brief", "digest_briefing"]
