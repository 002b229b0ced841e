"""E-mail subscriptions that must be confirmed, and what SNS sends to confirmed ones.

The mailbox confirms automatically after a while, as a person who reads it would, unless a fault
prevents it.
"""

import time
from collections.abc import Callable
from typing import Any

from ministack.core.concurrency import spawn_background
from ministack.services import sns

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.faults import Faults
from solarrally_tui.simulator.mail.mailbox import Mailbox
from solarrally_tui.simulator.pins import private, replace
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues
from solarrally_tui.simulator.stacks.resource_hooks import ResourceHooks

_topics = private(sns, "_topics")

Subscription = dict[str, Any]

# Simulated seconds until somebody has read the e-mail and followed the link.
_CONFIRM_SECONDS = 30.0
_CHECK_EVERY_REAL = 0.2


class EmailSubscriptions:
    """Replaces MiniStack's e-mail subscriptions, which are confirmed from the start."""

    def __init__(self, clock: Clock, faults: Faults, mailbox: Mailbox) -> None:
        self._clock, self._faults, self._mailbox = clock, faults, mailbox
        self._seen: set[str] = set()

    def install(self, hooks: ResourceHooks) -> None:
        """Take over e-mail. Call once."""
        replace(sns, "_subscribe", self._pending_at_first)
        replace(sns, "_fanout", self._delivering)
        for name in ("_list_subscriptions", "_list_subscriptions_by_topic"):
            replace(sns, name, _showing_pending)
        hooks.correct("AWS::SNS::Subscription", self._after_stack)
        hooks.correct("AWS::SNS::Topic", self._after_stack)

    def _after_stack(self, values: ReturnValues, _properties: Properties) -> ReturnValues:
        self._request_confirmations()
        return values

    def _pending_at_first(self, subscribe: Callable[..., Any]) -> Callable[..., Any]:
        def subscribed(parameters: Any) -> Any:
            status, headers, body = subscribe(parameters)
            new = self._request_confirmations()
            for subscription in _email_subscriptions():
                arn = subscription["arn"].encode()
                if not subscription["confirmed"] and arn in body:
                    if subscription not in new:
                        self._send_request(subscription)  # AWS asks again until it is confirmed
                    body = body.replace(arn, b"pending confirmation")
            return status, headers, body

        return subscribed

    def _request_confirmations(self) -> list[Subscription]:
        """Request confirmation of every new e-mail subscription, and return them."""
        new = [s for s in _email_subscriptions() if s["arn"] not in self._seen]
        for subscription in new:
            self._seen.add(subscription["arn"])
            subscription["confirmed"] = False
            subscription["attributes"]["PendingConfirmation"] = "true"
            self._send_request(subscription)
            spawn_background(self._confirm, subscription, thread_name="mailbox")
        return new

    def _send_request(self, subscription: Subscription) -> None:
        self._mailbox.deliver(
            subscription["endpoint"],
            "AWS Notification - Subscription Confirmation",
            f"You have chosen to subscribe to the topic: {subscription['topic_arn']}",
        )

    def _confirm(self, subscription: Subscription) -> None:
        self._clock.sleep_sync(_CONFIRM_SECONDS)
        while self._faults.message("subscription", subscription["endpoint"]):
            time.sleep(_CHECK_EVERY_REAL)
        subscription["confirmed"] = True
        subscription["attributes"]["PendingConfirmation"] = "false"

    def _delivering(self, fan_out: Callable[..., None]) -> Callable[..., None]:
        def delivered(
            topic_arn: str, identifier: str, message: str, subject: str, *rest: Any, **named: Any
        ) -> None:
            fan_out(topic_arn, identifier, message, subject, *rest, **named)
            for subscription in _email_subscriptions():
                if subscription["confirmed"] and subscription["topic_arn"] == topic_arn:
                    self._mailbox.deliver(subscription["endpoint"], subject or "AWS", message)

        return delivered


def _email_subscriptions() -> list[Subscription]:
    return [
        subscription
        for topic in _topics.values()
        for subscription in topic["subscriptions"]
        if subscription["protocol"] in ("email", "email-json")
    ]


def _showing_pending(listing: Callable[..., Any]) -> Callable[..., Any]:
    """AWS shows no ARN before a subscription is confirmed."""

    def listed(parameters: Any) -> Any:
        status, headers, body = listing(parameters)
        for subscription in _email_subscriptions():
            if not subscription["confirmed"]:
                body = body.replace(
                    f"<SubscriptionArn>{subscription['arn']}<".encode(),
                    b"<SubscriptionArn>PendingConfirmation<",
                )
        return status, headers, body

    return listed
