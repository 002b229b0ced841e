"""Queues that invoke functions: when Lambda has gathered a batch, and what SQS measures.

Sources: AWS Lambda developer guide, "Using Lambda with Amazon SQS"; Amazon SQS developer guide,
"Available CloudWatch metrics for Amazon SQS".
"""

import asyncio
import logging
import time
from collections.abc import Callable

from ministack.core.responses import request_scope
from ministack.services import lambda_svc, sqs

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.functions import metrics
from solarrally_tui.simulator.pins import Record, private, replace, scoped
from solarrally_tui.simulator.watching.alarms import pace

_mappings = private(lambda_svc, "_esms")
_queues = private(sqs, "_queues")
_queues_lock = private(sqs, "_queues_lock")

_log = logging.getLogger("solarrally.functions")

Receive = Callable[[str, int], list[Record]]


class EventSources:
    """Gathers batches by the account's clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._measuring: asyncio.Task[None] | None = None

    def install(self) -> None:
        """Put this between queues and functions. Call once, on the loop that serves."""
        replace(sqs, "_receive_messages_for_esm", self._gathering)
        self._measuring = asyncio.get_running_loop().create_task(self._measure())

    async def _measure(self) -> None:
        """Measure every queue once a minute, as SQS does."""
        while True:
            await asyncio.sleep(60 * pace(self._clock))
            try:
                await asyncio.to_thread(measure)
            except Exception:  # noqa: BLE001 (one odd queue must not end the measuring)
                _log.debug("measuring queues failed", exc_info=True)

    def _gathering(self, receive: Receive) -> Receive:
        """Wait with a batch until it is full, or its window is over."""

        def received(queue_url: str, most: int) -> list[Record]:
            queue = _queues.get(queue_url)
            if queue is None or not self._complete(queue, most):
                return []
            return receive(queue_url, most)

        return received

    def _complete(self, queue: Record, most: int) -> bool:
        now = time.time()
        with _queues_lock:
            waiting = [m["sent_at"] for m in queue["messages"] if _visible(m, now)]
        if not waiting:
            return False
        window = 0.0 if self._clock.instant else _window(queue) / self._clock.speed
        return len(waiting) >= most or now - min(waiting) >= window


def measure() -> None:
    """Put what SQS measures of every queue now into CloudWatch."""
    now = time.time()
    for (account, region, _), queue in scoped(_queues):
        with _queues_lock:
            messages = list(queue["messages"])
        visible = [m for m in messages if _visible(m, now)]
        figures = {
            "ApproximateNumberOfMessagesVisible": (float(len(visible)), "Count"),
            "ApproximateNumberOfMessagesNotVisible": (float(len(messages) - len(visible)), "Count"),
            "ApproximateAgeOfOldestMessage": (
                max((now - m["sent_at"] for m in messages), default=0.0),
                "Seconds",
            ),
        }
        of = {"QueueName": queue["attributes"]["QueueArn"].rpartition(":")[2]}
        with request_scope(account, region):
            metrics.record("AWS/SQS", figures, [of])


def _visible(message: Record, now: float) -> bool:
    return bool(message.get("visible_at", 0.0) <= now)


def _window(queue: Record) -> float:
    """Return for how many seconds the mapping of a queue gathers messages."""
    arn = queue["attributes"]["QueueArn"]
    found = (m for _, m in scoped(_mappings) if m["EventSourceArn"] == arn)
    return float(next((m["MaximumBatchingWindowInSeconds"] for m in found), 0.0))
