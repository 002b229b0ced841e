"""Stolen chargers: out and refused once revoke says so, through the command line."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.chargers.onboarding import add
from solarrally_tui.chargers.proving import refusal
from solarrally_tui.chargers.removal import remove
from solarrally_tui.chargers.revocation import revoke
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.simulator.child import Account
from tests.chargers.charger_setup import LiveCharger, solarrally
from tests.simulator.simulator_setup import control, until


@pytest.fixture
def slow_to_cut(account: Account) -> Iterator[None]:
    """As good as no end of the minutes until a deactivated certificate cuts its connections."""
    control(account, "POST", "deactivation", {"seconds": 3600})
    yield
    control(account, "POST", "deactivation", {})


@pytest.fixture
async def live(alpha: DeployedSite, name: str, tmp_path: Path) -> LiveCharger:
    return LiveCharger((await add(name, alpha, tmp_path)).files)


@pytest.fixture
async def other(alpha: DeployedSite, name: str, tmp_path: Path) -> LiveCharger:
    return LiveCharger((await add(f"{name}-b", alpha, tmp_path / "b")).files)


@pytest.mark.usefixtures("slow_to_cut", "recorded")
def test_a_connected_charger_is_cut_off_and_refused_before_revoke_says_so(
    account: Account, iot: Any, live: LiveCharger, other: LiveCharger
) -> None:
    name = live.files.name
    ended = solarrally(account, "chargers", "revoke", name, "--site", "alpha-chargers", "--json")
    told = time.monotonic()
    [result] = json.loads(ended.stdout.splitlines()[-1])["chargers"]
    assert ended.returncode == 0, ended.stderr
    assert result["was_connected"]
    assert result["gone"]
    [principal] = iot.list_thing_principals(thingName=name)["principals"]
    assert result["certificates"] == [principal.rpartition("/")[2]]
    assert live.lost[0] < told, "it was said to be gone"
    until(lambda: len(live.lost) > 1)  # it tries again
    assert len(live.connected) == 1, "it came back"
    assert not other.lost, "another charger lost its connection"
    described = iot.describe_certificate(certificateId=result["certificates"][0])
    assert described["certificateDescription"]["status"] == "INACTIVE"
    assert iot.describe_thing(thingName=name)["attributes"]["revoked"]
    live.stop()
    other.stop()


@pytest.mark.usefixtures("recorded")
async def test_what_is_not_ours_stays(
    account: Account, alpha: DeployedSite, beta: DeployedSite, iot: Any, name: str, tmp_path: Path
) -> None:
    await add(name, beta, tmp_path)
    gone = f"{name}-gone"
    ended = solarrally(account, "chargers", "revoke", name, gone, "--site", alpha.name)
    assert ended.returncode == 6
    assert f"alpha-chargers has no charger {name}." in ended.stderr
    assert f"alpha-chargers has no charger {gone}." in ended.stderr
    [principal] = iot.list_thing_principals(thingName=name)["principals"]
    described = iot.describe_certificate(certificateId=principal.rpartition("/")[2])
    assert described["certificateDescription"]["status"] == "ACTIVE"
    await remove(name, beta)


@pytest.mark.usefixtures("recorded")
async def test_a_proof_says_at_once_why_aws_iot_will_refuse_a_charger(
    alpha: DeployedSite, name: str, tmp_path: Path
) -> None:
    files = (await add(name, alpha, tmp_path)).files
    assert await refusal(files, alpha) is None
    await revoke(name, alpha)
    revoked = await refusal(files, alpha)
    assert revoked
    assert revoked.what == f"{name} is revoked."
    await remove(name, alpha)
    removed = await refusal(files, alpha)
    assert removed
    assert removed.what == f"{name} is not registered any more."
