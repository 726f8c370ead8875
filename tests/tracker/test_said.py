"""What is said of a filter and not known here: it is carried along, and never left out in silence."""

from __future__ import annotations

import pytest

from tracker.segments.filter import Filter, Latest, Mailable
from tracker.segments.said import STRANGE, Said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "CONFIRMED"),
        ("alerts", "h\N{CYRILLIC SMALL LETTER IE}ld"),
        ("state[]", "confirmed"),
        ("least", "20k"),
        ("most", "1" * 20),
        ("owner", "1e9"),
        ("segments", "all"),
        ("lost_to", ","),
    ],
)
def test_what_is_not_known_is_carried_along_and_known_to_be(name: str, value: str) -> None:
    said = Said.read({name: value, "mail": "yes"})
    assert said.wanted == Filter(mail=Mailable.YES)
    assert not said.is_clear
    assert said.values() == {"mail": "yes", name: value}
    assert Said.read(said.values()) == said
    assert said.told() == {"mail": "yes", name: "…"}
    assert Said.read(said.without(name)).is_clear


def test_what_decides_on_nobody_is_left_out() -> None:
    said = Said.read(
        {"sort": "height", "state[]": " ", "state": "confirmed\N{ZERO WIDTH SPACE}", "least": ""}
    )
    assert said.is_clear
    assert said.values() == {"state": Latest.CONFIRMED}


@pytest.mark.parametrize("name", ["q", "tag", "goal", "competitor", "said", "willing", "least", "strange"])
@pytest.mark.parametrize("value", ["\N{RIGHT-TO-LEFT OVERRIDE}", "\N{ZERO WIDTH SPACE}", "\0"])
def test_what_nobody_can_see_lets_nobody_in(name: str, value: str) -> None:
    said = Said.read({name: value})
    assert not said.is_clear
    # Its address, opened again, finds nobody or is not known: never everybody.
    again = Said.read(said.values())
    assert again.wanted.is_narrow or not again.is_clear


def test_a_field_that_was_mistyped_is_told_from_a_link_of_old() -> None:
    said = Said.read({"least": "20k", "reason": "whim"})
    assert (said.mistyped, said.unknown) == (("least",), {"reason": "whim"})


def test_however_much_is_strange_little_is_carried_along() -> None:
    assert len(Said.read({f"part {number}": "x" * 999 for number in range(999)}).amiss) == STRANGE
