"""Who gets past the edge: password, cookie, addresses, WebSockets, and nobody before it is set."""

import re
import time

import pytest

from solarrally_tui.site.access import MOST_ADDRESSES, Access
from tests.blueprints.gate.gate_setup import (
    COOKIE,
    HOST,
    KEYS,
    PASSWORD,
    TOKEN,
    call,
    code,
    cookie,
    outcome,
)

BROWSER = {"accept": "text/html,application/xhtml+xml"}
UPGRADE = {"upgrade": "websocket", "connection": "Upgrade", "sec-websocket-version": "13"}
MOST_BYTES = 10_240
"""CloudFront's limit for a function (developer guide, quotas)."""


@pytest.mark.parametrize("path", ["/", "/assets/a.js", "/ws/live", "/api/v1/sessions", "/signin"])
def test_a_stranger_is_asked_for_the_password(path: str) -> None:
    told = call("GET", path)
    assert told["statusCode"] == 401
    assert told["headers"]["www-authenticate"]["value"].startswith("Basic realm=")
    assert told["headers"]["cache-control"]["value"] == "no-store"
    assert "cookies" not in told


def test_the_right_password_is_exchanged_for_a_cookie_once() -> None:
    told = call("GET", "/", headers=PASSWORD | BROWSER)
    assert told["statusCode"] == 302
    assert re.fullmatch(r"/\?signed=\d{10}", told["headers"]["location"]["value"])
    given = told["cookies"][COOKIE]
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} == set(
        given["attributes"].split("; ")
    )
    ends = int(given["value"].split(".")[0])
    assert 43_000 < ends - time.time() <= 43_200
    held = {COOKIE: given["value"]}
    assert outcome(call("GET", "/", headers=BROWSER, cookies=held)) == "/index.html"
    assert outcome(call("GET", "/ws/live", headers=UPGRADE, cookies=held)) == "/ws/live"


def test_a_browser_without_cookies_is_not_sent_round_for_ever() -> None:
    just_now = str(int(time.time()) - 1)
    for held in ({}, cookie(ends_in=3600)):
        told = call(
            "GET", "/", headers=PASSWORD | BROWSER, query={"signed": just_now}, cookies=held
        )
        assert outcome(told) == "/index.html"


@pytest.mark.parametrize("signed", ["", "1764000000", "x"])
def test_a_bookmark_of_the_address_after_signing_in_renews_the_cookie(signed: str) -> None:
    for held in ({}, cookie(ends_in=3600)):
        told = call("GET", "/", headers=PASSWORD | BROWSER, query={"signed": signed}, cookies=held)
        assert (told["statusCode"], COOKIE in told["cookies"]) == (302, True)


@pytest.mark.parametrize(("seconds", "renewed"), [(21_000, True), (21_700, False), (43_200, False)])
def test_a_cookie_renews_itself_in_the_second_half_of_its_life(seconds: int, renewed: bool) -> None:
    told = call("GET", "/", headers=BROWSER, cookies=cookie(ends_in=seconds))
    assert outcome(told) == (302 if renewed else "/index.html")
    # What is no page is not redirected: a socket or a picture gets what it asks for.
    for path in ("/ws/live", "/assets/a.js"):
        assert outcome(call("GET", path, headers=UPGRADE, cookies=cookie(seconds))) == path


@pytest.mark.parametrize(
    "given",
    [
        "Basic",
        "Basic ",
        "Basic dmlld2VyOg==",  # no password
        "Basic YWRtaW46Y29ycmVjdCBob3JzZQ==",  # another user
        f"Basic {TOKEN}A",
        f"Basic {TOKEN[:-4]}",
        f"Bearer {TOKEN}",
        f"Digest {TOKEN}",
        f"Basic {KEYS['verifier']}",
    ],
    ids=range(9),  # the verifier is another one in every run
)
def test_anything_but_the_right_password_is_refused(given: str) -> None:
    assert outcome(call("GET", "/", headers={"authorization": given})) == 401


def forged() -> list[dict[str, str]]:
    good = cookie()[COOKIE]
    ends, signature = good.split(".")
    later = str(int(ends) + 3600)
    wrong = "0" * len(signature)
    spellings = [
        f"{later}.{signature}",
        f"{ends}.{wrong}",
        f"{ends}.",
        f".{signature}",
        ends,
        signature,
        "",
        f"{ends}.{signature}.{signature}",
        f"{ends}.{signature[:-1]}",
        f"{ends}.{signature}0",
        f"{ends}.{signature.upper()}",
        f"+{ends}.{signature}",
        f"{ends} .{signature}",
        f"9999999999999.{signature}",
        f"NaN.{signature}",
        f"{ends}.{KEYS['verifier']}",
    ]
    return [{COOKIE: value} for value in spellings] + [{f"x{COOKIE}": good}]


@pytest.mark.parametrize(
    "held",
    [
        *forged(),
        cookie(ends_in=-1),
        cookie(ends_in=-43_200),
        cookie(key=KEYS["salt"]),
        cookie(key=""),
    ],
    ids=range(len(forged()) + 4),
)
def test_a_forged_or_old_cookie_is_refused(held: dict[str, str]) -> None:
    assert outcome(call("GET", "/ws/live", headers=UPGRADE, cookies=held)) == 401


