"""What is found on a page of the site: sentences that say what is well, and what blocks the snippet. PURE."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from tracker.doctor.finding import Finding, ill, mind, well
from tracker.looking.csp import allows, read_policies
from tracker.words import ConsentSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.looking.page import Script, Seen

SCRIPT = "/ringback.js"
REPORTS = "/ringback/v1/visit"
TALKS = {
    ConsentSource.API: (re.compile(r"\bringback\s*\("), "a call of ringback(true)"),
    ConsentSource.TCF: (re.compile(r"__tcfapi"), "a banner that speaks TCF"),
    ConsentSource.CONSENT_MODE: (re.compile(r"gtag|dataLayer"), "Google Consent Mode"),
}
"""What a page with this consent source has in its own text, mostly; tag managers may bring it later."""


def examine(seen: Seen, key: str, consent: ConsentSource) -> Iterator[Finding]:
    """Say what a browser would make of the tag of the site with this key."""
    tag = next((one for one in seen.scripts if _is_ours(one, seen.url)), None)
    if tag is None:
        yield ill(
            "The tag is not in this page as the server sends it. Paste it into the head; if a tag manager"
            " brings it later, the address bar keeps the token until then."
        )
        return
    yield from _tag(tag, seen, key, consent)
    yield from _policy(tag, seen)
    yield from _consent(seen, consent)


def _is_ours(script: Script, page: str) -> bool:
    return urlsplit(urljoin(page, script.src)).path.endswith(SCRIPT) if script.src else False


def _tag(tag: Script, seen: Seen, key: str, consent: ConsentSource) -> Iterator[Finding]:
    said = tag.attributes.get("data-site", "")
    if said != key:
        yield ill(f"The tag has the key “{said[:40]}”, which is not this site's: copy this site's tag anew.")
    else:
        yield well("The tag is there, with this site's key.")
    if seen.scripts[0] is not tag:
        yield mind(
            "Another script comes before it, and sees the token in the address bar: make it the first."
        )
    if {"async", "defer"} & tag.attributes.keys():
        yield mind("It has async or defer, so it runs after others: leave that away.")
    told = tag.attributes.get("data-consent", str(ConsentSource.API))
    if told != consent:
        yield ill(
            f"The tag says data-consent=“{told[:40]}”, and this site “{consent}”: copy this site's tag anew."
        )
    page, home = urlsplit(seen.url), urlsplit(urljoin(seen.url, tag.src))
    if page.scheme == "https" and home.scheme == "http":
        yield ill("It is fetched over plain http from a page with https: browsers refuse that.")
    if page.hostname != home.hostname:
        yield mind(
            "It comes from another host than the page, so Safari forgets browsers after 7 days. Let the"
            " site's own server pass it on: its recipe is on this page."
        )


def _policy(tag: Script, seen: Seen) -> Iterator[Finding]:
    policies = read_policies(seen.policies)
    if not policies:
        return
    src = urljoin(seen.url, tag.src)
    home = tag.attributes.get("data-endpoint") or src
    reports = urljoin(home, REPORTS)
    blocked = [
        directive
        for directive, url in (("script-src-elem", src), ("connect-src", reports))
        if not allows(policies, directive, url, seen.url, tag.attributes.get("nonce", ""))
    ]
    for directive in blocked:
        name = directive.removesuffix("-elem")
        host = f"{urlsplit(src).scheme}://{urlsplit(src).netloc}"
        yield ill(
            f"The page's Content Security Policy blocks it: add {host} to {name}, or give the tag the page's"
            " nonce where scripts are allowed by nonce."
            if name == "script-src"
            else f"The page's Content Security Policy lets it not report: add {host} to {name}."
        )
    if not blocked:
        yield well("The page's Content Security Policy lets it load and report.")


def _consent(seen: Seen, consent: ConsentSource) -> Iterator[Finding]:
    sign, what = TALKS.get(consent, (None, ""))
    if sign is not None and not sign.search(seen.text):
        yield mind(
            f"Nothing in this page looks like {what}. If nobody brings it later, no visitor ever agrees, and"
            " only people with consent on record are known."
        )
