"""The table of senders: networks and programs of which we know more than their requests say.

What follows from a rule stands in `tracker/ingest/senders.py`; here rules are checked, stored and listed.
"""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING

import re2
from sqlalchemy import delete, select, text

from tracker.errors import PlainError
from tracker.ingest.bot_names import under_re2
from tracker.ingest.chrome_table import LAST_BUILDS
from tracker.ingest.senders import Rule
from tracker.models import SenderRule
from tracker.words import SenderKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from tracker.ingest.senders import Network

WIDEST_V4 = 8
WIDEST_V6 = 19
"""Bits of the widest network that a rule may name: registries gave no larger blocks to one holder. Whoever
names more has mistyped.
"""
MAPPED = IPv6Network("::ffff:0:0/96")
"""Where IPv6 holds all of IPv4."""
LONGEST = 200
"""Characters of a network, a pattern or a note."""
SHOWN = 60
"""Characters of a mistake that its message repeats."""
MOST_RULES = 10_000
MOST_PROGRAMS = 500
"""Patterns in one table: each request of a known browser is held against all of them."""

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
_IPHONE = "iPhone; CPU iPhone OS 18_6 like Mac OS X"
_VERSIONS = range(max(LAST_BUILDS) - 15, max(LAST_BUILDS) + 16)
"""Of Chrome's and Firefox's majors: those of the last years, and of the next."""
EVERYDAY = (
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_SAFARI} Version/26.0 Safari/605.1.15",
    f"Mozilla/5.0 ({_IPHONE}) {_SAFARI} Version/26.0 Mobile/15E148 Safari/604.1",
    f"Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) {_SAFARI} Version/26.0 Mobile/15E148 Safari/604.1",
    *(
        f"Mozilla/5.0 ({system}) {_WEBKIT} Chrome/{major}.0.0.0 {browser}"
        for major in _VERSIONS
        for system, browser in (
            ("X11; Linux x86_64", "Safari/537.36"),
            ("Windows NT 10.0; Win64; x64", f"Safari/537.36 Edg/{major}.0.0.0"),
            ("Macintosh; Intel Mac OS X 10_15_7", "Safari/537.36"),
            ("Linux; Android 10; K", "Mobile Safari/537.36"),
            ("Linux; Android 10; K", "Mobile Safari/537.36 EdgA/140.0.0.0"),
            ("Windows NT 10.0; Win64; x64", "Safari/537.36 OPR/122.0.0.0"),
        )
    ),
    f"Mozilla/5.0 (Linux; Android 10; K) {_WEBKIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
    f"Mozilla/5.0 ({_IPHONE}) {_SAFARI} CriOS/142.0.7444.46 Mobile/15E148 Safari/604.1",
    *(
        f"Mozilla/5.0 ({system}; rv:{major}.0) Gecko/20100101 Firefox/{major}.0"
        for major in _VERSIONS
        for system in ("Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10.15", "X11; Linux x86_64")
    ),
)
"""What most people's browsers say: a pattern that matches one of them would turn people into machines."""


class SenderError(PlainError):
    """A rule cannot be taken, found or removed as asked."""


def shown(text: str) -> str:
    """Write what somebody typed into a message: in quotation marks, on one line, cut when it is long."""
    text = text.strip()
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


def read_kind(text: str) -> SenderKind:
    """Read a rule's kind.

    Raises:
        SenderError: there is no such kind; the message lists them.

    """
    try:
        return SenderKind(text.strip().lower())
    except ValueError:
        msg = f"{shown(text)} is no kind of sender: write {', '.join(SenderKind)}"
        raise SenderError(msg) from None


def read_rule(kind: SenderKind, what: str, note: str = "") -> Rule:
    """Check a rule, and spell its network as it is stored: `203.0.113.7/32` for a single address.

    Raises:
        SenderError: the network or pattern cannot be used; the message says what to write.

    """
    what, note = what.strip(), " ".join(note.split())
    if not what:
        wanted = "a pattern" if kind is SenderKind.PROGRAM else "a network like 203.0.113.0/24"
        msg = f"There is nothing behind {kind}: write {wanted}"
        raise SenderError(msg)
    if len(what) > LONGEST or len(note) > LONGEST or not what.isprintable() or not note.isprintable():
        msg = (
            f"{shown(what)} or its note is longer than {LONGEST} characters, or cannot be printed: shorten it"
        )
        raise SenderError(msg)
    return Rule(kind, _pattern(what) if kind is SenderKind.PROGRAM else str(_network(what)), note)


