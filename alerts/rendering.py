"""How a mail becomes text: a folder of templates, with its rules for both bodies. PURE.

Every value that a template prints loses what cannot be seen; in HTML it is escaped as well.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from alerts.plain import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

TEMPLATES = Path(__file__).parent / "templates" / "mail"
COLUMNS = 78
"""Of the text body, RFC 5322's line; addresses of links may be longer, since nobody can wrap those."""
INDENT = 6
"""Columns of a label and its gap."""
QUESTION_GAP = "  "
_QUOTED = re.compile(r'"([^"]*)"')


def render(template: str, **values: object) -> str:
    """Write one part of a mail, e.g. `alert/body.html`."""
    return _ENVIRONMENT.get_template(template).render(values)


def hang(paragraphs: Iterable[str], label: str = "", indent: int = INDENT) -> str:
    """Set paragraphs under each other at `indent`, with `label` in front of the first."""
    margin = " " * indent
    lines: list[str] = []
    for paragraph in paragraphs:
        first = margin if lines else label.ljust(indent)
        lines += textwrap.wrap(
            paragraph,
            COLUMNS,
            initial_indent=first,
            subsequent_indent=margin,
            break_on_hyphens=False,
        )
    return "\n".join(lines)


def pack(parts: Iterable[str], indent: int = INDENT) -> list[str]:
    """Put as many parts in a line as fit behind `indent`, without breaking one that fits by itself."""
    lines: list[str] = []
    for part in parts:
        longer = QUESTION_GAP.join([*lines[-1:], part])
        if lines and len(longer) <= COLUMNS - indent:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def curly(text: str) -> str:
    """Set quotations in typographic marks, as a proportional font wants them."""
    return _QUOTED.sub("\u201c\\1\u201d", text)


def _seen(value: object) -> object:
    """Drop what cannot be seen from whatever a template prints."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return printable(value)


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=select_autoescape(["html"], default=False),
    undefined=StrictUndefined,
    finalize=_seen,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters["curly"] = curly
_ENVIRONMENT.filters["hang"] = hang
_ENVIRONMENT.filters["pack"] = pack
