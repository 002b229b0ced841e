"""Shared subscriptions of the MQTT endpoint: one client of a group gets a message."""

from collections import Counter
from typing import Any

from ministack.services import iot

from solarrally_tui.simulator.iot.deliveries import _sharing


async def test_a_message_goes_to_one_client_of_each_group_and_to_all_others() -> None:
    got: Counter[str] = Counter()

    def hears(name: str) -> Any:
        async def heard(_topic: str, _payload: bytes, _qos: int) -> None:
            got[name] += 1

        return heard

    filters = {
        "one": "$share/hub-a/solarrally/s/evse/+/telemetry",
        "two": "$share/hub-a/solarrally/s/evse/+/telemetry",
        "three": "$share/hub-a/solarrally/s/evse/+/telemetry",
        "other": "$share/hub-b/solarrally/s/evse/+/telemetry",
        "elsewhere": "$share/hub-a/solarrally/t/evse/+/telemetry",
        "plain": "solarrally/s/evse/+/telemetry",
    }
    taken = [
        await iot.broker_subscribe("123456789012", "eu-west-3", filters[name], hears(name))
        for name in filters
    ]
    publish = _sharing(iot.broker_publish)
    for number in range(300):
        topic = f"solarrally/s/evse/c{number}/telemetry"
        await publish("123456789012", "eu-west-3", topic, b"{}")
    for each in taken:
        await iot.broker_unsubscribe(each)
    group = [got[name] for name in ("one", "two", "three")]
    assert sum(group) == got["other"] == got["plain"] == 300
    assert got["elsewhere"] == 0
    assert min(group) > 50  # at random, so about a hundred each
