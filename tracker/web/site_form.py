"""The form about a site: what was typed, read into wishes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tracker.sites import SiteWishes
from tracker.web.forms import FieldError, Filled
from tracker.words import ConsentSource

if TYPE_CHECKING:
    from tracker.models import Site

NEW = ("name", "origins", "source", "basis", "queries")
NAME_LENGTH = 200
BASIS_LENGTH = 100
QUERIES_KEPT = 20
QUERY_NAME = re.compile(r"[A-Za-z0-9_.\-\[\]]{1,60}")
ORIGINS_KEPT = 20


def filled_with(site: Site) -> Filled:
    """Give the form as it stands."""
    return Filled(
        {
            "name": site.name,
            "origins": " ".join(site.origins),
            "source": str(site.consent_source),
            "basis": site.legal_basis,
            "queries": " ".join(site.query_names),
        }
    )


def read_wishes(form: Filled) -> SiteWishes | None:
    """Read what an admin says of a site; None, with problems beside the fields, where it cannot be."""
    name, basis = form.take("name", _name), form.take("basis", _basis)
    origins, queries = form.take("origins", _origins), form.take("queries", _queries)
    source = form.take("source", _source)
    if name is None or basis is None or origins is None or queries is None or source is None:
        return None
    return SiteWishes(origins, name, source, basis, queries)


def read_source(text: str) -> ConsentSource | None:
    """Read the name of a consent source; None where it is none."""
    return ConsentSource(text) if text in set(ConsentSource) else None


def _name(text: str) -> str:
    if len(text) > NAME_LENGTH:
        msg = f"Keep the name within {NAME_LENGTH} characters"
        raise FieldError(msg)
    return text


def _basis(text: str) -> str:
    if len(text) > BASIS_LENGTH:
        msg = f"Keep it within {BASIS_LENGTH} characters"
        raise FieldError(msg)
    return text or "consent"


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(text.replace(",", " ").split())
    if not origins:
        msg = "Write the site's address, e.g. https://www.example.com"
        raise FieldError(msg)
    if len(origins) > ORIGINS_KEPT:
        msg = f"A site has at most {ORIGINS_KEPT} addresses"
        raise FieldError(msg)
    return origins


def _queries(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(text.replace(",", " ").split()))
    wrong = next((name for name in names if not QUERY_NAME.fullmatch(name)), None)
    if wrong is not None:
        msg = f"“{wrong[:60]}” is no name in a query: write names like product or tab, with spaces between"
        raise FieldError(msg)
    if len(names) > QUERIES_KEPT:
        msg = f"Name at most {QUERIES_KEPT}"
        raise FieldError(msg)
    return names


def _source(text: str) -> ConsentSource:
    source = read_source(text)
    if source is None:
        msg = "Choose one of these"
        raise FieldError(msg)
    return source
