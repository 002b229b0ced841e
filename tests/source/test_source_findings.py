"""The check names exactly what is wrong, where, and no longer once it is right."""

from pathlib import Path

import pytest

from solarrally_tui.source.checks import build_fixes
from solarrally_tui.source.finding import Level
from tests.build.fix_names import named_fixes
from tests.source.source_setup import DEFECTS, Miniature

PLACES = {
    "user-model-uuid": ["backend/models/user.py:3", "backend/models/user.py:7"],
    "bcrypt-pin": ["backend/requirements.txt:5"],
    "sql-echo-off": ["backend/db/database.py:8"],
    "dockerignore": ["backend/.dockerignore"],
    "websocket-address": ["frontend/src/hooks/useWebSocket.tsx:14"],
    "two-workers": ["backend/Dockerfile.production:10"],
    "constant-client-id": ["backend/utils/broker.py:10"],
    "broker-needed-at-start": ["backend/utils/broker.py:13"],
    "database-default": ["backend/db/database.py:5"],
    "tables-at-start": ["backend/db/database.py:18"],
    "open-registration": ["backend/api/account.py:7", "backend/api/account.py:15"],
    "self-made-superuser": ["backend/api/account.py:21"],
    "writing-without-login": ["backend/api/prices.py:7"],
    "live-without-login": ["backend/main.py:21"],
    "any-origin": ["backend/main.py:9"],
    "stale-connections": ["backend/db/database.py:8"],
    "emails-in-log": [
        "backend/api/account.py:26",
        "backend/api/accounts.py:28",
        "backend/api/accounts.py:31",
    ],
    "health-blind": ["backend/main.py:17"],
    "never-stored": ["backend/db/database.py:12"],
    "currency-in-names": ["backend/api/account.py:30"],
    "local-page-beside": ["look.html:1"],
}

RIGHT = {
    "bcrypt-pin": ("backend/requirements.txt", "asyncpg", "bcrypt==4.0.1\nasyncpg"),
    "sql-echo-off": ("backend/db/database.py", "echo=True", "echo=False"),
    "websocket-address": (
        "frontend/src/hooks/useWebSocket.tsx",
        '"ws://localhost:8000/ws/live"',
        "`wss://${location.host}/ws/live`",
    ),
    "two-workers": ("backend/Dockerfile.production", '"--workers", "2"', '"--workers", "1"'),
    "constant-client-id": ("backend/utils/broker.py", 'client_id="miniature"', "client_id=''"),
    "broker-needed-at-start": (
        "backend/utils/broker.py",
        'raise ConnectionError("no broker")',
        "pass",
    ),
    "database-default": ("backend/db/database.py", "mini:ature@", ""),
    "secret-default": ("backend/utils/auth.py", ', "written-in-the-code"', ""),
    "tables-at-start": ("backend/db/database.py", "create_all", "tables"),
    "redirects-to-http": ("backend/main.py", 'title="miniature"', "redirect_slashes=False"),
    "publishers-without-tls": ("scripts/publish.py", "client = ", "tls_set = "),
    "local-page-beside": ("look.html", "localhost", "example.com"),
    "open-registration": ("backend/api/account.py", "    role_id: int = 3", "    pass"),
    "self-made-superuser": ("backend/api/account.py", "current_driver)", "current_superuser)"),
    "writing-without-login": (
        "backend/api/prices.py",
        "wanted: float",
        "wanted: float, driver=Depends(admin)",
    ),
    "live-without-login": ("backend/main.py", "socket.accept()", "socket.accept(socket.cookies)"),
    "any-origin": ("backend/main.py", 'allow_origins=["*"]', 'allow_origins=["https://a.b"]'),
    "health-blind": ("backend/main.py", '"database": "connected"', '"database": broker.looked()'),
    "currency-in-names": ("backend/api/account.py", "cost_jmd", "cost"),
    "never-stored": ("backend/db/database.py", "async def", "kept = Ride()\n\n\nasync def"),
}


def test_it_names_exactly_what_is_known_to_be_wrong(miniature: Miniature) -> None:
    assert miniature.levels() == DEFECTS


@pytest.mark.parametrize("id_", sorted(PLACES))
def test_it_says_where(miniature: Miniature, id_: str) -> None:
    assert miniature.places(id_) == PLACES[id_]


@pytest.mark.parametrize("id_", sorted(RIGHT))
def test_what_was_made_right_is_not_named(miniature: Miniature, id_: str) -> None:
    miniature.alter(*RIGHT[id_])
    assert miniature.levels() == {k: v for k, v in DEFECTS.items() if k != id_}


ONLY_WHERE_NO_FIX_FITS = {
    "token-in-log": ("backend/api/account.py", '{token}"', '{token} of {names(token)}"'),
    "state-in-process": ("backend/api/prices.py", "wanted: float):", "w):\n    global price"),
}


@pytest.mark.parametrize("id_", sorted(ONLY_WHERE_NO_FIX_FITS))
def test_a_risk_that_the_build_closes_is_named_only_where_its_fix_does_not_fit(
    miniature: Miniature, id_: str
) -> None:
    assert id_ not in miniature.levels()
    miniature.alter(*ONLY_WHERE_NO_FIX_FITS[id_])
    assert miniature.levels()[id_] is Level.WARNING


def test_every_finding_says_what_happens_or_what_to_do(miniature: Miniature) -> None:
    for each in miniature.report().findings:
        assert each.places
        assert (each.level is Level.FIXED) == bool(each.fix)
        assert each.by_hand == (each.level is Level.WARNING)
        assert each.what.endswith(".")
        assert each.remedy.endswith(".")


def test_the_fixes_are_the_builds_own() -> None:
    assert build_fixes.names() == tuple(name for name, _ in named_fixes())
    assert list(build_fixes.DONE) == list(build_fixes.names())
    assert {k for k, level in DEFECTS.items() if level is Level.FIXED} == set(build_fixes.names())


def test_a_source_with_all_fixes_needs_none(miniature: Miniature, tmp_path: Path) -> None:
    _, fixed, folder = build_fixes.attempt(build_fixes.Tree(miniature.root))
    with folder:
        again, _, other = build_fixes.attempt(fixed)
        other.cleanup()
    assert not [each for each in again if each.applied or each.mismatch]


def test_the_environment_of_another_library_is_left_alone(miniature: Miniature) -> None:
    miniature.append("backend/main.py", '\nHEADERS = {}.get("SECRET", "nothing")\n')
    assert miniature.levels() == DEFECTS


def test_tests_and_installed_packages_are_not_looked_at(miniature: Miniature) -> None:
    for folder in ("backend/tests", "backend/venv/lib", "backend/node_modules/x"):
        miniature.write(f"{folder}/broken.py", "def (:\n")
    miniature.write("backend/test_something.py", "def (:\n")
    assert miniature.levels() == DEFECTS
