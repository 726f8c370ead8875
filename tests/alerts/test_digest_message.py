"""The digest mail: whole texts as a rep reads them over the first coffee."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from alerts.briefing.facts import DigestBriefing, DigestEntry, DigestName
from alerts.digest_message import digest_content
from alerts.message import SUBJECT_LENGTH
from tests.alerts.written import DANA, LOST, SEEN, WHO

YESTERDAY = replace(SEEN, live=False, when="yesterday 17:40")
FIRST_CLICK = replace(DANA.why, sentence="An ordinary first click on a mailing.")
ENTRY = DigestEntry(
    replace(DANA, seen=YESTERDAY, why=FIRST_CLICK, lost=replace(LOST, as_of="", others=0, note=None)),
    visits=2,
    link="https://rb.example/a/x/prospect",
)
BARE = DigestEntry(
    replace(
        DANA,
        who=replace(WHO, name="Lee Wong", account=""),
        phone=None,
        seen=replace(YESTERDAY, read=""),
        lost=None,
        why=replace(DANA.why, sentence=""),
    ),
    visits=1,
    link="https://rb.example/a/y/prospect",
)
OTHER = DigestName("Eli Okafor, Castor", "https://rb.example/a/z/prospect")

WHOLE = """\
4 people who once said no came back. The most promising first.

1.  Dana Ortiz, Brightwell  +44 20 7946 0018
    Yesterday 17:40: Pricing, 3 min. 2 visits. An ordinary first click on a
    mailing.
    Mar 2025, Pro, £48k. CRM says: price. Chose Acme.
    https://rb.example/a/x/prospect

2.  Lee Wong
    Yesterday 17:40.
    https://rb.example/a/y/prospect

And 2 more:

-   Eli Okafor, Castor
    https://rb.example/a/z/prospect

-   Eli Okafor, Castor
    https://rb.example/a/z/prospect
"""


def test_a_morning_as_a_whole() -> None:
    content = digest_content(DigestBriefing((ENTRY, BARE), (OTHER, OTHER)))
    assert content.subject == "Dana Ortiz, Brightwell and 3 more came back"
    assert content.text == WHOLE
    for said in (
        "Dana Ortiz, Brightwell",
        'href="tel:+442079460018"',
        "An ordinary first click",
        "And 2 more",
    ):
        assert said in content.html


def test_one_person_is_one_person() -> None:
    content = digest_content(DigestBriefing((BARE,)))
    assert content.subject == "Lee Wong came back"
    assert content.text == (
        "One person who once said no came back.\n\n"
        "1.  Lee Wong\n    Yesterday 17:40.\n    https://rb.example/a/y/prospect\n"
    )
    assert "None" not in content.html


def test_who_is_still_there_is_told_with_the_time() -> None:
    live = replace(ENTRY, briefing=replace(DANA, seen=SEEN))
    assert "Today 09:42: Pricing, 3 min." in digest_content(DigestBriefing((live,))).text


@given(st.text(), st.text(), st.integers(min_value=0, max_value=2_000))
def test_a_subject_always_fits_in_one_line(name: str, account: str, more: int) -> None:
    entry = replace(ENTRY, briefing=replace(DANA, who=replace(WHO, name=name, account=account)))
    subject = digest_content(DigestBriefing((entry,), (OTHER,) * more)).subject
    assert len(subject) <= SUBJECT_LENGTH
    assert subject.endswith("came back")
    assert len(subject.splitlines()) == 1