def all_rules(session: Session) -> Sequence[Rule]:
    """Give the table's rules, by kind and then as they are spelled."""
    rows = session.execute(
        select(SenderRule.kind, SenderRule.what, SenderRule.note).order_by(SenderRule.kind, SenderRule.what)
    )
    return [Rule(*row) for row in rows]


def add_rule(session: Session, rule: Rule) -> None:
    """Add a checked rule.

    Raises:
        SenderError: the table has one for the same network or pattern, or is full.

    """
    _hold(session)
    rules = all_rules(session)
    there = next((one for one in rules if one.what == rule.what), None)
    if there is not None:
        msg = f"{rule.what} is in the table already, as {there.kind}: remove it first to say otherwise"
        raise SenderError(msg)
    require_room([*rules, rule])
    session.add(SenderRule(kind=rule.kind, what=rule.what, note=rule.note))


def remove_rule(session: Session, what: str) -> Rule:
    """Take the rule for a network or pattern away, and give it.

    Raises:
        SenderError: there is none; the message says how to list them.

    """
    _hold(session)
    spellings = {what.strip()}
    with suppress(ValueError):
        spellings.add(str(ip_network(what.strip())))
    row = session.scalars(select(SenderRule).where(SenderRule.what.in_(spellings))).first()
    if row is None:
        msg = f"There is no rule for {shown(what)}; `ringback senders list` shows them all"
        raise SenderError(msg)
    session.delete(row)
    return Rule(row.kind, row.what, row.note)


def replace_rules(session: Session, rules: Iterable[Rule]) -> None:
    """Put checked rules in the place of the whole table; of several who do, the last one's stand alone."""
    _hold(session)
    session.execute(delete(SenderRule))
    session.add_all(SenderRule(kind=rule.kind, what=rule.what, note=rule.note) for rule in rules)


def require_room(rules: Sequence[Rule]) -> None:
    """Make sure that requests can be held against so many rules.

    Raises:
        SenderError: there are too many.

    """
    programs = sum(rule.kind is SenderKind.PROGRAM for rule in rules)
    for number, most, things in ((len(rules), MOST_RULES, "rules"), (programs, MOST_PROGRAMS, "patterns")):
        if number > most:
            msg = f"That makes {number:,} {things}; the table takes {most:,}: join some of them"
            raise SenderError(msg)


def _hold(session: Session) -> None:
    """Be the only one who changes the table until the transaction ends; whoever reads it is not kept waiting.

    Without it two who replace the table at once would each delete only what was there before. SQLite has but
    one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE {SenderRule.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def _network(what: str) -> Network:
    _, zone, rest = what.partition("%")
    if zone:
        msg = (
            f"{what!r} names an interface of one machine, which no visitor's address does: write it without"
            f" %{rest.partition('/')[0]}"
        )
        raise SenderError(msg)
    try:
        network = ip_network(what, strict=False)
    except ValueError:
        msg = f"{what!r} is no network: write one like 203.0.113.0/24 or 2001:db8:7::/48, or one address"
        raise SenderError(msg) from None
    if isinstance(network, IPv6Network) and network.subnet_of(MAPPED):
        number = int(network.network_address) - int(MAPPED.network_address)
        msg = f"{what} is an IPv4 network within IPv6: write {IPv4Network((number, network.prefixlen - 96))}"
        raise SenderError(msg)
    widest = WIDEST_V4 if isinstance(network, IPv4Network) else WIDEST_V6
    if network.prefixlen < widest:
        msg = (
            f"{network} is wider than /{widest}, which no company's network is: others would fall under it."
            " Name the networks themselves"
        )
        raise SenderError(msg)
    try:
        return ip_network(what)
    except ValueError:
        msg = f"{what} names an address within a network: write {network} for the network"
        raise SenderError(msg) from None


def _pattern(what: str) -> str:
    if what.count("{") > what.count("}"):
        msg = f"{what!r} has a {{ without its }}: put a pattern with a comma into quotation marks"
        raise SenderError(msg)
    try:
        pattern = under_re2(what)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        said = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        msg = f"{what!r} is no pattern that RE2 knows ({said}): write part of a user agent, e.g. acme-?agent"
        raise SenderError(msg) from None
    common = next((agent for agent in EVERYDAY if pattern.search(agent.encode())), None)
    if pattern.search(b"") or common is not None:
        person = common or "any user agent, even an empty one"
        msg = f"{what!r} matches {person}: people would become machines. Write what only the program says"
        raise SenderError(msg)
    return what
