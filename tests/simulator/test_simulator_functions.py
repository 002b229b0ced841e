"""Functions of AWS Lambda, and what leads to them: a rule, a queue, two APIs and a distribution."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from solarrally_tui.chargers.message import SAMPLE
from solarrally_tui.simulator.child import Account
from tests.simulator.functions_setup import Site, site_of
from tests.simulator.simulator_setup import LIMIT_SECONDS, IsolatedAccount, until

TOLD: dict[str, Any] = dict(SAMPLE) | {"timestamp": "2026-11-30T08:00:00+00:00"}


@pytest.fixture(scope="module")
def site(account: Account) -> Site:
    return site_of(IsolatedAccount(account))


def get(site: Site, path: str) -> httpx.Response:
    return httpx.get(f"http://{site.address}{path}", timeout=60, trust_env=False)


def said(site: Site, told: dict[str, Any]) -> None:
    """Publish a message of a charger, as over MQTT."""
    site.aws.client("iot-data").publish(topic="evse/one/telemetry", payload=json.dumps(told))


def viewers(site: Site) -> list[Any]:
    name = site.physical("Viewers")
    return list(site.aws.client("dynamodb").scan(TableName=name)["Items"])


async def heard(socket: ClientConnection) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), LIMIT_SECONDS))
    return frame


async def until_async(done: Any) -> None:
    await asyncio.to_thread(until, done)


def test_a_message_reaches_a_viewer_by_rule_queue_function_and_api(site: Site) -> None:
    async def watch() -> dict[str, Any]:
        async with connect(f"ws://{site.address}/live") as socket:
            assert len(viewers(site)) == 1
            await asyncio.to_thread(said, site, TOLD | {"power_w": 1234.0})
            return await heard(socket)

    frame = asyncio.run(watch())
    assert (frame["unit_id"], frame["power_w"]) == ("one", 1234.0)
    until(lambda: not viewers(site))
    [charger] = get(site, "/api/v1/site").json()["chargers"]
    assert charger["unit_id"] == "one"
