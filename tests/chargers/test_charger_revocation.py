"""Stolen chargers: out within seconds, and refused, through the command line."""

import json
import os
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.onboarding import add
from solarrally_tui.deployed import record
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.simulator.child import Account
from tests.simulator.simulator_setup import control


@dataclass
class LiveCharger:
    """A charger that stays connected with its files, and tries again as soon as AWS allows."""

    files: ChargerFiles
    connected: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = paho.Client(CallbackAPIVersion.VERSION2, client_id=self.files.client_id)
        context = ssl.create_default_context(cafile=str(self.files.root_ca))
        context.load_cert_chain(self.files.certificate, self.files.key)
        self.client.tls_set_context(context)
        self.client.reconnect_delay_set(1, 1)
        self.client.on_connect = self._on_connect
        self.client.on_disconnect = lambda *_: self.ended.append(time.monotonic())
        self.ready = threading.Event()
        self.client.connect(self.files.endpoint, self.files.port)
        self.client.loop_start()
        assert self.ready.wait(10)

    def _on_connect(self, *given: Any) -> None:
        if not given[3].is_failure:
            self.connected.append(time.monotonic())
            self.ready.set()

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def slow_to_cut(account: Account) -> Iterator[None]:
    """AWS's minutes until a deactivated certificate cuts its connections."""
    control(account, "POST", "deactivation", {"seconds": 300})
    yield
    control(account, "POST", "deactivation", {})


def solarrally(account: Account, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "solarrally_tui", *arguments],
        env=account.applied_to(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(autouse=True)
async def recorded(alpha: DeployedSite) -> AsyncIterator[None]:
    """The command line finds a site by its record."""
    await record.write(alpha.door, alpha.site, "123456789012")
    yield
    await record.delete(alpha.door, alpha.name)


@pytest.fixture
async def live(alpha: DeployedSite, name: str, tmp_path: Path) -> LiveCharger:
    return LiveCharger((await add(name, alpha, tmp_path)).files)


@pytest.fixture
async def other(alpha: DeployedSite, name: str, tmp_path: Path) -> LiveCharger:
    return LiveCharger((await add(f"{name}-b", alpha, tmp_path / "b")).files)


@pytest.mark.usefixtures("slow_to_cut")
def test_a_connected_charger_is_cut_off_and_refused_within_five_seconds(
    account: Account, iot: Any, live: LiveCharger, other: LiveCharger
) -> None:
    name = live.files.name
    began = time.monotonic()
    ended = solarrally(account, "chargers", "revoke", name, "--site", "alpha-chargers", "--json")
    took = time.monotonic() - began
    [result] = json.loads(ended.stdout.splitlines()[-1])["chargers"]
    assert ended.returncode == 0, ended.stderr
    assert result["was_connected"]
    assert result["gone"]
    [principal] = iot.list_thing_principals(thingName=name)["principals"]
    assert result["certificates"] == [principal.rpartition("/")[2]]
    assert live.ended[0] - began < 5
    assert took < 8, "looking takes two seconds more than cutting"
    time.sleep(1.5)
    assert len(live.connected) == 1, "it came back"
    assert len(live.ended) > 1, "it did not even try"
    assert not other.ended, "another charger lost its connection"
    described = iot.describe_certificate(certificateId=result["certificates"][0])
    assert described["certificateDescription"]["status"] == "INACTIVE"
    assert iot.describe_thing(thingName=name)["attributes"]["revoked"]
    live.stop()
    other.stop()


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
