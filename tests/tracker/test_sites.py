"""Sites: one spelling of an origin, and the tag to paste."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from tests.builders import add_site as have_site
from tracker.links import LinkError
from tracker.models import ConsentSource, Site, TopicRule
from tracker.sites import (
    SiteError,
    SiteWishes,
    add_site,
    change_site,
    normal_origin,
    origin_of,
    script_tag,
    site_with,
)

if TYPE_CHECKING:
    from tracker.db import Database


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://www.a.example", "https://www.a.example"),
        ("https://www.a.example/", "https://www.a.example"),
        (" HTTPS://WWW.A.Example ", "https://www.a.example"),
        ("https://www.a.example:443", "https://www.a.example"),
        ("http://www.a.example:80/", "http://www.a.example"),
        ("http://127.0.0.1:8091", "http://127.0.0.1:8091"),
        ("http://[::1]:8091", "http://[::1]:8091"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://www.a.example.", "https://www.a.example"),
    ],
)
def test_an_origin_is_spelled_as_browsers_do(written: str, origin: str) -> None:
    assert normal_origin(written) == origin


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("www.northwind.example", "https://www.northwind.example"),
        ("", "https://www.example.com"),
        ("null", "https://www.example.com"),
        ("localhost:8080", "https://www.example.com"),
        ("ftp://a.example", "https://www.example.com"),
        ("https://", "https://www.example.com"),
        ("https://a.example/pricing", "write https://a.example"),
        ("https://a.example?x=1", "write https://a.example"),
        ("https://sam@a.example", "write https://a.example"),
        ("https://*.a.example", "one address of one site"),
        ("https://a.example,https://b.example", "no"),
        ("https://a.example:port", "no address"),
        ("https://two words.example", "one address of one site"),
    ],
)
def test_what_is_no_origin_is_refused_with_advice(written: str, advice: str) -> None:
    with pytest.raises(SiteError) as refused:
        normal_origin(written)
    assert advice in str(refused.value)


def test_the_first_site_brings_the_default_topics_along_and_the_second_adds_none(database: Database) -> None:
    with database.writing() as session:
        site = add_site(session, SiteWishes(("https://WWW.a.example/", "https://a.example"), name=" "))
        assert site.origins == ["https://www.a.example", "https://a.example"]
        assert site.name == "www.a.example"
        rules = session.scalar(select(func.count(TopicRule.id)))
        assert rules
        add_site(session, SiteWishes(("https://b.example",), name="B"))
        assert session.scalar(select(func.count(TopicRule.id))) == rules


def test_an_origin_belongs_to_one_site(database: Database) -> None:
    with database.writing() as session:
        have_site(session)
        with pytest.raises(SiteError, match="belongs to the site Northwind already"):
            add_site(session, SiteWishes(("https://www.northwind.example:443",)))
        with pytest.raises(SiteError, match="at least one"):
            add_site(session, SiteWishes(()))


def test_a_page_is_found_to_belong_to_its_site(database: Database) -> None:
    with database.writing() as session:
        with pytest.raises(
            SiteError, match=r"no site yet: add yours with `ringback site add https://x\.example`"
        ):
            site_with(session, "https://x.example/pricing")
        site = have_site(session)
        assert site_with(session, "https://WWW.northwind.example:443/pricing#a") is site
        with pytest.raises(SiteError, match=r"none of your sites \(https://www\.northwind\.example\)"):
            site_with(session, "http://www.northwind.example/pricing")
        with pytest.raises(SiteError, match="write all of it"):
            site_with(session, "/pricing")


def test_the_tag_names_site_and_consent_source(database: Database) -> None:
    with database.writing() as session:
        site = have_site(session, key="k3y", consent_source=ConsentSource.TCF)
    tag = '<script src="https://ring.example/ringback.js" data-site="k3y" data-consent="tcf"></script>'
    assert script_tag(site, "https://ring.example") == tag
    assert 'data-param="who"' in script_tag(site, "https://ring.example", "who")
    with pytest.raises(LinkError):
        script_tag(site, "https://ring.example", 'who"')


def test_the_origin_of_a_page_is_its_own() -> None:
    assert origin_of("https://A.example/x?y#z") == "https://a.example"


def test_of_several_who_add_the_same_site_at_once_one_does(database: Database) -> None:
    at_once = 4
    ready = Barrier(at_once)

    def add(_: int) -> str:
        ready.wait()
        try:
            with database.writing() as session:
                add_site(session, SiteWishes(("https://a.example",)))
        except SiteError as error:
            return str(error)
        return "added"

    with ThreadPoolExecutor(at_once) as people:
        said = sorted(people.map(add, range(at_once)))
    assert said[0] == "added"
    assert all("belongs to the site a.example already" in sentence for sentence in said[1:])


def test_of_two_sites_that_take_the_same_origin_at_once_one_does(database: Database) -> None:
    with database.writing() as session:
        ids = [have_site(session, origins=[f"https://{name}.example"]).id for name in ("a", "b")]
    ready = Barrier(2)

    def take(site_id: int) -> bool:
        ready.wait()
        try:
            with database.writing() as session:
                site = session.get_one(Site, site_id, with_for_update=True)
                change_site(session, site, SiteWishes(("https://c.example",)))
        except SiteError:
            return False
        return True

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(take, ids)) == [False, True]
