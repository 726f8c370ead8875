"""An application that loads no documents: one view for each navigation, whoever made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.snippet.servers import Server
    from tests.snippet.visitor import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def dana(visitor: Visitor) -> Visitor:
    """Known, on the start page, which has been reported."""
    visitor.has_been_here()
    visitor.opens("/")
    visitor.reads()
    return visitor


def goes(visitor: Visitor, script: str) -> None:
    visitor.page.evaluate(f"() => {{ {script} }}")
    visitor.reads(2_000)


def paths(endpoint: Server, site: Server, kind: str = "view") -> list[str]:
    return [hit["url"].removeprefix(site.url) for hit in endpoint.hits_of(kind)]


def test_each_navigation_is_one_view_and_the_page_before_is_left(
    dana: Visitor, site: Server, endpoint: Server
) -> None:
    goes(dana, "history.pushState({}, '', '/pricing')")
    goes(dana, "history.pushState({}, '', '/docs?page=2')")
    assert paths(endpoint, site) == ["/", "/pricing", "/docs?page=2"]
    assert paths(endpoint, site, "leave") == ["/", "/pricing"]
    ids = [hit["id"] for hit in endpoint.hits_of("view")]
    assert len(set(ids)) == 3
    assert [hit["id"] for hit in endpoint.hits_of("leave")] == ids[:2]


def test_back_and_forward_are_navigations(dana: Visitor, site: Server, endpoint: Server) -> None:
    goes(dana, "history.pushState({}, '', '/pricing')")
    goes(dana, "history.back()")
    goes(dana, "history.forward()")
    assert paths(endpoint, site) == ["/", "/pricing", "/", "/pricing"]


def test_replacing_an_address_counts_only_when_it_changes(
    dana: Visitor, site: Server, endpoint: Server
) -> None:
    goes(dana, "history.replaceState({scroll: 1}, '')")
    goes(dana, "history.replaceState({scroll: 2}, '', location.href)")
    goes(dana, "history.pushState({}, '', '/')")
    assert paths(endpoint, site) == ["/"]
    goes(dana, "history.replaceState({}, '', '/pricing')")
    assert paths(endpoint, site) == ["/", "/pricing"]


def test_an_anchor_is_a_place_on_the_page(dana: Visitor, site: Server, endpoint: Server) -> None:
    goes(dana, "location.hash = 'prices'")
    goes(dana, "history.pushState({}, '', '#top')")
    assert paths(endpoint, site) == ["/"]


@pytest.mark.parametrize("route", ["#/a/b", "#!/a"])
def test_a_hash_route_is_a_page(dana: Visitor, site: Server, endpoint: Server, route: str) -> None:
    goes(dana, f"location.hash = '{route}'")
    assert paths(endpoint, site) == ["/", f"/{route}"]


def test_each_view_has_its_own_title_and_evidence(dana: Visitor, endpoint: Server) -> None:
    dana.presses("Tab")
    dana.reads(4_000)
    goes(dana, "history.pushState({}, '', '/pricing'); document.title = 'Pricing'")
    dana.reads(4_000)
    goes(dana, "history.pushState({}, '', '/docs'); document.title = 'Docs'")
    first, second, third = endpoint.hits_of("view")
    assert [first["title"], second["title"], third["title"]] == ["Northwind", "Pricing", "Docs"]
    left, left_next = endpoint.hits_of("leave")
    assert left["first"] == left["last"] <= 2_000
    assert "first" not in left_next
    assert 5_000 <= left["visible"] <= 6_500
    assert 5_000 <= left_next["visible"] <= 6_500


def test_the_page_s_own_history_functions_are_not_replaced(dana: Visitor) -> None:
    for name in ("history.pushState", "history.replaceState", "fetch", "addEventListener", "setInterval"):
        assert "ringback" not in dana.page.evaluate(f"String({name})")
    assert dana.page.evaluate(
        "['pushState', 'replaceState'].every((name) => !history.hasOwnProperty(name)"
        " && /native code/.test(History.prototype[name]))"
    )
