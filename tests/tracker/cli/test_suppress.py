"""`ringback suppress`, as whoever looks after the lists types it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tracker.cli.suppress import suppress_command
from tracker.suppression import suppressed_kinds
from tracker.words import SuppressionKind

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tracker.cli.conftest import Ringback
    from tracker.installation import Installation


def kinds(installation: Installation, *emails: str) -> dict[str, set[SuppressionKind]]:
    with installation.database.reading() as session:
        return suppressed_kinds(session, installation.signer, emails)


def test_one_address_is_suppressed_and_lifted(ringback: Ringback, installation: Installation) -> None:
    ringback(suppress_command, "dana@b.example", "--kind", "do-not-call", "--source", "told Sam")
    assert kinds(installation, "dana@b.example") == {"dana@b.example": {SuppressionKind.DO_NOT_CALL}}
    ringback(suppress_command, "dana@b.example", "--kind", "do-not-call", "--lift")
    assert kinds(installation, "dana@b.example") == {}
    ringback(suppress_command, "dana", "--kind", "do-not-call", exit_code=2)


@pytest.mark.parametrize(
    "text",
    [
        "dana@b.example\nlee@f.example\nnobody\n",
        "Name;E-Mail\nDana;dana@b.example\nLee;lee@f.example\nNobody;\n",
        "dana@b.example,Dana\nlee@f.example,Lee\n,Nobody\n",
    ],
)
def test_a_list_is_suppressed_whatever_its_shape(
    ringback: Ringback, installation: Installation, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "unsubscribed.csv"
    path.write_text(text)

    said = ringback(suppress_command, str(path), "--kind", "unsubscribed").output

    assert "line" in said
    assert "2 newly recorded" in said
    assert len(kinds(installation, "dana@b.example", "lee@f.example")) == 2


def test_several_addresses_in_one_line_are_all_heard(
    ringback: Ringback, installation: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "unsubscribed.txt"
    path.write_text("dana@b.example, lee@f.example, \nkim@c.example,nobody@\n")

    said = ringback(suppress_command, str(path), "--kind", "unsubscribed").output

    assert "line 2: 'nobody@' is no e-mail address." in said
    assert len(kinds(installation, "dana@b.example", "lee@f.example", "kim@c.example")) == 3


LISTS_OF_FIVE = [
    """email,name
dana@b.example; lee@f.example,Dana
"kim@c.example, noor@d.example",Kim
sam@e.example,Sam
""",
    """email,Email 2,Name,email
dana@b.example,lee@f.example,Dana,kim@c.example
noor@d.example,,Noor,sam@e.example
""",
    """Name;Secondary e-mail;Work Email
Dana;dana@b.example;lee@f.example,kim@c.example
Noor;noor@d.example,;Sam <sam@e.example>
""",
    """Email
dana@b.example,lee@f.example
kim@c.example;noor@d.example
sam@e.example,SAM@e.example
""",
    """dana@b.example
lee@f.example; kim@c.example
noor@d.example,sam@e.example
""",
]


@pytest.mark.parametrize("text", LISTS_OF_FIVE)
def test_every_address_of_every_cell_and_column_is_heard(
    ringback: Ringback, installation: Installation, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "unsubscribed.csv"
    path.write_text(text)

    said = ringback(suppress_command, str(path), "--kind", "do-not-call").output

    assert "Addresses: 5. do-not-call: 5 newly recorded." in said
    assert "line" not in said
    all_five = [f"{name}.example" for name in ("dana@b", "lee@f", "kim@c", "noor@d", "sam@e")]
    assert len(kinds(installation, *all_five)) == 5


def test_what_may_hide_an_address_is_said(
    ringback: Ringback, installation: Installation, tmp_path: Path
) -> None:
    """A part that is none, and a row whose cells have slipped; a colleague's address is no prospect's."""
    path = tmp_path / "unsubscribed.csv"
    path.write_text(
        "email,name,owner email\ndana@b.example; lee,Dana,me@n.example\n"
        "kim@c.example,no@d.example,Kim,,z@z.example\n"
    )

    said = ringback(suppress_command, str(path), "--kind", "do-not-call").output

    assert "line 2: 'lee' is no e-mail address." in said
    assert "line 3: The row has 5 cells where the headings are 3" in said
    heard = kinds(installation, "dana@b.example", "kim@c.example", "z@z.example", "me@n.example")
    assert set(heard) == {"dana@b.example", "kim@c.example", "z@z.example"}


def test_several_addresses_as_one_argument_are_all_heard(
    ringback: Ringback, installation: Installation
) -> None:
    ringback(suppress_command, "dana@b.example, lee@f.example", "--kind", "do-not-call")
    assert len(kinds(installation, "dana@b.example", "lee@f.example")) == 2
    ringback(suppress_command, "dana@b.example, lee", "--kind", "do-not-track", exit_code=2)
    ringback(suppress_command, " ", "--kind", "do-not-track", exit_code=2)


def test_a_list_without_addresses_is_refused(ringback: Ringback, tmp_path: Path) -> None:
    path = tmp_path / "colours.csv"
    path.write_text("Colour,Size\nred,4\n")
    assert "Email" in ringback(suppress_command, str(path), "--kind", "unsubscribed", exit_code=1).output
    path.write_text("Email\nred\n")
    ringback(suppress_command, str(path), "--kind", "unsubscribed", exit_code=1)
    path.write_text("\n")
    ringback(suppress_command, str(path), "--kind", "unsubscribed", exit_code=1)
