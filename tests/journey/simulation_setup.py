"""Simulated chargers on a standing site: many, and the proof of one."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.chargers import connection, proving
from solarrally_tui.chargers.files import ChargerFiles
from solarrally_tui.chargers.proof import CERTIFICATE, HOPS, PAGE, Hop, Proof
from solarrally_tui.chargers.simulated_load import page_of
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.simulator.child import Account
from tests.journey.journey_setup import client, solarrally

COUNT = 60
LIKE = ("--like", "bad", "--interval", "4", "--count", "2", "--seed", "abc", "--site", "small")


def sixty_test_chargers_are_simulated_and_gone_afterwards(account: Account, home: Path) -> None:
    """Also those that a killed run left: another run refuses to begin before they are removed."""
    iot = client(account, "iot", "us-east-1")
    before = len(iot.list_certificates()["certificates"])
    left = iot.create_thing(
        thingName="small-test-0001",
        thingTypeName="solarrally-small-charger",
        attributePayload={"attributes": {"site": "small", "test": "true"}},
    )
    refused = solarrally(account, home, "chargers", "simulate", "--chargers", "5", *LIKE)
    assert refused.code not in {0, 2}
    assert "chargers simulate --clean" in " ".join(refused.err.split())
    ran = solarrally(
        account, home, "chargers", "simulate", "--clean", "--chargers", str(COUNT), *LIKE, "--json"
    )
    assert ran.code == 0, ran.err
    told: dict[str, Any] = json.loads(ran.out.splitlines()[-1])
    assert told["acknowledged"] == told["sent"] == 2 * COUNT
    assert told["by_charger"] == {f"small-test-{n:04}": 2 for n in range(1, COUNT + 1)}
    # The application rejects what is flawed, and shows all else.
    assert 10 < told["flawed"] < 40
    # AWS IoT discards what exceeds 100 a second of a bridge, which a busy computer sends at times.
    assert told["seen"] + told["missing"] == told["acknowledged"] - told["flawed"]
    assert told["seen"] > told["acknowledged"] / 2
    assert told["page_ms"]["p50"] >= told["acknowledgement_ms"]["p50"] / 2 > 0
    assert not iot.list_things(attributeName="test", attributeValue="true")["things"], left
    assert len(iot.list_certificates()["certificates"]) == before


async def a_charger_is_proven_hop_by_hop(
    account: Account, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command line proves one, and each hop that is broken is the one that is named."""
    words = ("--site", "small")
    folder = home / "evse-proof"
    added = solarrally(account, home, "chargers", "add", "evse-proof", "--to", str(folder), *words)
    assert added.code == 0, added.err
    proved = solarrally(account, home, "chargers", "prove", str(folder), *words, "--json")
    told: dict[str, Any] = json.loads(proved.out)
    assert (proved.code, told["proven"], told["failed"]) == (0, True, None), told
    assert [hop["hop"] for hop in told["hops"]] == list(map(str, HOPS))
    assert told["total_ms"] == pytest.approx(sum(hop["ms"] for hop in told["hops"]), abs=1)

    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(connection, "FIRST_ATTEMPTS", 1)
    monkeypatch.setattr(proving, "PAGE_SECONDS", 1.0)
    [good] = ChargerFiles.in_folder(folder)
    async with await Door.open("us-east-1") as door:
        page = await page_of(await DeployedSite.open(door, "small"))

        async def failing(charger: ChargerFiles, hop: str) -> Proof:
            steps: list[Proof] = []
            proof = await proving.prove(charger, page, report=steps.append)
            assert steps[-1] == proof
            assert (proof.failed, proof.is_proven, proof.present) == (hop, False, ""), proof
            assert list(proof.milliseconds) == list(HOPS)[: HOPS.index(hop)]
            assert proof.plain
            assert proof.plain.what
            assert proof.plain.next
            return proof

        await failing(replace(good, port=1), Hop.NETWORK)
        plain_http = int(account.endpoint_url.rpartition(":")[2])
        await failing(replace(good, port=plain_http), Hop.TLS)
        await failing(replace(good, client_id="another"), Hop.CONNECT)
        await failing(replace(good, topic="solarrally/small/evse/x/telemetry"), Hop.PUBLISH)
        unseen = await failing(replace(good, topic=good.topic.replace("telemetry", "status")), PAGE)
        assert unseen.plain
        assert "solarrally diagnose small" in unseen.plain.next
        good.key.write_text("not a key")
        await failing(good, CERTIFICATE)
