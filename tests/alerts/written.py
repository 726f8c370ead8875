"""The product's example, written down: a Briefing without a database."""

from __future__ import annotations

from datetime import UTC, datetime

from alerts.briefing.facts import (
    Briefing,
    IntentReason,
    LocalTime,
    Lost,
    Note,
    Phone,
    Seen,
    Who,
    Why,
)
from alerts.doors import AlertLinks

LINKS = AlertLinks(
    calling="https://rb.example/a/x/calling",
    result="https://rb.example/a/x",
    prospect="https://rb.example/a/x/prospect",
    why="https://rb.example/a/x/why",
)
WHO = Who(1, "Dana Ortiz", "Dana", "Brightwell", "dana@brightwell.example", "Head of IT")
SEEN = Seen(
    at=datetime(2026, 2, 10, 9, 42, tzinfo=UTC),
    live=True,
    when="today 09:42",
    read="Pricing, 3 min",
    came="came on their own",
    count="2nd visit this week",
    browser="Usual browser, confirmed",
    device="Chrome on Mac",
)
LOST = Lost(
    deal_id=1,
    month="Mar 2025",
    product="Pro",
    value="£48k",
    reason="price",
    decision="Chose Acme",
    ending="lost to Acme",
    as_of="6 Feb",
    others=2,
    note=Note("You", "Board wanted under £40k; SSO missing."),
)
DANA = Briefing(
    alert_id=1,
    who=WHO,
    phone=Phone("+44 20 7946 0018", "+442079460018"),
    local_time=LocalTime("09:42", "London", starts="tomorrow 09:00"),
    seen=SEEN,
    lost=LOST,
    since=('Spoke 12 Jan: "rollout slow".', "Acme renewal about March (assumed)."),
    say="Hi Dana, Sam from Northwind. How is the rollout going?",
    ask=("What is harder than you expected?", "What would you change?", "When do you next review it?"),
    why=Why(
        "high intent page",
        "Read a page about pricing.",
        62,
        "hot",
        (IntentReason("page: pricing", 30, "Read a page about pricing"),),
    ),
)
