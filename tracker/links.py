"""What a link carries: a prospect's signed token and, behind it, a campaign's label.

PURE: no database, no clock, no framework. The rows behind the tokens are kept by `tracker/tokens.py`.

A link reads `https://www.example.com/pricing#rb=TOKEN~spring-26`. The token says whose link it is (by
an opaque key) and whether consent is on record; the label is believed only if there is such a campaign.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import unquote, urlsplit

from tracker.errors import PlainError
from tracker.signing import InvalidSignatureError, Purpose, Signer

PARAM = "rb"
"""The name before the token in a link."""
KEY_LENGTH = 12
"""Letters and digits of a token's key; with the consent mark, all that fits into 64 signed characters."""
TOKEN_LENGTH = 64
"""Characters of a token's text, always."""
SHORTEST_REMAINS = 32
"""Characters. Longer text was a token once and is worth an answer ("mangled"); shorter is a word or a tag."""
LONGEST_TEXT = 2_000
"""Characters of an address that are looked at."""
MAX_DECODINGS = 2
"""Mailing services encode an address once; a click counter in front of them, once more."""
_PARAM = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")
LABEL_LENGTH = 39
"""Characters of a campaign's label at most."""
OWN_LINK_AGE = timedelta(days=14)
"""How long a test link marks browsers: from the first draft of a mailing to its sending, and no longer, for
one that went out to prospects by mistake makes us deaf to them.
"""

CONSENT_RECORDED = "1"
NO_CONSENT_YET = "0"

_WRAPPING = " \t\r\n\"'<(\u201c\u2018"
"""Of mail programs around an address; not the braces of merge tags."""
_TOKEN_AND_LABEL = re.compile(r"([A-Za-z0-9._-]+)(?:~([A-Za-z0-9-]{1,40}))?")
_VALUE = re.compile(rf"[01][A-Za-z0-9]{{{KEY_LENGTH}}}")
_OWN_VALUE = re.compile(rf"{CONSENT_RECORDED}([0-9]{{{KEY_LENGTH}}})")
"""The mark makes the snippet send it at once; a colleague is not asked by the page."""


class LinkError(PlainError):
    """An address cannot carry a token; the message says why and what to write instead."""


@dataclass(frozen=True, slots=True)
class RawToken:
    """What an address carried, not verified yet; `label` is empty when there was none."""

    token: str
    label: str


@dataclass(frozen=True, slots=True)
class LinkToken:
    """What a genuine token says."""

    key: str
    """Of the row in `tokens`."""
    consent_recorded: bool
    """As of the writing; the record itself is looked up again before it is relied on."""
    issued_at: datetime
    """UTC."""

    @classmethod
    def open(cls, signer: Signer, text: str, now: datetime, max_age: timedelta) -> Self:
        """Verify a token's text.

        Raises:
            tracker.signing.MissingSignatureError: the text is empty.
            tracker.signing.InvalidSignatureError: forged, mangled or meant for something else.
            tracker.signing.ExpiredSignatureError: issued longer than `max_age` ago.

        """
        signed = signer.verify(Purpose.LINK, text, now, max_age)
        if not _VALUE.fullmatch(signed.value):
            raise InvalidSignatureError
        return cls(signed.value[1:], signed.value[0] == CONSENT_RECORDED, signed.at)

    def text(self, signer: Signer) -> str:
        """Write the token: 64 URL-safe characters, the same ones each time."""
        mark = CONSENT_RECORDED if self.consent_recorded else NO_CONSENT_YET
        return signer.sign(Purpose.LINK, mark + self.key, self.issued_at)


