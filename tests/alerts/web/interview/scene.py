"""Sam asks Dana why: an interview, its two links, and the browsers in which it is answered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alerts.interview.addresses import Side, link_to
from alerts.interview.making import Plan, make_interview
from alerts.web.interview.proof import TRAP
from tests.builders import add_account, add_deal, add_owner_name, add_prospect
from tracker.audit import by_user
from tracker.imports.reasons import seed_reason_rules
from tracker.models import Finding, Interview, InterviewAnswer, OfferConsent

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.tracker.web.company import Company
    from tracker.models import Deal, Prospect, User

GESTURE = "keydown 1800"
FIELD = r'name="{}" value="([^"]*)"'


@dataclass
class Scene:
    """`person` has an interview about `deal`, which `rep` made."""

    company: Company
    rep: User
    person: Prospect
    deal: Deal
    interview: Interview

    def link(self, side: Side = Side.PROSPECT) -> str:
        """The path that the link leads to."""
        installation = self.company.door.setting.installation
        return link_to(installation.signer, "", side, self.interview)

    def reader(self, side: Side = Side.PROSPECT, *, scripts: bool = True) -> Reader:
        return Reader(self, self.company.door.client.application.test_client(), self.link(side), scripts)

    def texts(self) -> dict[str, str]:
        with self.company.database.reading() as session:
            rows = session.scalars(select(InterviewAnswer))
            return {row.question: row.text for row in rows}

    def now_is(self) -> Interview:
        with self.company.database.reading() as session:
            return session.get_one(Interview, self.interview.id)

    def offers(self) -> list[OfferConsent]:
        with self.company.database.reading() as session:
            return list(session.scalars(select(OfferConsent).order_by(OfferConsent.id)))

    def learned(self) -> list[tuple[str, str, str | None]]:
        with self.company.database.reading() as session:
            rows = session.scalars(select(Finding).order_by(Finding.id))
            return [(row.kind, row.text, row.reason_kind) for row in rows]

    def change(self, **values: object) -> None:
        """Change the interview's row behind everybody's back."""
        with self.company.database.writing() as session:
            row = session.get_one(Interview, self.interview.id)
            for name, value in values.items():
                setattr(row, name, value)


@dataclass
class Reader:
    """A browser at an interview's pages; without `scripts` it sends what stands in `noscript`."""

    scene: Scene
    client: FlaskClient
    home: str
    scripts: bool = True
    page: str = field(default="")

    def gets(self, name: str = "") -> TestResponse:
        answer = self.client.get(f"{self.home}/{name}" if name else self.home, buffered=True)
        self.page = answer.text
        return answer

    def fields(self) -> dict[str, str]:
        """What the form on the page would send, as far as its user types nothing."""
        found = {name: re.search(FIELD.format(name), self.page) for name in ("seen", "plain")}
        sent = {"nonce": "", "gesture": "", TRAP: "", "seen": _value(found["seen"])}
        if self.scripts:
            nonce = re.search(r'data-nonce="([^"]+)"', self.page)
            return sent | {"nonce": _value(nonce), "gesture": GESTURE}
        return sent | {"plain": _value(found["plain"])}

    def sends(self, name: str, headers: dict[str, str] | None = None, /, **typed: str) -> TestResponse:
        """Send the form that is on the page now."""
        answer = self.client.post(
            f"{self.home}/{name}", data=self.fields() | typed, headers=headers, buffered=True
        )
        if answer.mimetype == "text/html":
            self.page = answer.text
        return answer

    def answers(self, name: str, text: str, **typed: str) -> TestResponse:
        """Open a question, think for a while, and send the answer."""
        self.gets(name)
        self.scene.company.door.move(seconds=20)
        return self.sends(name, None, answer=text, **typed)


def set_scene(company: Company, asker: str = "", gift: str = "A book voucher", **deal: Any) -> Scene:  # noqa: ANN401  (as the builder takes them)
    rep = company.hire("Sam Reed")
    with company.database.writing() as session:
        seed_reason_rules(session)
        owner = add_owner_name(session, rep)
        account = add_account(session, "Brightwell", owner)
        person = add_prospect(session, account, "Dana Ortiz", email="dana@brightwell.example")
        lost = add_deal(session, person, owner=owner, **deal)
        plan = Plan(lost.id, person.id, asker, gift)
        interview = make_interview(session, by_user(rep.id), rep.id, plan, company.door.now)
    return Scene(company, rep, person, lost, interview)


def _value(found: re.Match[str] | None) -> str:
    return found[1] if found else ""
