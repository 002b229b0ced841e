"""What a simulation costs on AWS, and what keeps one from costing more than its operator wants."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from solarrally_tui.chargers.simulation.cost import (
    Load,
    UnknownCostError,
    cost,
    is_billed,
    offer,
    unknown_site,
)
from solarrally_tui.site.files import from_answers

SITE = unknown_site("us-east-1")
LOAD = Load(1000, 10.0)


def test_an_hour_costs_its_messages_copies_and_minutes() -> None:
    small = from_answers(
        {"name": "house", "region": "us-east-1", "tier": "small", "alerts": {"email": "a@b.cd"}}
    )
    tasks = small.size.max_tasks
    # 1 USD a million messages, each with a copy a task; 0.08 USD a million minutes (us-east-1).
    messages = Decimal(1000 * 360 * (1 + tasks)) / 10**6
    minutes = Decimal(1000 * 60) * Decimal("0.08") / 10**6
    assert cost(LOAD, 3600.0, small) == pytest.approx(messages + minutes, rel=Decimal("0.1"))


def test_more_of_anything_costs_more() -> None:
    base = cost(LOAD, 600.0, SITE)
    assert cost(LOAD, 1200.0, SITE) > base
    assert cost(Load(2000, 10.0), 600.0, SITE) > base
    assert cost(Load(1000, 5.0), 600.0, SITE) > base
    assert cost(Load(1000, 10.0, losses=0.05), 600.0, SITE) > base
    registered = Load(1000, 10.0, registers=True)
    assert cost(replace(registered, losses=0.05), 600.0, SITE) > cost(registered, 600.0, SITE)


def test_a_run_without_an_end_stops_where_its_money_does() -> None:
    found = offer(LOAD, None, SITE, Decimal(2))
    assert found.usd == 2
    assert cost(LOAD, found.seconds, SITE) == pytest.approx(Decimal(2), rel=Decimal("0.02"))
    assert not found.is_too_dear
    assert offer(LOAD, None, SITE, Decimal(0)).is_too_dear
    assert offer(LOAD, 3600.0, SITE, Decimal("0.01")).is_too_dear


def test_a_region_without_prices_is_said() -> None:
    with pytest.raises(UnknownCostError):
        cost(LOAD, 60.0, unknown_site("ap-southeast-4"))


def test_only_aws_bills() -> None:
    assert is_billed("a1b2-ats.iot.us-east-1.amazonaws.com")
    assert is_billed("a1b2.ats.iot.cn-north-1.amazonaws.com.cn")
    assert not is_billed("localhost")
    assert is_billed("mqtt.charging.example.com")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "It stops after"),
        (("--count", "100000", "--interval", "1"), "no terminal to ask on"),
        (("--seconds", "864000", "--interval", "1", "--yes"), "more than the 1.00 USD of --spend"),
    ],
)
def test_a_run_on_aws_starts_only_with_consent(
    words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    settings = {
        "schema": 1,
        "name": "wall",
        "site": "house",
        "region": "us-east-1",
        "endpoint": "a1b2-ats.iot.us-east-1.amazonaws.com",
        "port": 8883,
        "client_id": "wall",
        "topic": "solarrally/house/evse/wall/telemetry",
    }
    (tmp_path / "wall.json").write_text(json.dumps(settings))
    done = subprocess.run(
        [sys.executable, "-m", "solarrally_tui", "chargers", "simulate", str(tmp_path), *words],
        env=os.environ | {"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 5, done.stderr
    assert said in " ".join(done.stderr.split())
    assert not done.stdout
