"""Made-up companies with their people and deals. PURE: the same random numbers make the same world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from tracker.demo_data.names import (
    COMPANY_HEADS,
    COMPANY_KINDS,
    COMPANY_TAILS,
    COMPETITORS,
    COUNTRIES,
    FIRST_NAMES,
    JOB_TITLES,
    LAST_NAMES,
    MONEY,
    NOTES,
    PRODUCTS,
    REASONS,
    Country,
)
from tracker.imports.loss import DEFAULT_RULES, ReasonKinds, Rule, outcome_of
from tracker.words import DealStatus, LossOutcome, ReasonKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

PEOPLE = ((1, 58), (2, 29), (3, 9), (4, 4))
"""How many prospects a company has, and how often: 1.6 on average."""
DEAL_YEARS = timedelta(days=3 * 365)
"""Deals are at most so old."""
KNOWN_AFTER = timedelta(days=2)
"""An export comes so long after a deal is closed."""
STRIDE = 7_919
"""A prime: in steps of it every combination of a company's name comes up once."""

_NAMES = len(COMPANY_HEADS) * len(COMPANY_TAILS) * len(COMPANY_KINDS[1:])
_COUNTRY_WEIGHTS = [country.weight for country in COUNTRIES]
_KINDS = ReasonKinds(Rule(phrase, kind) for kind, phrases in DEFAULT_RULES.items() for phrase in phrases)
_kind_of = cache(_KINDS.kind_of)


@dataclass(frozen=True, slots=True)
class Contact:
    """A prospect to be. `email` is empty for the few of whom the export gives none."""

    name: str
    first_name: str
    email: str
    job_title: str
    phone: str


@dataclass(frozen=True, slots=True)
class Chance:
    """A deal to be, of these contacts (by their places in the company)."""

    status: DealStatus
    product: str
    value_minor: int | None
    currency: str
    closed_on: date | None
    since: date
    """When it came into the CRM's export as it is now."""
    contacts: tuple[int, ...]
    outcome: LossOutcome | None = None
    reason: str = ""
    reason_kind: ReasonKind | None = None
    competitor: str = ""
    notes: str = ""
    renewal_on: date | None = None
    not_qualified: bool = False


@dataclass(frozen=True, slots=True)
class Company:
    """An account to be."""

    name: str
    country: Country
    contacts: tuple[Contact, ...]
    chances: tuple[Chance, ...]


def companies(random: Random, prospects: int, today: date, first: int) -> Iterator[Company]:
    """Make companies until they have that many people; `first` is the number of the first one's name."""
    sizes, weights = zip(*PEOPLE, strict=True)
    number = first
    while prospects:
        size = min(prospects, random.choices(sizes, weights)[0])
        prospects -= size
        yield _company(random, number, size, today)
        number += 1


def _company(random: Random, number: int, size: int, today: date) -> Company:
    name = company_name(number)
    country = random.choices(COUNTRIES, _COUNTRY_WEIGHTS)[0]
    domain = f"{name.lower().replace(' ', '-')}.example"
    contacts = tuple(_contact(random, domain, country, place) for place in range(size))
    return Company(name, country, contacts, tuple(_chances(random, size, country, today)))


def company_name(number: int) -> str:
    """Give the name of that number; the names of different numbers differ."""
    again, place = divmod(number, _NAMES)
    place, head = divmod(place * STRIDE % _NAMES, len(COMPANY_HEADS))
    kind, tail = divmod(place, len(COMPANY_TAILS))
    name = f"{COMPANY_HEADS[head]}{COMPANY_TAILS[tail]}{COMPANY_KINDS[1:][kind]}"
    return f"{name} {again + 1}" if again else name


def _contact(random: Random, domain: str, country: Country, place: int) -> Contact:
    first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
    # Two of a company may be namesakes; their addresses differ.
    local = f"{first}.{last}{place or ''}".lower()
    phone = "".join(str(random.randrange(10)) if sign == "#" else sign for sign in country.phone)
    return Contact(
        name=f"{first} {last}",
        first_name=first if random.random() < 0.8 else "",  # noqa: PLR2004  (four of five exports have it)
        email=f"{local}@{domain}" if random.random() < 0.985 else "",  # noqa: PLR2004  (a few have none)
        job_title=random.choice(JOB_TITLES),
        phone=phone if random.random() < 0.85 else "",  # noqa: PLR2004  (not everybody gives a number)
    )


def _chances(random: Random, size: int, country: Country, today: date) -> Iterator[Chance]:
    everybody = tuple(range(size))
    lost_on = today - timedelta(days=random.randint(12, DEAL_YEARS.days))
    yield _lost(random, everybody, country, lost_on)
    luck = random.random()
    if luck < 0.07:  # noqa: PLR2004  (seven in a hundred lost twice)
        yield _lost(random, everybody[:1], country, _between(random, lost_on, today))
    elif luck < 0.115:  # noqa: PLR2004
        yield _other(random, DealStatus.WON, everybody[-1:], country, _between(random, lost_on, today))
    elif luck < 0.155:  # noqa: PLR2004
        opened = today - timedelta(days=random.randint(3, 100))
        yield _other(random, DealStatus.OPEN, everybody[:1], country, max(opened, lost_on))


def _between(random: Random, first: date, last: date) -> date:
    return first + timedelta(days=random.randint(1, max(1, (last - first).days - 3)))


def _lost(random: Random, contacts: tuple[int, ...], country: Country, day: date) -> Chance:
    reason = random.choices([text for text, _ in REASONS], [often for _, often in REASONS])[0]
    kind = _kind_of(reason)
    chose = kind not in (ReasonKind.TIMING, ReasonKind.NO_DECISION) and random.random() < 0.6  # noqa: PLR2004
    competitor = random.choice(COMPETITORS) if chose else ""
    outcome = outcome_of(DealStatus.LOST, kind, competitor)
    product, value = _worth(random, country)
    renews = outcome is LossOutcome.CHOSE_COMPETITOR and random.random() < 0.3  # noqa: PLR2004
    return Chance(
        status=DealStatus.LOST,
        product=product,
        value_minor=value,
        currency=country.currency if value is not None else "",
        closed_on=day,
        since=day + KNOWN_AFTER,
        contacts=contacts,
        outcome=outcome,
        reason=reason,
        reason_kind=kind,
        competitor=competitor,
        notes=random.choice(NOTES) if random.random() < 0.5 else "",  # noqa: PLR2004
        renewal_on=day + timedelta(days=365 * random.choice((1, 1, 2, 3))) if renews else None,
        not_qualified=random.random() < 0.03,  # noqa: PLR2004
    )


def _other(
    random: Random, status: DealStatus, contacts: tuple[int, ...], country: Country, day: date
) -> Chance:
    product, value = _worth(random, country)
    won = status is DealStatus.WON
    return Chance(
        status=status,
        product=product,
        value_minor=value,
        currency=country.currency if value is not None else "",
        closed_on=day if won else None,
        since=day + KNOWN_AFTER,
        contacts=contacts,
    )


def _worth(random: Random, country: Country) -> tuple[str, int | None]:
    """Pick a product and a value: skewed, in round hundreds, now and then unknown."""
    product, usual = random.choices(PRODUCTS, (3, 4, 3, 1))[0]
    if random.random() < 0.05:  # noqa: PLR2004
        return product, None
    value = usual * MONEY[country.currency] * random.lognormvariate(0, 0.5)
    return product, round(value / 10_000) * 10_000
