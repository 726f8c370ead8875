"""Consent as banners speak it: IAB TCF and Google Consent Mode, both of which load after the snippet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.snippet.pages import CONSENTED, CREDENTIAL, SITE_KEY, UNDECIDED, USUAL_PATHS, document, script_tag

if TYPE_CHECKING:
    from tests.snippet.servers import Server
    from tests.snippet.visitor import Visitor

pytestmark = pytest.mark.browser

TCF = """<script>
  const listeners = [];
  window.__tcfapi = (command, version, listener) =>
    command === 'addEventListener' && version === 2 && listeners.push(listener);
  window.says = (answer) => listeners.map((listener) => listener(answer, !!answer));
</script>"""
"""A consent platform; `says(...)` is what its visitor clicks."""
CONSENT_MODE = """<script>
  window.dataLayer = window.dataLayer || [];
  function gtag() { dataLayer.push(arguments) }
  gtag('js', new Date());
  gtag('consent', 'default', {analytics_storage: 'denied', ad_storage: 'denied'});
</script>"""


def answer(
    status: str, *purposes: int, gdpr: bool | None = True, refused: tuple[int, ...] = ()
) -> dict[str, Any]:
    consents = dict.fromkeys(map(str, purposes), True) | dict.fromkeys(map(str, refused), False)
    return {
        "eventStatus": status,
        "gdprApplies": gdpr,
        "purpose": {"consents": consents},
        "tcString": "CPz",
        "cmpStatus": "loaded",
    }


def says(visitor: Visitor, said: object) -> None:
    visitor.page.evaluate(f"says({json.dumps(said)})")
    visitor.reads()


@pytest.fixture
def with_tcf(site: Server, endpoint: Server) -> Server:
    site.publish(document(script_tag(endpoint, consent="tcf") + TCF), *USUAL_PATHS)
    return site


@pytest.fixture
def with_consent_mode(site: Server, endpoint: Server) -> Server:
    site.publish(document(script_tag(endpoint, consent="consent-mode") + CONSENT_MODE), *USUAL_PATHS)
    return site


@pytest.mark.usefixtures("with_tcf")
class TestTcf:
    @pytest.mark.parametrize("status", ["tcloaded", "useractioncomplete"])
    def test_storing_and_measuring_agreed_to_is_a_yes(
        self, visitor: Visitor, endpoint: Server, status: str
    ) -> None:
        visitor.opens(f"/#rb={UNDECIDED}")
        visitor.reads()
        says(visitor, answer("cmpuishown", 1, 8))
        assert endpoint.reports == []
        says(visitor, answer(status, 1, 8, 10))
        assert [report.envelope["token"] for report in endpoint.reports] == [UNDECIDED]

    @pytest.mark.parametrize(
        "said",
        [
            answer("useractioncomplete"),
            answer("useractioncomplete", 1),
            answer("tcloaded", 8),
            answer("tcloaded", 2, 3, refused=(1, 8)),
            answer("tcloaded", gdpr=None),
            answer("tcloaded", gdpr=False),
            None,
            {},
            {"eventStatus": "tcloaded"},
        ],
    )
    def test_anything_less_is_none(self, visitor: Visitor, endpoint: Server, said: object) -> None:
        visitor.opens(f"/#rb={UNDECIDED}")
        visitor.reads()
        says(visitor, said)
        visitor.follows("#to-pricing")
        visitor.reads()
        assert endpoint.reports == []
        assert visitor.stored() == {}

    def test_a_platform_that_loads_late_is_found(
        self, visitor: Visitor, site: Server, endpoint: Server
    ) -> None:
        late = TCF.replace("<script>", "<script>setTimeout(() => {").replace("</script>", "}, 4000)</script>")
        late = late.replace("const listeners", "window.listeners")
        site.publish(document(script_tag(endpoint, consent="tcf") + late), "/")
        visitor.opens(f"/#rb={UNDECIDED}")
        visitor.reads(6_000)
        says(visitor, answer("tcloaded", 1, 8))
        assert len(endpoint.reports) == 1

    def test_what_is_stored_is_not_used_before_the_platform_speaks(
        self, visitor: Visitor, endpoint: Server
    ) -> None:
        visitor.has_been_here()
        visitor.opens("/")
        visitor.reads(3_000)
        assert endpoint.reports == []
        says(visitor, answer("tcloaded", 1, 8))
        assert [report.envelope["credential"] for report in endpoint.reports] == [CREDENTIAL]

    def test_a_withdrawal_is_passed_on(self, visitor: Visitor, endpoint: Server) -> None:
        visitor.has_been_here()
        visitor.opens("/")
        visitor.reads()
        says(visitor, answer("tcloaded", 1, 8))
        says(visitor, answer("useractioncomplete"))
        assert endpoint.reports[-1].envelope == {
            "site": SITE_KEY,
            "credential": CREDENTIAL,
            "revoke": True,
            "hits": [],
        }
        assert visitor.stored() == {}


@pytest.mark.usefixtures("with_consent_mode")
class TestConsentMode:
    def test_an_update_is_the_visitor_s_choice(self, visitor: Visitor, endpoint: Server) -> None:
        visitor.opens(f"/#rb={UNDECIDED}")
        visitor.reads(3_000)
        assert endpoint.reports == []
        visitor.page.evaluate("gtag('consent', 'update', {analytics_storage: 'granted'})")
        visitor.reads()
        assert [report.envelope["token"] for report in endpoint.reports] == [UNDECIDED]

    @pytest.mark.parametrize(
        "call",
        [
            "gtag('consent', 'update', {analytics_storage: 'denied'})",
            "gtag('consent', 'update', {ad_storage: 'granted'})",
            "gtag('consent', 'default', {analytics_storage: 'granted', region: ['US']})",
            "gtag('event', 'page_view', {value: 'granted'})",
            "gtag('set', 'ads_data_redaction', true)",
            "dataLayer.push({event: 'gtm.js', analytics_storage: 'granted'})",
            "dataLayer.push(null, undefined, 7, 'text', function () {})",
        ],
    )
    def test_anything_else_is_none(self, visitor: Visitor, endpoint: Server, call: str) -> None:
        visitor.opens(f"/#rb={UNDECIDED}")
        visitor.page.evaluate(f"{{ {call} }}")
        visitor.reads(3_000)
        assert endpoint.reports == []
        assert visitor.stored() == {}

    def test_the_last_choice_counts(self, visitor: Visitor, endpoint: Server) -> None:
        visitor.has_been_here()
        visitor.opens("/")
        visitor.page.evaluate("gtag('consent', 'update', {analytics_storage: 'granted'})")
        visitor.reads()
        visitor.page.evaluate("gtag('consent', 'update', {analytics_storage: 'denied'})")
        visitor.reads()
        assert [report.envelope.get("revoke") for report in endpoint.reports] == [None, True]
        assert visitor.stored() == {}

    def test_a_tag_manager_may_replace_push(self, visitor: Visitor, endpoint: Server) -> None:
        visitor.opens(f"/#rb={UNDECIDED}")
        visitor.reads()
        visitor.page.evaluate(
            "() => { const theirs = dataLayer.push;"
            " dataLayer.push = (...items) => theirs.apply(dataLayer, items) }"
        )
        visitor.page.evaluate("gtag('consent', 'update', {analytics_storage: 'granted'})")
        visitor.reads()
        assert len(endpoint.reports) == 1

    def test_the_layer_may_come_late_or_never(self, visitor: Visitor, site: Server, endpoint: Server) -> None:
        site.publish(document(script_tag(endpoint, consent="consent-mode")), "/")
        visitor.opens(f"/#rb={UNDECIDED}")
        visitor.reads(3_000)
        assert endpoint.reports == []
        assert visitor.page.evaluate("typeof dataLayer") == "undefined"
        visitor.page.evaluate(
            "() => { window.dataLayer = []; (function () { dataLayer.push(arguments) })"
            "('consent', 'update', {analytics_storage: 'granted'}) }"
        )
        visitor.reads()
        assert len(endpoint.reports) == 1

    def test_consent_on_record_does_not_wait_for_the_banner(self, visitor: Visitor, endpoint: Server) -> None:
        visitor.opens(f"/#rb={CONSENTED}")
        visitor.reads()
        assert len(endpoint.reports) == 1
