"""What the fixed backend does: the fixture's own handlers run, on miniatures of its libraries."""

import json
import shutil
import subprocess
import sys
from typing import Any

import pytest

from tests.build.build_setup import HERE
from tests.build.fix_names import SOURCE

PROGRAM = """
import asyncio, contextlib, io, json
from types import SimpleNamespace
import main
from api import accounts, site
from fastapi import HTTPException

ROUTES, said = main.app.routes, {}

class Session:
    def __init__(self, user): self.user, self.did = user, []
    async def get(self, _table, _id): return self.user
    async def execute(self, statement): self.did.append(["execute", *map(str, statement.said)])
    async def delete(self, user): self.did.append(["delete", user.id])

user = SimpleNamespace(id="7", email="anne@example.com", hashed_password="old", badge="B")
session = Session(user)
new = SimpleNamespace(dict=lambda **_: {"password": "new one", "badge": "C", "other": 1})
asyncio.run(ROUTES["put", "/api/auth/users/{driver_id}"]("7", new, session))
said["changed"] = [user.hashed_password, user.badge]
asyncio.run(ROUTES["delete", "/api/auth/users/{driver_id}"]("7", session))
said["deleted"] = session.did
try:
    asyncio.run(ROUTES["put", "/api/v1/tariff"]({"grid": 1}))
except HTTPException as refused:
    said["refused"] = [refused.status_code, refused.detail]
said["currency"] = asyncio.run(ROUTES["get", "/api/v1/rides/{ride_id}/cost"](1))["currency"]
answer = asyncio.run(ROUTES["error", "IntegrityError"](None, None))
said["conflict"] = answer.status_code
log = io.StringIO()
with contextlib.redirect_stdout(log):
    asyncio.run(accounts.Manager().on_after_login(user))
    asyncio.run(accounts.Manager().on_after_forgot_password(user, "secret-token"))
said["log"] = log.getvalue()
for name, watts in (("a", 100.0), ("b", 20.0)):
    message = {"unit_id": name, "power_w": watts, "status": "charging"}
    asyncio.run(main.sockets.broadcast_telemetry(message))
said["both"] = asyncio.run(ROUTES["get", "/api/v1/site"]())
heard, message = site._heard["a"]
site._heard["a"] = (heard - site.timedelta(seconds=31), message)
said["one"] = asyncio.run(ROUTES["get", "/api/v1/site"]())
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = tmp_path_factory.mktemp("fixed")
    shutil.copytree(HERE / "fixture", root, dirs_exist_ok=True)
    fixing = [sys.executable, "-m", "fixes", str(root), "backend"]
    subprocess.run(fixing, cwd=SOURCE, check=True, capture_output=True)
    answers = {
        "CURRENCY": "EUR",
        "SOLAR_PRICE_PER_KWH": "0.12",
        "GRID_PRICE_PER_KWH": "0.35",
        "SILENT_AFTER_SECONDS": "30",
    }
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            PROGRAM.replace("site.timedelta", "__import__('datetime').timedelta"),
        ],
        cwd=root / "backend",
        env={"PYTHONPATH": str(HERE / "libraries"), "PYTHONDONTWRITEBYTECODE": "1"} | answers,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return dict(json.loads(ended.stdout))


def test_a_password_is_changed_and_other_fields_as_before(said: dict[str, Any]) -> None:
    assert said["changed"] == ["hash of new one", "C"]


def test_the_sessions_of_a_deleted_user_stay_without_a_name(said: dict[str, Any]) -> None:
    update, delete = said["deleted"]
    assert update == ["execute", "Ride", "('is', '7')", "{'user_id': None}"]
    assert delete == ["delete", "7"]


def test_prices_come_from_the_answers_and_cannot_be_set(said: dict[str, Any]) -> None:
    assert said["refused"][0] == 405
    assert "answers of the site" in said["refused"][1]
    assert said["currency"] == "EUR"
    prices = [said["both"][name] for name in ("solar_price_per_kwh", "grid_price_per_kwh")]
    assert prices == [0.12, 0.35]


def test_the_log_names_nobody_and_no_token(said: dict[str, Any]) -> None:
    assert said["log"].splitlines() == ["✅ 7 is here.", "📧 7 may come back with (not shown)"]
    assert said["conflict"] == 409


def test_a_silent_charger_leaves_the_totals(said: dict[str, Any]) -> None:
    assert said["both"]["totals"] == {"power_w": 120, "chargers": 2, "silent": 0, "charging": 2}
    assert said["one"]["totals"] == {"power_w": 20, "chargers": 2, "silent": 1, "charging": 1}
    silent = {each["unit_id"]: each["silent"] for each in said["one"]["chargers"]}
    assert silent == {"a": True, "b": False}
