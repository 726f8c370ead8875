"""Which rules about senders reach earlier visits, and what is said of those that do not."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

from tracker.ingest.limits import V6_HOME_BITS
from tracker.resign import MOST_ADDRESSES, MOST_HASHES, is_found_again

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tracker.ingest.senders import Rule

NAMED = 3
"""Networks that a sentence names; of more it says how many."""

TOO_LARGE = (
    "of earlier visits' addresses only hashes are kept, by which networks of up to"
    f" {MOST_ADDRESSES:,} addresses are found again (of IPv6, that many /{V6_HOME_BITS})"
)
TOO_FINE = (
    f"an IPv6 address is hashed by its /{V6_HOME_BITS}, and what is finer cannot be found again in earlier"
    f" visits. If all of the /{V6_HOME_BITS} is meant, write that"
)
TOO_MANY = (
    f"hashes are made of {MOST_HASHES:,} addresses in all, those of the smallest networks first, and the"
    " other networks of the table use them up"
)


def from_now_on(rules: Iterable[Rule]) -> Iterator[str]:
    """Say in a sentence for each reason which rules are not applied to earlier visits, and why.

    `rules`: those of which that is known, as by `Resigner.from_now_on` or `tracker.resign.not_found_again`.
    """
    left_out: dict[str, list[Rule]] = {TOO_LARGE: [], TOO_FINE: [], TOO_MANY: []}
    for rule in rules:
        left_out[_reason(rule)].append(rule)
    return (f"{_counted(some)} from now on only: {reason}." for reason, some in left_out.items() if some)


def _reason(rule: Rule) -> str:
    if is_found_again(rule):
        return TOO_MANY
    network = ip_network(rule.what)
    return TOO_FINE if network.version > 4 and network.prefixlen > V6_HOME_BITS else TOO_LARGE  # noqa: PLR2004  (the older internet protocol)


def _counted(rules: Sequence[Rule]) -> str:
    named = ", ".join(rule.what for rule in rules[:NAMED])
    if len(rules) == 1:
        return f"{named} counts"
    return f"{len(rules):,} networks ({named}{', …' if len(rules) > NAMED else ''}) count"