@dataclass(frozen=True, slots=True)
class OwnLink:
    """What a test link says: it travels as a prospect's link does, and marks a browser as one of ours."""

    user_id: int
    """Whose of our own people the browser is, unless they left."""
    issued_at: datetime
    """UTC."""

    @classmethod
    def open(cls, signer: Signer, text: str, now: datetime) -> Self:
        """Verify a test link's text.

        Raises:
            tracker.signing.MissingSignatureError: the text is empty.
            tracker.signing.InvalidSignatureError: forged, mangled or meant for something else.
            tracker.signing.ExpiredSignatureError: issued longer than `OWN_LINK_AGE` ago.

        """
        signed = signer.verify(Purpose.OWN, text, now, OWN_LINK_AGE)
        found = _OWN_VALUE.fullmatch(signed.value)
        if found is None:
            raise InvalidSignatureError
        return cls(int(found[1]), signed.at)

    def text(self, signer: Signer) -> str:
        """Write what stands in the token's place: as long as a token, and of the same letters."""
        value = f"{CONSENT_RECORDED}{self.user_id:0{KEY_LENGTH}}"
        return signer.sign(Purpose.OWN, value, self.issued_at)


def read_token(text: str) -> RawToken | None:
    """Find token and label in what stood behind `rb=`, whatever mail programs and services did to it.

    Forgiven are percent-encoding (once or twice), names appended behind (`?utm_…`, `&…`), quotes and
    brackets around, and punctuation after. A label is lower-cased, since people type those. None means
    that there is no token: nothing, or a merge tag that the mailing service left as it was.
    """
    text = text[:LONGEST_TEXT]
    for _ in range(MAX_DECODINGS):
        text = unquote(text)
    found = _TOKEN_AND_LABEL.match(text.lstrip(_WRAPPING))
    if found is None:
        return None
    token = found[1].rstrip("._-")
    if len(token) < SHORTEST_REMAINS:
        return None
    return RawToken(token, (found[2] or "").strip("-").lower())


def tracked_url(url: str, token: str, label: str = "", *, param: str = PARAM, in_query: bool = False) -> str:
    """Put a token (or the merge tag that will become one) into an address's fragment.

    The page's own anchor and hash route keep working: `#pricing&rb=…`, `#/plans?rb=…`. In the query
    (`?rb=…`) it reaches server logs, so that is for mailing services that drop fragments.

    Raises:
        LinkError: the address is no web page's, or carries a token already; or the name is none.

    """
    check_param(param)
    check_web_address(url)
    if re.search(rf"[?&#]{re.escape(param)}=", url):
        msg = f"{url} carries {param}= already; give the address without it"
        raise LinkError(msg)
    page, hash_sign, fragment = url.partition("#")
    carried = f"{param}={token}~{label}" if label else f"{param}={token}"
    if in_query:
        joint = ("" if page.endswith(("?", "&")) else "&") if "?" in page else "?"
        return f"{page}{joint}{carried}{hash_sign}{fragment}"
    # A text fragment (`#:~:text=…`) is the browser's own and stays last.
    fragment, directive, text = fragment.partition(":~:")
    return f"{page}#{_behind(fragment)}{carried}{directive}{text}"


def check_param(param: str) -> None:
    """Make sure that a name can stand before the token.

    Raises:
        LinkError: it cannot; every link of a mailing would be dead.

    """
    if not _PARAM.fullmatch(param):
        msg = f"{param!r} cannot stand before the token: write letters and digits, like rb"
        raise LinkError(msg)


def check_web_address(url: str) -> None:
    """Make sure that this is the full address of a web page.

    Raises:
        LinkError: it is not.

    """
    if any(character.isspace() or not character.isprintable() for character in url):
        msg = f"{url!r} holds a space or an unprintable character; a link in a mail would break there"
        raise LinkError(msg)
    try:
        parts = urlsplit(url)
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        usable = False
    if not usable:
        msg = f"{url!r} is no page's address; write all of it, e.g. https://www.example.com/pricing"
        raise LinkError(msg)


def _behind(fragment: str) -> str:
    """Give the page's own fragment with the sign that something follows."""
    if not fragment:
        return ""
    if fragment.startswith(("/", "!")) and "?" not in fragment:
        return f"{fragment}?"
    return fragment if fragment.endswith(("?", "&")) else f"{fragment}&"
