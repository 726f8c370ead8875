"""Networks and programs that somebody knows more of than requests say."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from tests.builders import visit_row
from tests.front_door import FrontDoor, open_front
from tests.tracker.ingest.stories import PERSON, add_dana, body, engagement, view
from tracker.ingest.known_senders import KnownSenders
from tracker.ingest.limits import network_of
from tracker.ingest.senders import Address, Rule, SenderTable, read_address
from tracker.ingest.signs import HIDDEN_LINK, HOSTING, LISTED_PROGRAM, NO_FETCH_HEADERS, OFFICE, SECURITY
from tracker.models import State, Visit
from tracker.resign import MOST_ADDRESSES, Resigner, is_found_again
from tracker.senders import add_rule, read_rule, replace_rules
from tracker.words import SenderKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.db import Database
    from tracker.ingest.rows import VisitRow
    from tracker.ingest.senders import Network

CLOUD = "3.5.140.2"
"""Amazon's, as its own list of addresses says."""
RULES = (
    Rule(SenderKind.OFFICE, "198.51.0.0/16"),
    Rule(SenderKind.SECURITY, "198.51.100.0/24"),
    Rule(SenderKind.PEOPLE, "198.51.100.128/25"),
    Rule(SenderKind.OFFICE, "2001:db8:7::/48"),
    Rule(SenderKind.PEOPLE, "3.5.140.0/24"),
    Rule(SenderKind.PROGRAM, "acme-?agent"),
)
TABLE = SenderTable(RULES)


@pytest.fixture
def door(database: Database) -> Iterator[FrontDoor]:
    with open_front(database) as opened:
        yield opened


@pytest.mark.parametrize(
    ("address", "signs"),
    [
        ("198.51.1.1", (OFFICE,)),
        ("198.51.100.1", (SECURITY,)),
        ("198.51.100.129", ()),
        ("198.51.101.0", (OFFICE,)),
        ("::ffff:198.51.1.1", (OFFICE,)),
        ("2001:db8:7:1::9", (OFFICE,)),
        ("2001:db8:8::", ()),
        ("198.52.0.0", ()),
        ("127.0.0.1", ()),
    ],
)
def test_of_several_networks_around_an_address_the_most_specific_decides(
    address: str, signs: tuple[str, ...]
) -> None:
    assert TABLE.signs(address, PERSON) == signs


def test_clouds_and_crawlers_are_doubted_vpns_and_relays_are_not() -> None:
    nothing_said = SenderTable()
    for address in (CLOUD, f"::ffff:{CLOUD}", "8.8.8.8", "66.249.66.1", "2a00:1450:4001:81b::200e"):
        assert nothing_said.signs(address, PERSON) == (HOSTING,)
    for address in ("1.1.1.1", "2606:4700::1", "203.0.113.7", "10.0.0.1", "::1", "192.0.2.1", "2001:db8::1"):
        assert nothing_said.signs(address, PERSON) == ()


def test_the_table_wins_over_the_list_of_hosting_companies() -> None:
    assert TABLE.signs(CLOUD, PERSON) == ()
    assert SenderTable([Rule(SenderKind.OFFICE, "3.0.0.0/8")]).signs(CLOUD, PERSON) == (OFFICE,)


def test_listed_programs_are_told_by_their_user_agent_whatever_its_case() -> None:
    assert TABLE.signs("", "Mozilla/5.0 (ACME-Agent)") == (LISTED_PROGRAM,)
    assert TABLE.signs("198.51.1.1", "acmeagent") == (LISTED_PROGRAM, OFFICE)
    rule = TABLE.program_rule("acmeagent/2")
    assert rule is not None
    assert rule.what == "acme-?agent"
    assert TABLE.program_rule(PERSON) is None


def test_patterns_that_are_too_much_together_are_asked_one_by_one() -> None:
    large = [Rule(SenderKind.PROGRAM, rf"[\w]{{1,900}}x{number}y") for number in range(60)]
    table = SenderTable(large)
    assert table.signs("", "aax59y") == (LISTED_PROGRAM,)
    assert table.signs("", PERSON) == ()


def test_a_rule_that_cannot_be_read_takes_no_other_along() -> None:
    broken = [Rule(SenderKind.OFFICE, "198.51.0.0/99"), Rule(SenderKind.PROGRAM, "(")]
    table = SenderTable([*RULES, *broken])
    assert set(table.unreadable) == set(broken)
    assert table.signs("198.51.1.1", "") == (OFFICE,)