def test_a_websocket_of_another_page_is_refused_even_with_the_cookie() -> None:
    for origin in ("https://evil.example", f"https://{HOST}.evil.example", "null", "https://"):
        told = call("GET", "/ws/live", headers=UPGRADE | {"origin": origin}, cookies=cookie())
        assert outcome(told) == 403
    own = UPGRADE | {"origin": f"https://{HOST}"}
    assert outcome(call("GET", "/ws/live", headers=own, cookies=cookie())) == "/ws/live"


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_another_page_changes_nothing_with_the_viewers_cookie(method: str) -> None:
    paths = {
        "PUT": f"/api/auth/users/{'0' * 36}",
        "POST": "/api/auth/jwt/login",
        "DELETE": f"/api/auth/users/{'0' * 36}",
    }
    told = call(method, paths[method], headers={"origin": "https://evil.example"}, cookies=cookie())
    assert outcome(told) == 403


def test_the_application_sees_neither_our_cookie_nor_our_password() -> None:
    told = call("GET", "/api/v1/sessions", headers=PASSWORD, cookies=cookie() | {"theme": "dark"})
    assert "authorization" not in told["headers"]
    assert set(told["cookies"]) == {"theme"}


def test_a_token_of_the_application_passes_beside_the_cookie() -> None:
    bearer = {"authorization": "Bearer abc.def.ghi"}
    told = call("GET", "/api/auth/me", headers=bearer, cookies=cookie())
    assert told["headers"]["authorization"]["value"] == "Bearer abc.def.ghi"
    assert outcome(call("GET", "/api/auth/me", headers=bearer)) == 401


@pytest.mark.parametrize("store", [None, {"salt": "x"}, KEYS | {"key": ""}])
def test_nobody_enters_before_the_keys_are_there(store: dict[str, str] | None) -> None:
    for held in (PASSWORD, {}):
        told = call("GET", "/", headers=held, store=store)
        assert outcome(told) == 503
    empty_key = call("GET", "/ws/live", cookies=cookie(key=""), store=store)
    assert outcome(empty_key) == 503


@pytest.mark.parametrize("viewing", ["password", "addresses", "public"])
def test_health_is_open_so_that_monitors_can_ask(viewing: str) -> None:
    function = code(viewing, addresses=("203.0.113.0/24",) if viewing == "addresses" else ())
    assert outcome(call("GET", "/health", function=function, store=None)) == "/health"
    assert outcome(call("POST", "/health", function=function)) == 403


BLOCKS = ("203.0.113.0/24", "198.51.100.7/32", "2001:db8:1::/48", "fe80::1/128", "10.0.0.0/9")


@pytest.mark.parametrize(
    ("address", "listed"),
    [
        ("203.0.113.0", True),
        ("203.0.113.255", True),
        ("203.0.114.0", False),
        ("198.51.100.7", True),
        ("198.51.100.8", False),
        ("10.127.255.255", True),
        ("10.128.0.0", False),
        ("2001:db8:1::", True),
        ("2001:db8:1:ffff::9", True),
        ("2001:db8:2::", False),
        ("2001:0db8:0001:0000:0000:0000:0000:0001", True),
        ("fe80::1", True),
        ("fe80::2", False),
        ("::ffff:203.0.113.5", False),
        ("::", False),
        ("", False),
    ],
)
def test_viewing_by_address(address: str, listed: bool) -> None:
    function = code("addresses", addresses=BLOCKS)
    for path in ("/ws/live", "/api/v1/tariff"):
        told = call("GET", path, headers=UPGRADE, address=address, function=function, store=None)
        assert outcome(told) == (path if listed else 403)
    users = "/api/auth/users"
    known = call("GET", users, headers=PASSWORD, address=address, function=function)
    assert outcome(known) == (users if listed else 403)
    asked = call("GET", users, address=address, function=function)
    assert outcome(asked) == (401 if listed else 403)


def test_public_viewing_asks_nobody_who_only_looks() -> None:
    function = code("public")
    for path in ("/ws/live", "/api/v1/sessions"):
        assert outcome(call("GET", path, function=function, store=None)) == path
    assert outcome(call("GET", "/api/auth/users", function=function)) == 401
    welcome = call("GET", "/signin", headers=PASSWORD, function=function)
    assert welcome["statusCode"] == 302
    assert welcome["headers"]["location"]["value"].startswith("/?signed=")


def test_the_code_stays_within_cloudfronts_limit() -> None:
    longest = f"{':'.join(['abcd'] * 7)}:abc{{:x}}/128"
    blocks = tuple(longest.format(number % 16) for number in range(MOST_ADDRESSES))
    Access(viewing="addresses", addresses=blocks)
    assert len(code("addresses", addresses=blocks).encode()) <= MOST_BYTES


def test_the_code_and_the_outputs_hold_no_secret() -> None:
    for value in (*KEYS.values(), TOKEN):
        assert value not in code()
