"""Many simulated chargers on a standing site, by the command line."""

import json
from pathlib import Path
from typing import Any

from solarrally_tui.simulator.child import Account
from tests.journey.journey_setup import client, solarrally

COUNT = 100
LIKE = ("--like", "bad", "--interval", "4", "--count", "2", "--seed", "abc", "--site", "small")


def a_hundred_test_chargers_are_simulated_and_gone_afterwards(account: Account, home: Path) -> None:
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
    assert 20 < told["flawed"] < 60
    # AWS IoT discards what exceeds 100 a second of a bridge, which a busy computer sends at times.
    assert told["seen"] + told["missing"] == told["acknowledged"] - told["flawed"]
    assert told["seen"] > told["acknowledged"] / 2
    assert told["page_ms"]["p50"] >= told["acknowledgement_ms"]["p50"] / 2 > 0
    assert not iot.list_things(attributeName="test", attributeValue="true")["things"], left
    assert len(iot.list_certificates()["certificates"]) == before
