"""Every reason against a person has a sentence that a rep understands."""

from __future__ import annotations

from alerts.found import FOUND, LEADS, found
from tracker.ingest import agents, bursts, screen, signs
from tracker.ingest.history import PEOPLE
from tracker.models import State


def test_every_name_of_a_reason_has_its_sentence() -> None:
    names = {value for name, value in vars(signs).items() if name.isupper() and isinstance(value, str)} | {
        agents.AGENT_IS_BOT,
        agents.AGENT_IS_NO_BROWSER,
        agents.CHROME_NEVER_WAS,
    }
    names |= {bursts.SEVERAL_LINKS, bursts.SEVERAL_COMPANIES, screen.DRIVEN, screen.QUICK_GESTURE}
    assert names <= set(FOUND)
    assert set(LEADS) == set(State) - set(PEOPLE)
    assert all(sentence.endswith(".") for sentence in FOUND.values())


def test_a_reason_without_a_sentence_is_said_as_it_is() -> None:
    assert found(State.MACHINE, ["a sign of tomorrow"]) == (
        "A program was there, not a person: a sign of tomorrow."
    )
    assert found(State.UNCONFIRMED, []) == "Nothing shows any more that it was a person."