@pytest.mark.parametrize(
    "address",
    ["", " ", "1.2.3", "1.2.3.4:80", "01.2.3.4", "fe80::1%eth0", "::ffff:1.2.3", "\0", "\ud800:", "x" * 8192],
)
def test_what_is_no_address_says_nothing(address: str) -> None:
    assert TABLE.signs(address, "\xff" * 8192) == ()


@given(address=st.text() | st.ip_addresses().map(str), agent=st.text(max_size=600))
def test_any_address_and_any_agent_are_read_without_fail(address: str, agent: str) -> None:
    assert set(TABLE.signs(address, agent)) <= {OFFICE, SECURITY, HOSTING, LISTED_PROGRAM}
    found = read_address(address)
    if found is not None:
        plain = ip_address(address)
        mapped = plain.ipv4_mapped if isinstance(plain, IPv6Address) else None
        assert found == Address((mapped or plain).version, int(mapped or plain))


def some_network(number: int, bits: int) -> Network:
    return ip_network((number >> (32 - bits) << (32 - bits), bits))


near = st.integers(0, 255).map(lambda low: (10 << 24) + low)
networks = st.builds(some_network, near | st.integers(0, 2**32 - 1), st.integers(8, 32))


@given(found=st.sets(networks, max_size=12), number=near)
def test_intervals_find_what_looking_at_every_network_finds(found: set[Network], number: int) -> None:
    table = SenderTable(Rule(SenderKind.OFFICE, str(network)) for network in found)
    around = [network for network in found if ip_address(number) in network]
    for address in (number, *(int(network.broadcast_address) + 1 for network in found)):
        around = [each for each in found if address < 2**32 and ip_address(address) in each]
        rule = table.network_rule(Address(4, address))
        best = max(around, key=lambda network: network.prefixlen, default=None)
        assert (rule.what if rule else None) == (str(best) if best else None)


def reads(door: FrontDoor, address: str, token: str, agent: str = PERSON) -> None:
    """Come by a link, read and tap, from an address."""
    page = view()
    for hit in (page, engagement(page)):
        sent = body(door.setting, hit, token=token)
        assert door.posts(sent, {"User-Agent": agent}, REMOTE_ADDR=address).status_code < 300
        door.move(seconds=8)


def test_a_visit_is_judged_by_what_is_known_of_its_sender(door: FrontDoor) -> None:
    with door.setting.installation.database.writing() as session:
        replace_rules(session, RULES)
    for address, agent, state in (
        ("198.51.1.1", PERSON, State.INTERNAL),
        ("198.51.100.1", PERSON, State.UNCONFIRMED),
        ("198.51.100.129", PERSON, State.CONFIRMED),
        ("52.95.110.1", PERSON, State.UNCONFIRMED),
        ("192.0.2.1", f"{PERSON} acmeagent/1", State.MACHINE),
    ):
        dana = add_dana(door.setting)
        door.client = door.client.application.test_client()
        reads(door, address, dana.token, agent)
        assert door.rows(Visit)[-1].state is state, address


def test_a_rule_added_meanwhile_holds_for_the_same_visit(door: FrontDoor) -> None:
    dana = add_dana(door.setting)
    reads(door, "198.51.1.1", dana.token)
    assert door.rows(Visit)[0].state is State.CONFIRMED
    with door.setting.installation.database.writing() as session:
        add_rule(session, read_rule(SenderKind.OFFICE, "198.51.1.1"))
    reads(door, "198.51.1.1", dana.token)
    assert door.rows(Visit)[0].signs == []  # it is remembered for some seconds
    door.front._senders._loaded_at = float("-inf")
    reads(door, "198.51.1.1", dana.token)
    assert (door.rows(Visit)[0].state, door.rows(Visit)[0].signs) == (State.INTERNAL, [OFFICE])


def test_for_strangers_nobody_looks_at_the_table(door: FrontDoor) -> None:
    asked: list[str] = []
    engine = door.setting.installation.database.read_engine
    event.listen(engine, "before_cursor_execute", lambda *seen: asked.append(seen[2]))
    door.sends(view())
    assert not any("sender_rules" in statement for statement in asked)
    door.sends(view(), token=add_dana(door.setting).token)
    assert sum("sender_rules" in statement for statement in asked) == 1


