"""What cannot run is named as such: missing parts, fixes that do not fit, settings nobody gives."""

import pytest

from solarrally_tui.source.finding import Level
from tests.source.source_setup import DEFECTS, Miniature

MISSING = {
    "backend/Dockerfile.production": "dockerfile",
    "backend/requirements.txt": "requirements",
    "backend/main.py": "entry-point",
    "frontend/package.json": "page-package",
    "frontend/package-lock.json": "page-lock",
}
BROKEN = {
    "entry-point": ("backend/main.py", "app = FastAPI", "application = FastAPI"),
    "health-route": ("backend/main.py", '"/health"', '"/healthy"'),
    "live-route": ("backend/main.py", "/ws/live", "/ws/now"),
    "package-uvicorn": ("backend/requirements.txt", "uvicorn", "hypercorn"),
    "package-asyncpg": ("backend/requirements.txt", "asyncpg", "psycopg"),
    "page-build": ("frontend/package.json", '"build"', '"make"'),
    "not-python": ("backend/api/prices.py", "wanted: float", "wanted = = float"),
    "variable-mini_key": (
        "backend/utils/broker.py",
        "up = False",
        'up = os.environ["MINI_KEY"]',
    ),
    "secret-unset": ("backend/utils/auth.py", "JWT_SECRET_KEY", "TOKEN_SECRET"),
    "jwt-strategy": ("backend/utils/auth.py", "JWTAuthentication", "TokenAuthentication"),
    "bcrypt-pin": ("backend/requirements.txt", "passlib", "argon2"),
    "websocket-reconnect": ("frontend/src/hooks/useWebSocket.tsx", "connect", "open"),
    "local-address": (
        "frontend/src/hooks/useWebSocket.tsx",
        "props.show('gone')",
        "fetch('http://localhost:8000/health')",
    ),
}


def blocked(miniature: Miniature) -> set[str]:
    return {id_ for id_, level in miniature.levels().items() if level is Level.BLOCKED}


@pytest.mark.parametrize(("name", "id_"), MISSING.items())
def test_a_missing_part_is_named_once(miniature: Miniature, name: str, id_: str) -> None:
    miniature.remove(name)
    assert id_ in blocked(miniature)
    # The fixes that need the file are not named beside it.
    assert not blocked(miniature) - {id_, "health-route", "live-route"}


@pytest.mark.parametrize("id_", sorted(BROKEN))
def test_what_cannot_run_is_blocked(miniature: Miniature, id_: str) -> None:
    assert DEFECTS.get(id_) is not Level.BLOCKED
    miniature.alter(*BROKEN[id_])
    assert blocked(miniature) == {id_}
    (finding,) = [each for each in miniature.report().findings if each.id == id_]
    assert finding.by_hand
    assert miniature.report().worst is Level.BLOCKED


def test_a_fix_that_does_not_fit_says_why(miniature: Miniature) -> None:
    miniature.alter(*BROKEN["jwt-strategy"])
    (finding,) = [each for each in miniature.report().findings if each.id == "jwt-strategy"]
    assert "the build stops" in finding.remedy
    assert "an import of JWTAuthentication 0 times" in finding.remedy
    assert [str(place) for place in finding.places] == ["backend/utils/auth.py"]


def test_health_without_the_brokers_state_is_a_warning(miniature: Miniature) -> None:
    miniature.alter("backend/main.py", '"mqtt_connected"', '"broker"')
    assert miniature.levels()["health-mqtt"] is Level.WARNING


@pytest.mark.parametrize(
    ("name", "named"), [("backend/.env", True), (".env.local", True), (".env.example", False)]
)
def test_a_file_of_variables_is_named(miniature: Miniature, name: str, named: bool) -> None:
    miniature.write(name, "DATABASE_URL=x\n")
    assert ("env-file" in miniature.levels()) is named


def test_a_variable_that_a_task_sets_is_fine(miniature: Miniature) -> None:
    miniature.alter("backend/utils/broker.py", "up = False", 'up = os.environ["JWT_SECRET_KEY"]')
    assert miniature.levels() == DEFECTS


def test_submodules_and_pointers_of_lfs_are_named(miniature: Miniature) -> None:
    miniature.write(".gitmodules", '[submodule "lib"]\n\tpath = backend/lib\n\turl = ../lib\n')
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
    miniature.write("frontend/public/logo.png", pointer)
    found = {each.id: each for each in miniature.report().findings}
    assert {"submodules", "lfs-pointers"} <= blocked(miniature)
    assert "backend/lib" in found["submodules"].what
    assert [str(place) for place in found["lfs-pointers"].places] == ["frontend/public/logo.png:1"]


def test_submodules_beside_both_halves_are_only_worth_knowing(miniature: Miniature) -> None:
    miniature.write(".gitmodules", '[submodule "docs"]\n\tpath = docs/theme\n')
    assert miniature.levels()["submodules"] is Level.WARNING


def test_a_source_from_windows_is_read_as_any_other(miniature: Miniature) -> None:
    before = miniature.levels()
    for path in miniature.root.rglob("*"):
        if path.is_file() and ".git" not in path.parts and path.suffix != ".png":
            text = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            path.write_bytes(b"\xef\xbb\xbf" + text if path.suffix == ".txt" else text)
    assert miniature.levels() == before
    miniature.write("backend/start.sh", "#!/bin/sh\r\n")
    assert miniature.levels()["windows-scripts"] is Level.WARNING
