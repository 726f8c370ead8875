"""Where the prospect's clock stands: imported, or worked out from phone number or country. PURE.

What is worked out is marked as assumed; when the candidates' clocks differ, nothing is said.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import phonenumbers
from babel import Locale
from babel.core import get_global
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType
from phonenumbers.timezone import time_zones_for_number

from alerts.briefing.facts import LocalTime, Phone
from alerts.briefing.moments import WEEKDAYS, zone_named
from alerts.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

OFFICE_HOURS = (time(9), time(18))
"""When people can be called, local time, Monday to Friday; assumed, and said so."""
SATURDAY = 5
PHONE_LENGTH = 40
PLACE_LENGTH = 40
EVERYWHERE = frozenset({PhoneNumberType.TOLL_FREE, PhoneNumberType.VOIP, PhoneNumberType.UAN})
"""Numbers that stand in no place."""


def read_phone(written: str, country: str, fallback_region: str) -> Phone | None:
    """Read a number; one that cannot be read is shown as written, without a link. None: there is none."""
    shown = plain(written, PHONE_LENGTH)
    if not shown:
        return None
    number = _parsed(shown, country or fallback_region)
    if number is None:
        return Phone(shown)
    return Phone(
        phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
        phonenumbers.format_number(number, PhoneNumberFormat.E164),
    )


def local_time(time_zone: str, phone: Phone | None, country: str, now: datetime) -> LocalTime | None:
    """Give the prospect's clock at `now`: of the imported zone, else of the number, else of the country."""
    zone = zone_named(time_zone)
    if zone is not None:
        return _clock(zone, _city(time_zone), now, assumed=False)
    number = _parsed(phone.e164, None) if phone and phone.e164 else None
    if number is not None and phonenumbers.number_type(number) not in EVERYWHERE:
        found = _agreed(time_zones_for_number(number), phonenumbers.region_code_for_number(number) or "", now)
        if found is not None:
            return found
    return _agreed(get_global("territory_zones").get(country.upper(), ()), country, now)


def _agreed(names: Sequence[str], country: str, now: datetime) -> LocalTime | None:
    """Give the clock on which all candidates agree at `now`."""
    zones = {name: zone for name in names if (zone := zone_named(name)) is not None}
    if (
        not zones
        or len(zones) < len(names)
        or len({now.astimezone(z).utcoffset() for z in zones.values()}) > 1
    ):
        return None
    name, zone = next(iter(zones.items()))
    # One zone is a clock, not a place: all of Germany is on Berlin time.
    place = f"{_city(name)} time" if len(zones) == 1 else _country(country)
    return _clock(zone, place, now, assumed=True) if place else None


def _clock(zone: ZoneInfo, place: str, now: datetime, *, assumed: bool) -> LocalTime:
    local = now.astimezone(zone)
    day = f"{WEEKDAYS[local.weekday()]} " if local.weekday() >= SATURDAY else ""
    return LocalTime(f"{day}{local:%H:%M}", place, assumed, _starts(local))


def _starts(local: datetime) -> str:
    """Say when their working day begins; nothing while it is under way."""
    opens, closes = OFFICE_HOURS
    workday = local.weekday() < SATURDAY
    if workday and opens <= local.time() < closes:
        return ""
    if workday and local.time() < opens:
        return f"{opens:%H:%M}"
    following = local.date() + timedelta(days=1)
    while following.weekday() >= SATURDAY:
        following += timedelta(days=1)
    day = "tomorrow" if (following - local.date()).days == 1 else WEEKDAYS[following.weekday()]
    return f"{day} {opens:%H:%M}"


def _parsed(text: str, region: str | None) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def _city(zone: str) -> str:
    return plain(zone.rpartition("/")[2].replace("_", " "), PLACE_LENGTH)


@lru_cache
def _country(code: str) -> str:
    return str(Locale("en").territories.get(code.upper(), ""))
