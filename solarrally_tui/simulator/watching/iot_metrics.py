"""What AWS IoT counts about its messages (developer guide, Message broker metrics)."""

from collections.abc import Awaitable, Callable
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch, iot

from solarrally_tui.simulator.pins import replace


def install() -> None:
    """Count the messages that clients publish, by Region. Call once."""

    def counting(publish: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def published(account_id: str, region: str, *rest: Any, **more: Any) -> None:
            await publish(account_id, region, *rest, **more)
            if more.get("client_id"):
                with request_scope(account_id, region):
                    cloudwatch.record_metric(
                        "AWS/IoT", "PublishIn.Success", 1, "Count", {"Protocol": "MQTT"}
                    )

        return published

    replace(iot, "broker_publish", counting)
