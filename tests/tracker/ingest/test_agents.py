"""What a user agent says: bots and programs, the browsers people use, and Chromes that never were."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from is_bot import Bots

from tracker.ingest import bot_names
from tracker.ingest.agents import (
    AGENT_CACHE,
    AGENT_IS_BOT,
    AGENT_IS_NO_BROWSER,
    CHROME_NEVER_WAS,
    READ,
    AgentSays,
    _remembered,
    judge_agent,
    read_agent,
)
from tracker.ingest.bot_names import PROGRAMS, REFUSED, WITH_EXCEPTIONS, without_exceptions
from tracker.ingest.chrome_table import LAST_BUILDS
from tracker.ingest.hit import MAX_AGENT

NOTHING = AgentSays()
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT}"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


def android(model: str, rest: str = "Chrome/139.0.0.0 Mobile Safari/537.36") -> str:
    return f"Mozilla/5.0 (Linux; Android 14; {model}) {WEBKIT} {rest}"


@pytest.mark.parametrize(
    "agent",
    [
        f"{WINDOWS} Chrome/148.0.0.0 Safari/537.36",
        f"{WINDOWS} Chrome/148.0.0.0 Safari/537.36 Edg/148.0.0.0",
        f"{WINDOWS} Chrome/146.0.0.0 Safari/537.36 OPR/130.0.0.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:151.0) Gecko/20100101 Firefox/151.0",
        "Mozilla/5.0 (Android 14; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0",
        f"{MAC} Version/18.4 Safari/605.1.15",
        f"{IPHONE} Version/18.3 Mobile/15E148 Safari/604.1",
        f"{IPHONE} CriOS/147.0.7727.49 Mobile/15E148 Safari/604.1",
        f"{IPHONE} FxiOS/149.0 Mobile/15E148 Safari/605.1.15",
        f"{IPHONE} Mobile/15E148",
        f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/511.0.0.41.80;FBDV/iPhone16,1;FBSN/iOS;FBLC/de_DE]",
        f"{IPHONE} Mobile/15E148 Instagram 371.0.0.28.82 (iPhone14,5; iOS 18_3; nl_NL; scale=3.00)",
        MAC,
        android("SM-S931B", "SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36"),
        android("Pixel 9 Build/BP1A.250505.005; wv", "Version/4.0 Chrome/142.0.7444.48 Mobile Safari/537.36"),
        f"Mozilla/5.0 (Web0S; Linux/SmartTV) {WEBKIT} Chrome/108.0.5359.211 Safari/537.36",
        f"Mozilla/5.0 (Linux; Tizen 8.0) {WEBKIT} SamsungBrowser/7.4 Chrome/120.0.6099.5 TV Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
        "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; WOW64; Trident/6.0)",
        "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; .NET CLR 3.5.30729; InfoPath.2)",
        "Opera/9.80 (Windows NT 6.1; U; en) Presto/2.12.388 Version/12.18",
    ],
)
def test_the_browsers_people_use_say_nothing_against_them(agent: str) -> None:
    assert judge_agent(agent) == NOTHING


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Northwindbot/3.1; +https://crawl.northwind.example/about)",
        f"{WINDOWS} HeadlessChrome/148.0.0.0 Safari/537.36",
        f"{WINDOWS} Chrome/131.0.0.0 Safari/537.36 (compatible; LinkScanner)",
        android("Pixel 7", "Chrome/137.0.0.0 Mobile Safari/537.36 (compatible; Mobilebot/2.0)"),
        # In a browser's shape, and yet programs.
        "Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/602.1 (KHTML, like Gecko) wkhtmltopdf Version/10.0",
        f"{WINDOWS} Chrome/120.0.0.0 Safari/537.36 PageThumbnail/2",
        "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Trident/7.0; .NET4.0E; ms-office)",
    ],
)
def test_a_bot_is_known_by_its_name(agent: str) -> None:
    assert judge_agent(agent) == AgentSays(machine=AGENT_IS_BOT)


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Evergreen Index)",
        "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Evergreen)",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_2) Ledger/5.1",
        "Mozilla/5.0 (X11; Linux x86_64; rv:24.0) Gecko/20100101 Ledger/0.9",
        f"{WINDOWS} Ledger/22.1.0",
        f"{WINDOWS} Chrome/137.0.0.0 Safari/537.36 (Evergreen)",
        "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1) Ledger",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/139.0.0.0",
        "Dalvik/2.1.0 (Linux; U; Android 13; SM-A546B Build/TP1A.220624.014)",
        "okhttp/4.12.0",
        "python-requests/2.32.3",
        "Mozilla/5.0",
        "(((((",
        "",
    ],
)
def test_what_is_not_shaped_like_a_browser_is_not_a_page_view(agent: str) -> None:
    assert judge_agent(agent) == AgentSays(machine=AGENT_IS_NO_BROWSER)


@pytest.mark.parametrize(
    "agent",
    [
        android("CUBOT P90"),
        android(
            "CUBOT_MAX_6 Build/UP1A.231005.007; wv", "Version/4.0 Chrome/139.0.7258.62 Mobile Safari/537.36"
        ),
        android(
            "Vestel Google TV Build/RTM6.230109.097; wv", "Version/4.0 Chrome/133.0.6943.49 Safari/537.36"
        ),
        android("Discovery Tab 9"),
        f"{WINDOWS} Chrome/143.0.0.0 Safari/537.36 NewsBrowser/4.2",
        android("SM-A155F", "Chrome/139.0.0.0 Mobile Safari/537.36 Opera News/13.2"),
        f"{WINDOWS} Chrome/143.0.0.0 Safari/537.36,gzip(gfe);GoogleSomething",
        "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; Trident/7.0; GWX:DOWNLOADED; GWX:RED)",
        "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; msn OptimizedIE8;DEDE)",
        "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.0; Trident/4.0; chromeframe/31.0.1650.63)",
        f"Mozilla/5.0 (Linux armv7l) {WEBKIT} Chrome/84.0.4147.9 Safari/537.36 OMI/4.22.2.30.Catcher3.12",
    ],
)
def test_the_list_is_corrected_where_it_takes_people_for_bots(agent: str) -> None:
    assert judge_agent(agent) == NOTHING


@pytest.mark.parametrize(
    "agent",
    [
        android("CUBOT P90; Storecrawler/1.0"),
        android("CUBOT P90", "Chrome/139.0.0.0 Mobile Safari/537.36 (compatible; crawler)"),
        android("Pagescreenshot 5"),
    ],
)
def test_a_correction_passes_over_words_not_over_the_whole_user_agent(agent: str) -> None:
    assert judge_agent(agent) == AgentSays(machine=AGENT_IS_BOT)


def test_the_list_is_the_librarys_and_re2_takes_nearly_all_of_it() -> None:
    listed = Bots().patterns
    assert set(WITH_EXCEPTIONS) <= listed
    assert REFUSED == ()
    assert len(WITH_EXCEPTIONS) < len(listed) / 10


@given(
    st.text(max_size=60) | st.sampled_from(["Google Pixel", "a googlebot", "camscanner", "Java;", "java/8"])
)
def test_under_re2_the_list_says_what_it_says_in_its_own_engine(words: str) -> None:
    text = f"Mozilla/5.0 {words}"
    if text.isascii() and not bot_names._programs.search(text.encode()) and not text.endswith("\n"):
        passed_over = bot_names._innocent.search(text.encode())
        assert passed_over or bot_names.names_a_bot(text.encode()) is Bots().is_bot(text)


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        (r"(?<! cu)bots?(?:\b|_)", r"bots?(?:\b|_)"),
        (r"(?<! a/|b/)name(?!(?:x|y|/z| w))", "name"),
        (r"a\(?!b", r"a\(?!b"),
        (r"[(?!]a(?=[)b])c", r"[(?!]ac"),
    ],
)
def test_exceptions_are_left_out_of_a_pattern_and_nothing_else(pattern: str, left: str) -> None:
    assert without_exceptions(pattern) == left


@pytest.mark.parametrize("name", [pattern for pattern in PROGRAMS if pattern.isalpha()])
def test_a_program_is_known_wherever_it_writes_its_name(name: str) -> None:
    for agent in (
        android(f"Nexus 5; {name}"),
        f"{WINDOWS} {name.upper()}/1.0 Chrome/139.0.0.0 Safari/537.36",
        f"{WINDOWS} Chrome/139.0.0.0 Safari/537.36 {name}",
    ):
        assert judge_agent(agent) == AgentSays(machine=AGENT_IS_BOT)


@pytest.mark.parametrize(
    "version",
    [
        "44.0.7012.1204",  # years ahead of its major
        "99.0.4700.51",  # its build is of the major before
        "52.3.2743.82",  # since version 5 no minor number ever was other than 0
        "60.0.3112.1900",  # no branch had so many patches
        "133.0.6700.88",
        "999.0.4000.1",
    ],
)
def test_a_chrome_that_never_existed_is_not_believed(version: str) -> None:
    demoted = AgentSays(demotion=CHROME_NEVER_WAS)
    assert judge_agent(f"{WINDOWS} Chrome/{version} Safari/537.36") == demoted
    assert judge_agent(f"{IPHONE} CriOS/{version} Mobile/15E148 Safari/604.1") == demoted


@pytest.mark.parametrize(
    "version",
    [
        "148.0.0.0",
        "100.0.4896.127",
        "33.0.0.0",  # early web views said no build
        "78.0.3904.70",
        "79.0.3931.0",  # a canary, between two branches
        "138.0.7204.2011",  # a vendor counts patches in its own way
        "999.0.99999.1",  # newer than the table
        "4.1.249.1064",  # older than the table
        "99999999.0.1.1",
    ],
)
def test_a_chrome_that_existed_or_may_exist_by_now_is(version: str) -> None:
    assert judge_agent(f"{WINDOWS} Chrome/{version} Safari/537.36") == NOTHING


def test_every_major_of_the_table_comes_after_the_one_before_it() -> None:
    majors, builds = list(LAST_BUILDS), list(LAST_BUILDS.values())
    assert majors == list(range(majors[0], majors[-1] + 1))
    assert builds == sorted(set(builds))


def test_verdicts_are_remembered_up_to_a_number() -> None:
    for number in range(AGENT_CACHE + 10):
        read_agent(f"curl/{number}")
    assert _remembered.cache_info().currsize == AGENT_CACHE


def test_as_much_is_read_as_is_stored() -> None:
    assert READ == MAX_AGENT
    assert judge_agent(f"{WINDOWS} Chrome/148.0.0.0 Safari/537.36{' ' * READ}Googlebot/2.1") == NOTHING


hostile = st.one_of(
    st.text(st.characters(codec=None), max_size=9_000),
    st.binary(max_size=9_000).map(lambda raw: raw.decode("latin-1")),
    st.text(alphabet="Mozila/5.0 ();:+AppWebKitChrome\x00\ud800é", max_size=2_000),
    # Shapes that make a backtracking engine despair.
    st.sampled_from(
        ["(", "((", "(a", "()", "a" * 9, "; ", "Chrome/", "(Linux; Android 1; ", "\\", "rv:"]
    ).map(lambda part: "Mozilla/5.0 (" + part * (8_192 // len(part))),
)


@given(hostile)
@example("\ud800")
def test_any_text_is_judged(agent: str) -> None:
    says = judge_agent(agent)
    assert says.machine in ("", AGENT_IS_BOT, AGENT_IS_NO_BROWSER)
    assert says.demotion in ("", CHROME_NEVER_WAS)
    assert not (says.machine and says.demotion)
    assert says == read_agent(agent)


@given(st.tuples(*[st.integers(0, 10**6)] * 4))
def test_any_version_is_judged(version: tuple[int, int, int, int]) -> None:
    says = judge_agent(f"{WINDOWS} Chrome/{'.'.join(map(str, version))} Safari/537.36")
    assert says.machine == ""
