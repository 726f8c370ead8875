"""What a Content Security Policy lets a page do, as browsers read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.looking.csp import allows, read_policies

PAGE = "https://www.northwind.example/pricing"
SCRIPT = "https://ringback.example.com/ringback.js"
OWN = "https://www.northwind.example/ringback.js"


@pytest.mark.parametrize(
    ("policy", "url", "allowed"),
    [
        ("", SCRIPT, True),
        ("img-src 'none'", SCRIPT, True),
        ("default-src 'self'", SCRIPT, False),
        ("default-src 'self'", OWN, True),
        ("default-src 'self'; script-src 'self' https://ringback.example.com", SCRIPT, True),
        ("script-src 'self'; script-src-elem ringback.example.com", SCRIPT, True),
        ("script-src *.example.com", SCRIPT, True),
        ("script-src *.ringback.example.com", SCRIPT, False),
        ("script-src https:", SCRIPT, True),
        ("script-src http:", SCRIPT, True),
        ("script-src *", SCRIPT, True),
        ("script-src ringback.example.com:8443", SCRIPT, False),
        ("script-src ringback.example.com:*", SCRIPT, True),
        ("script-src https://ringback.example.com/ringback.js", SCRIPT, True),
        ("script-src https://ringback.example.com/other/", SCRIPT, False),
        ("script-src 'nonce-abc' https://ringback.example.com", SCRIPT, True),
        ("script-src 'nonce-abc' 'strict-dynamic' https://ringback.example.com", SCRIPT, False),
        ("script-src https://ringback.example.com, script-src 'self'", SCRIPT, False),
        ("script-src 'none'", OWN, False),
    ],
)
def test_whether_the_script_may_load(policy: str, url: str, allowed: bool) -> None:  # noqa: FBT001  (a table)
    assert allows(read_policies([policy]), "script-src-elem", url, PAGE) is allowed


def test_a_nonce_opens_the_door_for_the_tag_that_has_it() -> None:
    policies = read_policies(["script-src 'nonce-abc' 'strict-dynamic'"])
    assert allows(policies, "script-src-elem", SCRIPT, PAGE, nonce="abc")
    assert not allows(policies, "script-src-elem", SCRIPT, PAGE, nonce="other")


@given(st.lists(st.text(max_size=300), max_size=4))
def test_no_policy_breaks_the_reading(texts: list[str]) -> None:
    assert allows(read_policies(texts), "connect-src", SCRIPT, PAGE) in (True, False)
