"""Only listed pairs of method and path pass the edge, however a path is written."""

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from hypothesis import example as given_example
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.blueprints.gate.gate_setup import HOST, PASSWORD, call, code, cookie, outcome

USER = "00000000-0000-0000-0000-00000000000a"
READS = (
    "/ws/live",
    "/ws/live/session-1",
    "/api/v1/tariff",
    "/api/v1/site",
    "/api/v1/sessions",
    "/api/v1/sessions/active/current",
    "/api/v1/sessions/session-1",
    "/api/v1/sessions/session-1/cost",
)
SIGNED = (
    ("GET", "/api/auth/me"),
    ("GET", "/api/auth/me/role"),
    ("GET", "/api/auth/users"),
    ("GET", f"/api/auth/users/{USER}"),
    ("GET", "/api/auth/roles"),
    ("PUT", f"/api/auth/users/{USER}"),
    ("PUT", f"/api/auth/users/{USER}/role"),
    ("DELETE", f"/api/auth/users/{USER}"),
    ("POST", "/api/auth/jwt/login"),
    ("POST", "/api/auth/jwt/logout"),
)
# What the application would do for anyone, or for anyone who is logged in.
BLOCKED = (
    ("POST", "/api/auth/register/register"),
    ("PUT", "/api/auth/me"),
    ("PATCH", "/api/auth/me"),
    ("POST", "/api/auth/reset/forgot-password"),
    ("POST", "/api/auth/reset/reset-password"),
    ("POST", "/api/auth/verify/request-verify-token"),
    ("POST", "/api/auth/verify/verify"),
    ("POST", "/api/v1/sessions"),
    ("PUT", "/api/v1/sessions/session-1"),
    ("DELETE", "/api/v1/sessions/session-1"),
    ("GET", "/docs"),
    ("GET", "/redoc"),
    ("GET", "/openapi.json"),
)
LISTED = {("GET", path) for path in READS} | set(SIGNED) | {("GET", "/health")}


def variants(path: str) -> Iterator[str]:
    """Other spellings of a path that some server, proxy or decoder takes for the same."""
    yield path
    yield from (path + end for end in ("/", "/.", "/..", ".", ";a=b", "%00", "%20", "%0a", "\\"))
    yield "".join(f"%{ord(letter):02x}" for letter in path)
    yield "/" + "".join(f"%{ord(letter):02X}" for letter in path[1:])
    yield path.replace("/", "%2f")
    yield path.replace("/", "%2F")
    yield path.replace("/", "\\")
    yield path.replace("/", "%5c")
    yield path.replace("/", "%c0%af")
    yield from (path.upper(), path.title(), path.swapcase())
    for at, letter in enumerate(path):
        before, after = path[:at], path[at + 1 :]
        code_ = f"{ord(letter):02x}"
        yield f"{before}%{code_}{after}"
        yield f"{before}%{code_.upper()}{after}"
        yield f"{before}%25{code_}{after}"
        yield f"{before}%u00{code_}{after}"
        if letter == "/":
            for other in (
                "//",
                "///",
                "/./",
                "/x/../",
                "/;/",
                "/%2e/",
                "/%2e%2e/",
                "/.%2f",
                "%2f/",
            ):
                yield before + other + after
        else:
            yield before + letter.swapcase() + after
            yield before + chr(ord(letter) + 0xFEE0) + after  # its full-width form


@pytest.mark.parametrize(("method", "path"), BLOCKED, ids=str)
@pytest.mark.parametrize("viewing", ["password", "public"])
def test_a_blocked_path_is_refused_in_every_spelling(viewing: str, method: str, path: str) -> None:
    signed, function = cookie(), code(viewing)
    seen = 0
    for spelling in variants(path):
        told = call(method, spelling, cookies=signed, function=function)
        if (method, spelling) not in LISTED:
            assert outcome(told) == 403, spelling
            seen += 1
    assert seen > 30


@pytest.mark.parametrize(("method", "path"), SIGNED, ids=str)
def test_no_spelling_gets_round_the_password(method: str, path: str) -> None:
    for viewing in ("password", "public"):
        for spelling in variants(path):
            told = call(method, spelling, function=code(viewing))
            assert outcome(told) in (401, 403), spelling


