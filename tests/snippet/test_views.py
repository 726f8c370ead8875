"""One view a page, whatever the page is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.snippet.conftest import Stage

RECORDED = "1kX3v9.aVRC1g.Zm9vYmFyYmF6cXV4"


def test_plain_site(stage: Stage) -> None:
    stage.endpoint.grant()
    stage.page("/pricing", title="Pricing")
    stage.open(f"/pricing?plan=pro#rb={RECORDED}~spring-26")
    [hit] = stage.endpoint.expect(1)
    assert hit["url"] == stage.site.origin + "/pricing?plan=pro"
    assert hit["title"] == "Pricing"
