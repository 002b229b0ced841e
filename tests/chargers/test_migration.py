"""Chargers that move in from an old broker: a real mosquitto forwards to the simulated AWS IoT."""

import asyncio
import contextlib
import json
import shutil
import socket
import stat
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from solarrally_tui.chargers.intake import migration, old_broker
from solarrally_tui.chargers.intake.listening import Broker, listen
from solarrally_tui.chargers.intake.migration import State
from solarrally_tui.chargers.intake.old_broker import Move, Place, links, moves, policy
from solarrally_tui.chargers.intake.roster import Entry, parse
from solarrally_tui.chargers.onboarding import add
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.deployed import migration_policies
from solarrally_tui.deployed.site import DeployedSite
from tests.chargers.charger_setup import Listener

PLACE = Place("sunny-garage", "aws", "eu-central-1", "123456789012")


def many(number: int) -> tuple[Move, ...]:
    entries = [Entry(f"charger-in-the-garage-{index:04}") for index in range(number)]
    return moves(entries, "old/{name}/data", PLACE.site)


def test_old_topics_come_from_a_pattern_or_the_list() -> None:
    entries = parse("name,old_topic\na,\nb,hall/b\n")
    assert moves(entries, "old/{name}", "s") == (
        Move("a", "old/a", "solarrally/s/evse/a/telemetry"),
        Move("b", "hall/b", "solarrally/s/evse/b/telemetry"),
    )


@pytest.mark.parametrize(
    ("text", "pattern", "words"),
    [
        ("name\na\n", "", "The pattern needs"),
        ("name\na\n", "old/+/{name}", "no wildcard"),
        ("name,old_topic\na,x y\n", "", "no wildcard"),
        ("name,old_topic\na,x\nb,x\n", "", "old topic of a"),
    ],
)
def test_a_topic_that_cannot_be_one_is_told(text: str, pattern: str, words: str) -> None:
    with pytest.raises(ChargerError, match=words):
        moves(parse(text), pattern, "s")


@pytest.mark.parametrize(("number", "interval"), [(1, 5.0), (17, 5.0), (1000, 10.0), (200, 1.0)])
def test_connections_stay_within_the_limits_of_aws(number: int, interval: float) -> None:
    all_moves = many(number)
    found = links(all_moves, interval, PLACE)
    assert tuple(move for link in found for move in link.moves) == all_moves
    for link in found:
        assert len(link.moves) / interval <= 80
        assert 1 <= len(link.parts) <= 10
        for index, part in enumerate(link.parts):
            text = policy(part, "" if index else link.client_id, PLACE)
            assert len(text) <= 2048
            statements = json.loads(text)["Statement"]
            allowed = [
                topic
                for each in statements
                for topic in each["Resource"]
                if each["Action"] == "iot:Publish"
            ]
            assert [topic.split(":topic/")[1] for topic in allowed] == [m.topic for m in part]