@pytest.mark.parametrize(("method", "path"), sorted(LISTED))
def test_listed_pairs_reach_the_application_as_they_are(method: str, path: str) -> None:
    assert outcome(call(method, path, cookies=cookie())) == path


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_path_passes_with_its_own_methods_only(method: str) -> None:
    for path in {path for _, path in LISTED} - {"/health"}:
        told = outcome(call(method, path, cookies=cookie()))
        refused = 405 if (method, path) == ("PUT", "/api/v1/tariff") else 403
        assert told == (path if (method, path) in LISTED else refused), path


@pytest.mark.parametrize("viewing", ["password", "public"])
def test_the_applications_own_prices_cannot_be_set(viewing: str) -> None:
    for held in ({}, cookie()):
        told = call("PUT", "/api/v1/tariff", cookies=held, function=code(viewing))
        assert (told["statusCode"], told["headers"]["allow"]["value"]) == (405, "GET, HEAD")
        assert "answers of the site" in told["body"]


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(["GET", "PUT", "POST", "DELETE", "PATCH"]),
    st.lists(
        st.sampled_from(
            [
                "/",
                "//",
                ".",
                "..",
                "%2e",
                "%2f",
                "%5c",
                "\\",
                ";",
                "%",
                "%25",
                "api",
                "API",
                "auth",
                "%61uth",
                "v1",
                "me",
                "register",
                "users",
                "tariff",
                "%74ariff",
                "sessions",
                "ws",
                "live",
                "x",
                "é",
                "%00",
                "?",
                "#",
                " ",
            ]
        ),
        max_size=9,
    ).map(lambda parts: "/" + "".join(parts)),
)
@given_example("PUT", "/api/v1/%74ariff")
def test_what_passes_is_listed_after_decoding(method: str, uri: str) -> None:
    told = call(method, uri, cookies=cookie(), headers={"origin": f"https://{HOST}"})
    if "statusCode" in told:
        is_tariff = (method, unquote(uri)) == ("PUT", "/api/v1/tariff")
        assert told["statusCode"] == (405 if is_tariff else 403)
        return
    path = told["uri"]
    assert path == "/index.html" or path == unquote(uri)
    assert "%" not in path
    assert "//" not in path
    assert "/." not in path
    if path.startswith(("/api", "/ws")):
        assert (method, path) in LISTED | {
            ("GET", "/ws/live/x"),
            ("GET", "/api/v1/sessions/x"),
        } or (method == "GET" and path.startswith(("/ws/live/", "/api/v1/sessions/")))


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/", "/index.html"),
        ("/index.html", "/index.html"),
        ("/charging/today", "/index.html"),
        ("/assets/index-Bq_3-x.js", "/assets/index-Bq_3-x.js"),
        ("/solar-panel.svg", "/solar-panel.svg"),
    ],
)
def test_the_page_and_its_files_are_shown(path: str, shown: str) -> None:
    assert outcome(call("GET", path, cookies=cookie())) == shown
    assert outcome(call("POST", path, cookies=cookie())) == 403


@pytest.mark.parametrize("path", ["/apis", "/websocket", "/documents"])
def test_pages_with_names_like_reserved_ones_are_only_pages(path: str) -> None:
    assert outcome(call("GET", path, cookies=cookie())) == "/index.html"


@pytest.mark.parametrize("viewing", ["password", "public"])
def test_registration_opens_only_when_asked_for(viewing: str) -> None:
    pair = ("POST", "/api/auth/register/register")
    assert outcome(call(*pair, headers=PASSWORD, function=code(viewing))) == 403
    opened = code(viewing, open_=True)
    assert outcome(call(*pair, headers=PASSWORD, function=opened)) == pair[1]
    assert outcome(call("GET", pair[1], headers=PASSWORD, function=opened)) == 403


@pytest.mark.parametrize(
    ("path", "sessions"), [("/ws/live", {}), ("/ws/live/session-1", {"session": "session-1"})]
)
def test_the_live_view_of_functions_is_asked_for_by_the_stage_of_its_api(
    path: str, sessions: dict[str, str]
) -> None:
    functions = code(shape="functions")
    asked = call("GET", path, headers=PASSWORD, query={"session": "all"}, function=functions)
    assert (asked["uri"], asked["querystring"]) == (
        "/live",
        {name: {"value": value} for name, value in sessions.items()},
    )
    assert outcome(call("GET", path, function=functions)) == 401
    assert outcome(call("GET", "/live", headers=PASSWORD, function=functions)) == "/index.html"


def test_other_paths_reach_functions_as_they_are() -> None:
    functions = code(shape="functions")
    for path in ("/api/v1/site", "/health", "/api/v1/sessions/session-1/cost"):
        assert outcome(call("GET", path, headers=PASSWORD, function=functions)) == path
