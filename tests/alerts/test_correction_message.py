"""The mail that takes alerts back, as it reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.correction_message import TakenBack, correction_content
from alerts.message import SUBJECT_LENGTH
from tests.alerts.test_payloads import PAYLOADS, UNSTORABLE, Outline, filled_with
from tests.alerts.written import LINKS, WHO

DANA = TakenBack(
    WHO,
    told="today 09:42",
    in_digest=False,
    found="Several links of the mail were opened within seconds, as mail filters do.",
    links=LINKS,
)
LEE = replace(DANA, who=replace(WHO, name="Lee Wong", account="Harcourt & Sons"), in_digest=True)
NAMELESS = replace(DANA, who=replace(WHO, name="", first_name="", account=""))


def test_it_is_short() -> None:
    content = correction_content((DANA,))
    assert content.subject == "No need to call Dana Ortiz, Brightwell"
    assert (
        content.text
        == """\
No need to call Dana Ortiz, Brightwell.

ALERT Today 09:42.
WHY   Several links of the mail were opened within seconds, as mail filters
      do.
DO    Nothing. If you called already, log the result.

Log the result
https://rb.example/a/x
Why taken back
https://rb.example/a/x/why
"""
    )


def test_of_several_each_has_an_entry() -> None:
    content = correction_content((DANA, LEE))
    assert content.subject == "No need to call Dana Ortiz, Brightwell and 1 more"
    assert (
        content.text
        == """\
No need to call these 2 people. If you called one already, log the result.

1.  Dana Ortiz, Brightwell
    Alert of today 09:42.
    Several links of the mail were opened within seconds, as mail filters do.
    Log the result: https://rb.example/a/x

2.  Lee Wong, Harcourt & Sons
    In the digest of today 09:42.
    Several links of the mail were opened within seconds, as mail filters do.
    Log the result: https://rb.example/a/x
"""
    )


@pytest.mark.parametrize("taken_back", [(DANA,), (DANA, LEE), (NAMELESS,)])
def test_both_bodies_say_the_same(taken_back: tuple[TakenBack, ...]) -> None:
    content = correction_content(taken_back)
    for one in taken_back:
        for text in (one.who.label, "Several links of the mail"):
            assert text in content.text
            assert text in content.html
    assert set(Outline(content.html).hrefs) <= {LINKS.result, LINKS.why}


@pytest.mark.parametrize("account", ["", "Brightwell", "Brightwell International Freight Forwarding Company"])
def test_the_subject_fits_a_phone_and_names_them(account: str) -> None:
    long = replace(DANA, who=replace(WHO, account=account))
    for taken_back in ((long,), (long, LEE)):
        subject = correction_content(taken_back).subject
        assert subject.startswith("No need to call Dana Ortiz")
        assert len(subject) <= SUBJECT_LENGTH


@pytest.mark.parametrize("payload", [*PAYLOADS, *UNSTORABLE])
def test_s7_what_stands_in_an_import_is_text(payload: str) -> None:
    filled = replace(DANA, who=filled_with(WHO, payload), found=payload)
    for taken_back in ((filled,), (filled, LEE)):
        content = correction_content(taken_back)
        plain, usual = Outline(content.html), Outline(correction_content((DANA, LEE)[: len(taken_back)]).html)
        assert plain.marks == usual.marks
        assert plain.hrefs == usual.hrefs
        assert len(content.subject.splitlines()) == 1
        assert len(content.subject) <= SUBJECT_LENGTH