@contextlib.asynccontextmanager
async def mosquitto(folder: Path, bridge: Path | None) -> AsyncIterator[int]:
    """An old broker without TLS or passwords, on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    lines = ["user root", f"listener {port} 127.0.0.1", "allow_anonymous true"]
    lines += [f"include_dir {bridge}"] if bridge else []
    configuration = folder / "mosquitto.conf"
    configuration.write_text("\n".join(lines) + "\n")
    program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    process = await asyncio.create_subprocess_exec(
        program, "-c", str(configuration), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(60):
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                await asyncio.sleep(0.05)
        yield port
    finally:
        process.terminate()
        await process.wait()


class OldCharger:
    """Publishes as before, until it is closed."""

    def __init__(self, port: int) -> None:
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    async def say(self, topic: str, number: int) -> None:
        await asyncio.to_thread(
            self._client.publish(topic, json.dumps({"n": number}), qos=1).wait_for_publish, 60
        )

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def index(iot: Any) -> Iterator[None]:
    """The fleet index, with who is connected."""
    before = iot.get_indexing_configuration()["thingIndexingConfiguration"]["thingIndexingMode"]
    wanted = {"thingIndexingMode": "REGISTRY", "thingConnectivityIndexingMode": "STATUS"}
    iot.update_indexing_configuration(thingIndexingConfiguration=wanted)
    yield
    iot.update_indexing_configuration(thingIndexingConfiguration={"thingIndexingMode": before})


@pytest.mark.usefixtures("index")
async def test_an_old_broker_forwards_until_the_move_ends(
    alpha: DeployedSite, bridge: Listener, name: str, tmp_path: Path
) -> None:
    entries = [Entry(f"{name}-{index}") for index in range(30)]
    folder = tmp_path / "moving"
    begun = await migration.begin(entries, "old/{name}/data", alpha, folder, PurePosixPath(folder))
    [link] = begun.links
    assert len(link.parts) > 1
    keys = list(folder.rglob("*key*"))
    assert [stat.S_IMODE(key.stat().st_mode) for key in keys] == [0o600]
    again = await migration.begin(entries, "old/{name}/data", alpha, folder, PurePosixPath(folder))
    assert again == begun
    assert list(folder.rglob("*key*")) == keys
    with pytest.raises(ChargerError, match="move in from an old broker already"):
        await migration.begin(entries[:3], "old/{name}/data", alpha, folder, PurePosixPath(folder))
    first, last = entries[0].name, entries[-1].name
    plan = old_broker.read_plan(folder)
    async with mosquitto(tmp_path, folder) as port:
        charger = OldCharger(port)
        try:
            await _until_forwarded(charger, bridge, first)
            await charger.say(f"old/{last}/data", 1)
            assert (await bridge.wait_for(last, 1))[0] == {"n": 1}
            await charger.say("old/stranger/data", 1)
            await add(first, alpha, tmp_path / first)
            listening = asyncio.create_task(
                listen(Broker("127.0.0.1", port), [m.old_topic for m in plan], 2.0, lambda: None)
            )
            await asyncio.sleep(1.0)
            await charger.say(f"old/{last}/data", 2)
            heard = await listening
            assert heard == {f"old/{last}/data": 1}
            assert set(await migration.not_moved(alpha)) == {entry.name for entry in entries}
            await bridge.wait_for(last, 2)
            assert not bridge.of("stranger")
            ended = await migration.end(alpha)
            assert ended == 1
            await charger.say(f"old/{last}/data", 3)
            await asyncio.sleep(1.5)
            assert len(bridge.of(last)) == 2
        finally:
            charger.close()
    assert await migration_policies.find(alpha.door, alpha.name) == {}
    assert await migration.end(alpha) == 0


async def _until_forwarded(charger: OldCharger, bridge: Listener, name: str) -> None:
    """The bridge needs a moment to connect; what comes before it is kept or not."""
    async with asyncio.timeout(60):
        number = 0
        while not bridge.of(name):
            await charger.say(f"old/{name}/data", number)
            number += 1
            await asyncio.sleep(0.2)


async def test_progress_says_who_needs_the_bridge(
    alpha: DeployedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_moves = moves(map(Entry, "abcde"), "old/{name}", alpha.name)

    async def found(_door: object, query: str) -> set[str]:
        return {"a", "b"} if "connected:true" in query else {"a", "b", "c"}

    monkeypatch.setattr(migration, "_found", found)
    states = [one.state for one in await migration.progress(all_moves, alpha, None)]
    assert states == [State.MOVED] * 2 + [State.WAITING] * 3
    heard = {"old/b": 3, "old/c": 1, "old/d": 2}
    chargers = await migration.progress(all_moves, alpha, heard)
    assert [one.state for one in chargers] == [
        State.MOVED,
        State.TWICE,
        State.BRIDGED,
        State.BRIDGED,
        State.SILENT,
    ]
    assert [one.is_registered for one in chargers] == [True, True, True, False, False]
    assert chargers[1].old_messages == 3


async def test_an_old_broker_that_does_not_answer_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(ChargerError, match="cannot be listened to"):
        await listen(Broker("127.0.0.1", port), ["x"], 1.0, lambda: None)
