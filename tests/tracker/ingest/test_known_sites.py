"""The sites' rules are remembered, and never believed to be none because nobody could look."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import SQLAlchemyError

from tests.front_door import database_away
from tests.tracker.ingest.stories import ORIGIN, add_dana, set_up, view
from tests.tracker.ingest.walk import Walk
from tracker import db
from tracker.ingest.front import UnavailableError
from tracker.ingest.known_sites import MISSED_S, REFRESH_S, KnownSites
from tracker.models import PageView, Site


def test_r1_a_process_that_could_not_look_at_the_sites_yet_loses_nothing(database_url: str) -> None:
    impatient = db.connect(database_url, busy_timeout_ms=50)
    setting = set_up(impatient)
    dana = add_dana(setting)
    walk, page = Walk(setting), view()
    with database_away(database_url), pytest.raises(UnavailableError):
        walk.sends(page, token=dana.token)
    assert walk.drops() == []
    assert walk.sends(page, token=dana.token).credential
    assert len(walk.rows(PageView)) == 1
    impatient.dispose()


def test_while_the_database_is_away_what_was_known_stands(database_url: str) -> None:
    impatient = db.connect(database_url, busy_timeout_ms=50)
    setting = set_up(impatient)
    sites = KnownSites(impatient)
    assert sites.get(setting.site, ORIGIN) is not None
    sites._loaded_at -= REFRESH_S
    with database_away(database_url):
        assert sites.get(setting.site, ORIGIN) is not None
        assert sites.echo(ORIGIN) == ORIGIN
    impatient.dispose()


def test_a_page_s_headers_do_not_wait_for_the_database(database_url: str) -> None:
    impatient = db.connect(database_url, busy_timeout_ms=50)
    sites = KnownSites(impatient)
    impatient.dispose()
    with database_away(database_url):
        try:
            echoed = sites.echo(ORIGIN)
        except SQLAlchemyError:
            pytest.fail("a header is no reason to fail")
    assert echoed == ""


def test_a_site_s_new_host_is_known_a_second_after_it_was_asked_for(database_url: str) -> None:
    database = db.connect(database_url)
    setting = set_up(database)
    sites = KnownSites(database)
    other = "https://shop.northwind.example"
    rules = sites.get(setting.site, other)
    assert rules is not None
    assert other not in rules.origins
    with database.writing() as session:
        session.get_one(Site, rules.id).origins = [ORIGIN, other]
    sites._loaded_at -= MISSED_S
    rules = sites.get(setting.site, other)
    assert rules is not None
    assert other in rules.origins
    database.dispose()
