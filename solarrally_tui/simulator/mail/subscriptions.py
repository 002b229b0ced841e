"""E-mail subscriptions that must be confirmed, and what SNS sends to confirmed ones.

The mailbox confirms automatically after a while, as a person who reads it would, unless a fault
prevents it. With another fault, a program checks each message and follows its links: that
unsubscribes, unless the confirmation asked for credentials (SNS API reference, ConfirmSubscription:
AuthenticateOnUnsubscribe).
"""

import secrets
import time
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from ministack.core.concurrency import spawn_background
from ministack.services import sns

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.faults import Faults
from solarrally_tui.simulator.mail.mailbox import Mailbox
from solarrally_tui.simulator.pins import private, replace
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues
from solarrally_tui.simulator.stacks.resource_hooks import ResourceHooks

_topics = private(sns, "_topics")
_parameter = private(sns, "_p")

Subscription = dict[str, Any]

# Simulated seconds until somebody has read the e-mail and followed the link.
_CONFIRM_SECONDS = 30.0
_CHECK_EVERY_REAL = 0.2

_LINK = "https://sns.{region}.amazonaws.com/confirmation.html?TopicArn={topic}&Token={token}"


class EmailSubscriptions:
    """Replaces MiniStack's e-mail subscriptions, which are confirmed from the start."""

    def __init__(self, clock: Clock, faults: Faults, mailbox: Mailbox) -> None:
        self._clock, self._faults, self._mailbox = clock, faults, mailbox
        self._seen: set[str] = set()
        self._unsubscribed: list[Subscription] = []

    def install(self, hooks: ResourceHooks) -> None:
        """Take over e-mail. Call once."""
        replace(sns, "_subscribe", self._pending_at_first)
        replace(sns, "_confirm_subscription", self._confirming)
        replace(sns, "_fanout", self._delivering)
        for name in ("_list_subscriptions", "_list_subscriptions_by_topic"):
            replace(sns, name, self._showing_states)
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
            subscription["token"] = secrets.token_hex(48)
            subscription["attributes"] |= {
                "PendingConfirmation": "true",
                "ConfirmationWasAuthenticated": "false",
            }
            self._send_request(subscription)
            spawn_background(self._confirm, subscription, thread_name="mailbox")
        return new

    def _send_request(self, subscription: Subscription) -> None:
        topic = subscription["topic_arn"]
        link = _LINK.format(region=topic.split(":")[3], topic=topic, token=subscription["token"])
        self._mailbox.deliver(
            subscription["endpoint"],
            "AWS Notification - Subscription Confirmation",
            f"You have chosen to subscribe to the topic: {topic}\nConfirm subscription: {link}",
        )

    def _confirm(self, subscription: Subscription) -> None:
        self._clock.sleep_sync(_CONFIRM_SECONDS)
        while self._faults.message("subscription", subscription["endpoint"]):
            if subscription["confirmed"]:
                return
            time.sleep(_CHECK_EVERY_REAL)
        subscription["confirmed"] = True
        subscription["attributes"]["PendingConfirmation"] = "false"

    def _confirming(self, confirm: Callable[..., Any]) -> Callable[..., Any]:
        def confirmed(parameters: Any) -> Any:
            token = _first(parameters, "Token")
            found = [s for s in _email_subscriptions() if token and s.get("token") == token]
            status, headers, body = confirm(parameters)
            asks = _first(parameters, "AuthenticateOnUnsubscribe").lower() == "true"
            for subscription in found:
                subscription["attributes"]["ConfirmationWasAuthenticated"] = str(asks).lower()
            return status, headers, body

        return confirmed

    def _delivering(self, fan_out: Callable[..., None]) -> Callable[..., None]:
        def delivered(
            topic_arn: str, identifier: str, message: str, subject: str, *rest: Any, **named: Any
        ) -> None:
            fan_out(topic_arn, identifier, message, subject, *rest, **named)
            for subscription in _email_subscriptions():
                if subscription["confirmed"] and subscription["topic_arn"] == topic_arn:
                    self._mailbox.deliver(subscription["endpoint"], subject or "AWS", message)
                    self._follow_links(subscription)

        return delivered

    def _follow_links(self, subscription: Subscription) -> None:
        """Let a program that checks e-mail unsubscribe, where a fault says that there is one."""
        asks = subscription["attributes"]["ConfirmationWasAuthenticated"] == "true"
        if asks or not self._faults.message("unsubscription", subscription["endpoint"]):
            return
        topic = _topics[subscription["topic_arn"]]
        topic["subscriptions"] = [s for s in topic["subscriptions"] if s is not subscription]
        self._unsubscribed.append(subscription)

    def _showing_states(self, listing: Callable[..., Any]) -> Callable[..., Any]:
        """Show no ARN before a subscription is confirmed, and none of one that was ended.

        AWS lists what somebody unsubscribed for some days, as Deleted (github.com/ansible/ansible
        pull request 20086).
        """

        def listed(parameters: Any) -> Any:
            status, headers, body = listing(parameters)
            for subscription in _email_subscriptions():
                if not subscription["confirmed"]:
                    body = body.replace(
                        f"<SubscriptionArn>{subscription['arn']}<".encode(),
                        b"<SubscriptionArn>PendingConfirmation<",
                    )
            topic = _first(parameters, "TopicArn")
            # Topics are those of the account that asks.
            own = [s for s in self._unsubscribed if s["topic_arn"] in _topics]
            gone = [s for s in own if topic in ("", s["topic_arn"])]
            members = "".join(map(_deleted, gone)).encode()
            return status, headers, body.replace(b"</Subscriptions>", members + b"</Subscriptions>")

        return listed


def _email_subscriptions() -> list[Subscription]:
    return [
        subscription
        for topic in _topics.values()
        for subscription in topic["subscriptions"]
        if subscription["protocol"] in ("email", "email-json")
    ]


def _deleted(subscription: Subscription) -> str:
    fields = {
        "SubscriptionArn": "Deleted",
        "Owner": subscription["owner"],
        "TopicArn": subscription["topic_arn"],
        "Protocol": subscription["protocol"],
        "Endpoint": escape(subscription["endpoint"]),
    }
    return f"<member>{''.join(f'<{k}>{v}</{k}>' for k, v in fields.items())}</member>"


def _first(parameters: Any, name: str) -> str:
    """Return a parameter of a call, as MiniStack passes them on."""
    return str(_parameter(parameters, name) or "")
