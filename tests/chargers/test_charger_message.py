"""One schema: the command, the README and the simulator judge messages as the application does.

The application's own model is somebody else's, so it is not kept here. MODEL has its constraints;
with SOLARRALLY_APPLICATION, the folder of a checkout, its own model is taken instead.
"""

import importlib.util
import json
import os
import subprocess
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field

from solarrally_tui.chargers.files import ChargerFiles, write
from solarrally_tui.chargers.message import FIELDS, SAMPLE, check
from solarrally_tui.cli import main
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.simulator.runtime.standin import telemetry as standin

GOOD = dict(SAMPLE)


class Source(StrEnum):
    SOLAR, GRID, NONE = "solar", "grid", "none"


class Status(StrEnum):
    AVAILABLE, PREPARING, CHARGING = "available", "preparing", "charging"
    FINISHING, FAULTED = "finishing", "faulted"


class Model(BaseModel):
    timestamp: datetime
    session_id: str | None = None
    voltage_v: float = Field(ge=0)
    current_a: float = Field(ge=0)
    power_w: float = Field(ge=0)
    session_energy_kwh_solar: float = Field(ge=0)
    session_energy_kwh_grid: float = Field(ge=0)
    session_total_energy_kwh: float = Field(ge=0)
    energy_source: Source
    temperature_c: float
    status: Status


def model() -> Any:
    checkout = os.environ.get("SOLARRALLY_APPLICATION")
    if not checkout:
        return Model
    file = Path(checkout) / "backend" / "models" / "telemetry.py"
    spec = importlib.util.spec_from_file_location("telemetry_of_the_application", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.TelemetryData


def accepts(payload: bytes) -> bool:
    """Do what utils/mqtt_client.py does with a message."""
    try:
        data = json.loads(payload.decode())
        if "timestamp" in data:
            data["timestamp"] = datetime.fromisoformat(data["timestamp"])
        model()(**data)
    except (ValueError, TypeError):
        return False
    return True


def shown(payload: bytes) -> bool:
    try:
        standin.frame("wall-1", payload)
    except ValueError:
        return False
    return True


VALUES: dict[str, tuple[object, ...]] = {
    "power_w": ("7", "1e3", "", "7,5", None, [], {}, -1, "-1", -0.0, "0x10", "nan", 0, 1.5),
    "temperature_c": (-20, "-20", None, "warm"),
    "session_id": (None, "", 5, "x" * 300),
    "status": ("charging", "Charging", "charging ", None, 1),
    "energy_source": ("grid", "Solar", "", None),
    "timestamp": (
        "2026-11-29T10:00:00",
        "2026-11-29T10:00:00+02:00",
        "2026-11-29T10:00:00.5Z",
        "2026-11-29T25:00:00Z",
        "1700000000",
        1700000000,
        None,
    ),
}
MESSAGES = [
    json.dumps(GOOD).encode(),
    json.dumps({**GOOD, "extra": 1}).encode(),
    *(json.dumps({**GOOD, key: one}).encode() for key, values in VALUES.items() for one in values),
    *(json.dumps({k: v for k, v in GOOD.items() if k != name}).encode() for name in GOOD),
    *(b"", b"{}", b"[]", b"[1]", b'"x"', b"1", b"null", b"\xff", b'{"timestamp"'),
]


@pytest.mark.parametrize("payload", MESSAGES, ids=repr)
def test_a_message_is_judged_as_the_application_judges_it(payload: bytes) -> None:
    verdict = check(payload)
    assert verdict.is_valid == accepts(payload), verdict.flaws
    assert shown(payload) == verdict.is_valid, "the simulated account is the second opinion"


def test_every_key_of_the_model_is_in_the_schema() -> None:
    required = {name: field.is_required() for name, field in model().model_fields.items()}
    assert {field.name: field.required for field in FIELDS} == required


def test_what_no_browser_can_read_is_rejected_too() -> None:
    (flaw,) = check(json.dumps({**GOOD, "power_w": float("inf")}).encode()).flaws
    assert str(flaw) == "power_w must be a number."


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    return int(ended.value.code or 0)


def test_the_command_names_every_flaw(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "message.json"
    file.write_text(json.dumps({**GOOD, "status": "Charging", "power_w": -1, "voltage": 230}))
    assert run("chargers", "check", str(file), "--json") == Exit.FAIL
    told = json.loads(capsys.readouterr().out)
    assert told["valid"] is False
    assert [flaw["field"] for flaw in told["flaws"]] == ["power_w", "status"]
    assert told["dropped"] == ["voltage"]
    assert run("chargers", "check", str(file)) == Exit.FAIL
    out = capsys.readouterr().out
    assert "status must be one of available, preparing" in " ".join(out.split())
    file.write_text(json.dumps(GOOD))
    assert run("chargers", "check", str(file)) == Exit.OK
    assert run("chargers", "check", str(tmp_path / "none")) == Exit.USAGE


def test_the_line_of_the_readme_sends_a_message_that_viewers_see(tmp_path: Path) -> None:
    files = ChargerFiles(tmp_path, "wall-1", "sun", "eu-west-1", "host", 8883, "wall-1", "a/topic")
    write(files, b"key", "certificate", "authority")
    readme = (tmp_path / "README.txt").read_text()
    assert all(field.name in readme for field in FIELDS)
    command = readme[readme.index("  mosquitto_pub") :].partition("\nCheck a message")[0]
    publish = 'mosquitto_pub() { for word; do last=$word; done; printf "%s" "$last"; }\n'
    sent = subprocess.run(
        ["sh", "-c", publish + command], capture_output=True, check=True, cwd=tmp_path
    ).stdout
    assert check(sent).is_valid, sent
    assert accepts(sent)
    age = datetime.now().astimezone() - datetime.fromisoformat(json.loads(sent)["timestamp"])
    assert abs(age.total_seconds()) < 60
