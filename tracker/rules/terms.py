"""For how long contracts run: the number for all, and those of single products. PURE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.names import name_key
from tracker.renewal import ASSUMED_MONTHS, DEFAULT_TERMS, LONGEST_MONTHS, Terms
from tracker.rules.numbers import Number, RuleError, whole
from tracker.rules.words import RuleName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.rules.words import StoredRules

EVERY = "every product"
PRODUCT = "product "
"""Before the key of a product's name."""
MOST_PRODUCTS = 200
MONTHS = Number(
    EVERY,
    "A contract runs for",
    ASSUMED_MONTHS,
    1,
    LONGEST_MONTHS,
    "months",
    "Where nobody said when it ends. After that it is taken to renew every year.",
)


def terms_of(stored: StoredRules) -> Terms:
    """Give them as they are stored; what cannot be is left out."""
    changes = stored.of(RuleName.TERMS)
    if not changes:
        return DEFAULT_TERMS
    usable = {name: months for name, value in changes.items() if (months := MONTHS.usable(value)) is not None}
    products = {
        name.removeprefix(PRODUCT): months for name, months in usable.items() if name.startswith(PRODUCT)
    }
    return Terms(usable.get(EVERY, ASSUMED_MONTHS), products)


def changes_of(terms: Terms) -> dict[str, int]:
    """Give what differs from the default: what is stored."""
    every = {} if terms.months == ASSUMED_MONTHS else {EVERY: terms.months}
    return every | {PRODUCT + key: months for key, months in sorted(terms.by_product.items())}


def with_term(terms: Terms, product: str, months: str) -> Terms:
    """Give them with another number for a product, or for every one where it is blank.

    A blank number is that of every product.

    Raises:
        RuleError: it is no number of months, or these are too many products.

    """
    key = name_key(product)
    if not key:
        return Terms(whole(MONTHS.read(months)), terms.by_product)
    others = {name: value for name, value in terms.by_product.items() if name != key}
    if not months.strip():
        return Terms(terms.months, others)
    if len(others) >= MOST_PRODUCTS:
        msg = f"There are {MOST_PRODUCTS} products with a number of their own: take one away first"
        raise RuleError(msg)
    return Terms(terms.months, _sorted(others | {key: whole(MONTHS.read(months))}))


def _sorted(products: Mapping[str, int]) -> Mapping[str, int]:
    return dict(sorted(products.items()))
