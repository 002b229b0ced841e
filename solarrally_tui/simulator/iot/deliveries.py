"""How AWS IoT delivers messages to clients: shared subscriptions, and what it counts.

Sources: AWS IoT developer guide, "MQTT", shared subscriptions (a random client of each group gets
the message; QoS 0 messages are dropped upon any failure), and "Message broker metrics".
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from functools import lru_cache
from typing import Any, Final

from ministack.core.responses import request_scope
from ministack.services import cloudwatch, iot

from solarrally_tui.simulator.pins import private, replace

_WSSession = private(iot, "_WSSession")
_policy_allows = private(_WSSession, "_policy_allows")
_subscriptions = private(iot, "_subscriptions")
_subscription_matches = private(iot, "_subscription_matches")

_SHARED: Final = "$share/"
_POLICY_SECONDS: Final = 1.0
"""For how long a decision is kept. On AWS a changed policy takes minutes to apply everywhere."""
_MOST_DECISIONS: Final = 20_000

Publish = Callable[..., Awaitable[None]]
Allows = Callable[..., bool]


def install() -> None:
    """Let the broker deliver as AWS IoT does, and count. Call once, on the loop that serves it."""
    counts = _Counts()
    replace(iot, "broker_publish", lambda publish: _sharing(_counting(publish, counts)))
    allows = _remembering(_policy_allows)
    replace(_WSSession, "_policy_allows", lambda _: allows)
    replace(_WSSession, "deliver_to_client", lambda deliver: _counted(deliver, allows, counts))


class _Counts:
    """Messages by Region, which CloudWatch gets once a second: each alone would cost too much."""

    def __init__(self) -> None:
        self._counted: Counter[tuple[str, str, str]] = Counter()
        self._waits = False

    def add(self, account: str, region: str, metric: str) -> None:
        self._counted[account, region, metric] += 1
        if not self._waits:
            self._waits = True
            asyncio.get_running_loop().call_later(1.0, self._report)

    def _report(self) -> None:
        self._waits = False
        counted, self._counted = self._counted, Counter()
        for (account, region, metric), count in counted.items():
            with request_scope(account, region):
                cloudwatch.record_metric("AWS/IoT", metric, count, "Count", {"Protocol": "MQTT"})


def _counting(publish: Publish, counts: _Counts) -> Publish:
    async def published(account_id: str, region: str, *rest: Any, **more: Any) -> None:
        await publish(account_id, region, *rest, **more)
        if more.get("client_id"):
            counts.add(account_id, region, "PublishIn.Success")

    return published


def _sharing(publish: Publish) -> Publish:
    """Deliver a message to one client of each group of shared subscriptions, too."""

    async def published(
        account_id: str, region: str, topic: str, payload: bytes, *rest: Any, **more: Any
    ) -> None:
        await publish(account_id, region, topic, payload, *rest, **more)
        qos = rest[0] if rest else more.get("qos", 0)
        for members in _groups(account_id, region, topic):
            chosen = random.choice(members)  # noqa: S311 (load, not secrets)
            await chosen.deliver(topic, payload, min(qos, chosen.granted_qos))

    return published


def _groups(account: str, region: str, topic: str) -> Iterator[list[Any]]:
    """Yield the clients of each group whose filter matches."""
    shared = f"{account}/{region}/{_SHARED}"
    for filter_, subscribers in list(_subscriptions.items()):
        if filter_.startswith(shared) and subscribers:
            _, _, inner = filter_.removeprefix(shared).partition("/")
            if _matches(inner, topic):
                yield list(subscribers)


@lru_cache(maxsize=_MOST_DECISIONS)
def _matches(filter_: str, topic: str) -> bool:
    return bool(_subscription_matches(filter_, topic))


def _remembering(allows: Allows) -> Allows:
    """Evaluate the policies of a connection once for many messages of the same topic."""
    decisions: dict[tuple[int, str, str, str], tuple[float, bool]] = {}

    def allowed(session: Any, action: str, resource: str) -> bool:
        if action not in {"iot:Publish", "iot:Receive"}:
            return allows(session, action, resource)
        key = (id(session), str(session.certificate_id), action, resource)
        at, decision = decisions.get(key, (0.0, False))
        now = time.monotonic()
        if now - at > _POLICY_SECONDS:
            if len(decisions) > _MOST_DECISIONS:
                decisions.clear()
            decision = allows(session, action, resource)
            decisions[key] = (now, decision)
        return decision

    return allowed


def _counted(deliver: Publish, allows: Allows, counts: _Counts) -> Publish:
    """Deliver what the policies allow, and count it."""

    async def delivered(session: Any, topic: str, payload: bytes, qos: int) -> None:
        if allows(session, "iot:Receive", f"topic/{topic}"):
            await deliver(session, topic, payload, qos)
            counts.add(session.account_id, session.region, "PublishOut.Success")

    return delivered
