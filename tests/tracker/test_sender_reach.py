"""Which rules hold from now on only: each of the three reasons is one sentence, however many there are."""

from __future__ import annotations

from tracker.ingest.senders import Rule
from tracker.resign import MOST_ADDRESSES, MOST_HASHES, Resigner, not_found_again
from tracker.sender_reach import from_now_on
from tracker.signing import Signer
from tracker.words import SenderKind

LARGE = Rule(SenderKind.OFFICE, "10.0.0.0/8")
FINE = Rule(SenderKind.OFFICE, "2001:db8::1/128")
FULL = MOST_HASHES // MOST_ADDRESSES
MANY = [Rule(SenderKind.PEOPLE, f"81.{10 + number}.0.0/16") for number in range(FULL + 4)]


def test_the_reason_is_the_true_one() -> None:
    [large] = from_now_on([LARGE])
    assert large.startswith("10.0.0.0/8 counts from now on only")
    assert "up to 65,536 addresses" in large
    [fine] = from_now_on([FINE])
    assert "hashed by its /64, and what is finer cannot be found again" in fine
    assert "65,536" not in fine


def test_however_many_are_left_out_there_is_a_line_for_each_reason() -> None:
    left_out = not_found_again([*MANY, LARGE, FINE, Rule(SenderKind.PROGRAM, "acme"), Rule(LARGE.kind, "?")])
    assert len(left_out) == 6
    large, fine, many = from_now_on(left_out)
    assert (large[:4], fine[:4]) == ("10.0", "2001")
    assert many.startswith("4 networks (81.18.0.0/16, 81.19.0.0/16, 81.20.0.0/16, …) count from now on only")
    assert "524,288 addresses in all" in many
    assert list(from_now_on([])) == []


def test_it_is_known_without_making_a_hash_what_a_resigner_leaves_out() -> None:
    rules = [LARGE, FINE, MANY[0], Rule(SenderKind.PROGRAM, "acme")]
    signer = Signer(("Wq7vRt2LxZp9Kd4Ns8Bf6Hj3Mc5Gy1Tu",))
    assert not_found_again(rules) == list(Resigner(rules, signer).from_now_on) == [FINE, LARGE]
