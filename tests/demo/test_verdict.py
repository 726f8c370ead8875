"""The journey only ends well with the right mail to the right rep."""

from __future__ import annotations

from dataclasses import replace

import pytest

from demo.cast import Part
from demo.mailbox import Received
from demo.measure import figures
from demo.verdict import faults
from tests.builders import NOON

PART = Part(
    prospect_id=1,
    name="Dana Ortiz",
    email="dana@brightwell.example",
    account="Brightwell",
    phone="+442079460018",
    competitor="Acme",
    rep_name="Sam Reed",
    rep_email="sam.reed@reps.example",
)
MAIL = Received(
    number=1,
    at=NOON,
    recipient="sam.reed@reps.example",
    sender="Ringback <ringback@northwind.example>",
    subject="Call Dana Ortiz, Brightwell: £48k, lost to Acme",
    text="+44 20 7946 0018\n\nNOW   Pricing, 20 s.\nLOST  Mar 2025, £48k. CRM says: price. Chose Acme.\n",
    html="",
    headers=(),
)


def test_the_right_mail_has_no_faults() -> None:
    assert faults(MAIL, PART) == []
    assert faults(MAIL, replace(PART, phone="", competitor="", account="")) == []


def test_a_name_that_the_mail_had_to_cut_is_still_that_name() -> None:
    long = "Brightwell " * 20
    mail = replace(MAIL, subject="Call Dana Ortiz, Brightwell Brightwell Brightwell Bright…: £48k")
    assert faults(mail, replace(PART, account=long)) == []


@pytest.mark.parametrize(
    ("mail", "part", "fault"),
    [
        (MAIL, replace(PART, rep_email="priya.nair@reps.example"), "went to sam.reed@reps.example"),
        (MAIL, replace(PART, name="Tom Whitfield"), "does not name Tom Whitfield"),
        (MAIL, replace(PART, name="", email="tom@x.example"), "does not name tom@x.example"),
        (MAIL, replace(PART, account="Larkspur"), "does not name the account, Larkspur"),
        (MAIL, replace(PART, phone="+442079460024"), "does not give the number"),
        (MAIL, replace(PART, competitor="Planwell"), "chose Planwell"),
        (replace(MAIL, text="+44 20 7946 0018\n"), PART, "does not say what was lost"),
    ],
)
def test_each_fault_is_said_in_a_sentence(mail: Received, part: Part, fault: str) -> None:
    (said,) = faults(mail, part)
    assert fault in said
    assert said.endswith(".")


def test_figures_name_what_99_in_100_do_not_exceed() -> None:
    summed = figures([float(value) for value in range(1, 201)])
    assert (summed.visits, summed.median_ms, summed.p99_ms, summed.worst_ms) == (200, 100.5, 198.0, 200.0)
    alone = figures([7.0])
    assert (alone.median_ms, alone.p99_ms, alone.worst_ms) == (7.0, 7.0, 7.0)