def test_while_the_database_is_away_the_last_table_stands(door: FrontDoor) -> None:
    database = door.setting.installation.database
    with database.writing() as session:
        replace_rules(session, RULES)
    known = KnownSenders(database)
    table = known.table()
    assert table.signs("198.51.1.1", "") == (OFFICE,)
    with database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE sender_rules RENAME TO elsewhere")
    try:
        known._loaded_at = float("-inf")
        assert known.table() is table
    finally:
        with database.writing() as session:
            session.connection().exec_driver_sql("ALTER TABLE elsewhere RENAME TO sender_rules")
    known._loaded_at = float("-inf")
    assert known.table() is table  # nothing changed, so nothing is made anew


def stored(door: FrontDoor, address: str, *signs: str, agent: str = PERSON) -> VisitRow:
    signer = door.setting.installation.signer
    hashed = signer.pseudonym(network_of(address))
    return visit_row(Visit(user_agent=agent, address_hash=hashed, signs=list(signs)))


def test_stored_visits_are_signed_anew_by_the_hashes_of_their_addresses(door: FrontDoor) -> None:
    signer = door.setting.installation.signer
    sure = (NO_FETCH_HEADERS, HIDDEN_LINK)
    now = Resigner(RULES, signer)
    assert now.from_now_on == ()
    assert now.resign(stored(door, "198.51.1.1", *sure)) == [*sure, OFFICE]
    assert now.resign(stored(door, "::ffff:198.51.1.1")) == [OFFICE]
    assert now.resign(stored(door, "198.51.100.1", OFFICE, HOSTING)) == [HOSTING, SECURITY]
    assert now.resign(stored(door, "198.51.100.129", HOSTING, SECURITY, *sure)) == [*sure]
    assert now.resign(stored(door, "2001:db8:7:ffff::9")) == [OFFICE]
    assert now.resign(stored(door, "192.0.2.1", LISTED_PROGRAM, HOSTING)) == [HOSTING]
    assert now.resign(stored(door, "192.0.2.1", agent="acmeagent")) == [LISTED_PROGRAM]
    forgotten = visit_row(Visit(forgotten_at=door.now))
    assert now.resign(forgotten) == []


def test_a_network_too_large_to_be_looked_up_counts_from_now_on_and_takes_nothing_back(
    door: FrontDoor,
) -> None:
    signer = door.setting.installation.signer
    large = Rule(SenderKind.OFFICE, "198.48.0.0/13")
    fine = Rule(SenderKind.OFFICE, "2001:db8:7::1/128")
    now = Resigner([large, fine, Rule(SenderKind.SECURITY, "198.51.100.0/24")], signer)
    assert set(now.from_now_on) == {large, fine}
    assert now.resign(stored(door, "198.51.1.1", OFFICE)) == [OFFICE]
    assert now.resign(stored(door, "198.51.100.1", OFFICE)) == [SECURITY]
    assert now.resign(stored(door, "198.51.1.1")) == []
    assert Resigner([], signer).resign(stored(door, "198.51.1.1", OFFICE)) == []


def test_what_a_later_request_showed_of_its_network_stays_while_such_a_network_is_listed(
    door: FrontDoor,
) -> None:
    """The first request came by a telephone's own network, the next from the office: one hash is kept."""
    signer = door.setting.installation.signer
    office, security = Rule(SenderKind.OFFICE, "203.0.113.0/24"), Rule(SenderKind.SECURITY, "198.51.100.0/24")
    people, program = Rule(SenderKind.PEOPLE, "192.0.2.0/24"), Rule(SenderKind.PROGRAM, "acme-?agent")
    colleague = stored(door, "192.0.2.1", OFFICE, LISTED_PROGRAM)
    assert Resigner([office, security, program], signer).resign(colleague) == [OFFICE]
    assert Resigner([security, program], signer).resign(colleague) == []
    assert Resigner([office, people], signer).resign(colleague) == []
    assert Resigner([office, security], signer).resign(stored(door, "198.51.100.1", OFFICE)) == [SECURITY]
    assert Resigner([security], signer).resign(stored(door, "192.0.2.1", SECURITY)) == [SECURITY]


def test_what_can_be_found_again_has_a_plain_limit() -> None:
    assert IPv4Network("198.51.0.0/16").num_addresses == MOST_ADDRESSES
    for what, is_found in (
        ("198.51.0.0/16", True),
        ("198.50.0.0/15", False),
        ("2001:db8:7::/48", True),
        ("2001:db8:6::/47", False),
        ("2001:db8:7:1::/64", True),
        ("2001:db8:7:1::/65", False),
    ):
        assert is_found_again(Rule(SenderKind.OFFICE, what)) is is_found
    assert is_found_again(Rule(SenderKind.PROGRAM, "acme"))
