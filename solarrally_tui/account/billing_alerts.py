"""Whether alerts can arrive: judged from facts, read from AWS, and proven by a test message."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from solarrally_tui.account.preflight import spending
from solarrally_tui.account.shared import cost_anomalies
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.why_unknown import why_unknown
from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.names import GLOBAL_REGION

SUBJECT: Final = "SolarRally test message"
_PENDING: Final = "PendingConfirmation"
_DELETED: Final = "Deleted"
"""What AWS lists for some days in the place of the ARN of a subscription that was ended
(github.com/ansible/ansible pull request 20086)."""
_TOKEN: Final = re.compile(r"(?:^|[?&]Token=)([0-9a-f]{32,})(?:$|&)")
_SWITCH_ON: Final = (
    "Only the console can enable them: Billing and Cost Management, Billing preferences, Alert "
    "preferences, Edit, CloudWatch billing alerts. This takes the account that pays the bill, and "
    "the metrics appear about 15 minutes later. Without them a billing alarm stays silent. The "
    "budget does not need them."
)


class Delivery(StrEnum):
    """Whether messages of the site's topic reach an address."""

    NOT_YET = "not_yet"
    """There is no topic: the site is not deployed."""
    MISSING = "missing"
    """The topic has no subscription for this address."""
    UNSUBSCRIBED = "unsubscribed"
    """Somebody, or a program that checks e-mail, followed the link that unsubscribes."""
    PENDING = "pending"
    """AWS waits for a click on the link in its e-mail."""
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Recipient:
    """An address of a topic."""

    email: str
    delivery: Delivery
    protected: bool = False
    """Whether it takes credentials of the account to unsubscribe."""


@dataclass(frozen=True, slots=True)
class AlertDelivery:
    """Whom the site's topic notifies, and what the account has itself."""

    delivery: Delivery
    email: str
    others: tuple[str, ...]
    """Other addresses that the topic notifies."""
    findings: tuple[Finding, ...]


async def inspect(door: Door, topic: str, email: str, *, anomalies: bool = True) -> AlertDelivery:
    """Check the alerts of a site. The door is in its Region. Raises AwsError.

    topic: ARN of the site's topic, empty before it is deployed. anomalies: whether the site wants
    cost anomaly detection; without it, Cost Explorer is not asked.
    """
    subscriptions = await _subscriptions(door, topic) if topic else []
    delivery = delivery_to(subscriptions, email) if topic else Delivery.NOT_YET
    notified = [item for item in subscriptions if item["SubscriptionArn"] != _DELETED]
    others = tuple(sorted({str(item["Endpoint"]) for item in notified} - {email}))
    findings = (
        delivery_finding(delivery, email, others),
        *([await _monitor(door)] if anomalies else []),
        await _metrics(door),
    )
    return AlertDelivery(delivery, email, others, findings)


async def send_test(door: Door, topic: str, site: str) -> str:
    """Send a message to every confirmed address and return its id. Raises AwsError."""
    text = (
        f"This is a test message of the SolarRally site {site}. "
        "Alerts of the site reach you at this address. You do not need to do anything."
    )
    response = await door.call("sns", "publish", TopicArn=topic, Subject=SUBJECT, Message=text)
    return str(response["MessageId"])


async def resend_confirmation(door: Door, topic: str, email: str) -> None:
    """Make AWS send its confirmation again, also where it gave up waiting. Raises AwsError."""
    await door.call("sns", "subscribe", TopicArn=topic, Protocol="email", Endpoint=email)


def token_in(text: str) -> str:
    """Return the token in the link of AWS's confirmation e-mail, or in itself; empty for none."""
    found = _TOKEN.search("".join(text.split()))
    return found[1] if found else ""


async def confirm(door: Door, topic: str, token: str) -> None:
    """Confirm a subscription so that only credentials of the account can end it. Raises AwsError.

    The link in each alert e-mail then unsubscribes nobody, whoever follows it (SNS API reference,
    ConfirmSubscription: AuthenticateOnUnsubscribe). A subscription is confirmed once: what the link
    confirmed stays as it is.
    """
    await door.call(
        "sns",
        "confirm_subscription",
        TopicArn=topic,
        Token=token,
        AuthenticateOnUnsubscribe="true",
    )


async def recipients(door: Door, topic: str) -> list[Recipient]:
    """Return whom a topic notifies, or did until lately. Raises AwsError."""
    found = []
    for item in await _subscriptions(door, topic):
        arn = str(item["SubscriptionArn"])
        protected = False
        if arn.startswith("arn:"):
            response = await door.find("sns", "get_subscription_attributes", SubscriptionArn=arn)
            attributes = (response or {}).get("Attributes", {})
            protected = attributes.get("ConfirmationWasAuthenticated") == "true"
        found.append(Recipient(str(item["Endpoint"]), _state(arn), protected))
    return found


def _state(arn: str) -> Delivery:
    states = {_PENDING: Delivery.PENDING, _DELETED: Delivery.UNSUBSCRIBED}
    return states.get(arn, Delivery.CONFIRMED)


async def subscribe_again(door: Door, topic: str, email: str) -> bool:
    """Subscribe an address that its topic does not have any more; return whether it was so.

    CloudFormation does not notice that: programs that check e-mail follow the link that
    unsubscribes (github.com/aws-cloudformation/cloudformation-coverage-roadmap issue 2548), and
    AWS deletes what nobody confirms for some days. Raises AwsError.
    """
    ended = {Delivery.MISSING, Delivery.UNSUBSCRIBED}
    if delivery_to(await _subscriptions(door, topic), email) not in ended:
        return False
    await resend_confirmation(door, topic, email)
    return True


def delivery_to(subscriptions: Sequence[Mapping[str, Any]], email: str) -> Delivery:
    """Judge the subscriptions of a topic for one address."""
    own = {
        _state(str(item["SubscriptionArn"]))
        for item in subscriptions
        if str(item["Endpoint"]).lower() == email.lower()
    }
    best = (Delivery.CONFIRMED, Delivery.PENDING, Delivery.UNSUBSCRIBED)
    return next((state for state in best if state in own), Delivery.MISSING)


def delivery_finding(delivery: Delivery, email: str, others: Sequence[str] = ()) -> Finding:
    """Return the finding on whether alerts reach the address."""
    id_, title = "delivery", "Alert e-mails"
    if delivery is Delivery.CONFIRMED:
        return Finding(id_, title, Severity.OK, f"{email} has confirmed. Send e-mail tests it.")
    if delivery is Delivery.NOT_YET:
        return Finding(
            id_,
            title,
            Severity.UNKNOWN,
            f"AWS asks {email or 'the address'} to confirm when you deploy.",
            "The site's alarms arrive once somebody has clicked the link in that e-mail; check "
            "your spam folder. E-mails about the budget and unusual spending need no confirmation.",
        )
    if delivery is Delivery.PENDING:
        return Finding(
            id_,
            title,
            Severity.WARN,
            f"{email} has not confirmed yet.",
            "Alarms do not arrive until then. AWS sent an e-mail from no-reply@sns.amazonaws.com "
            "with the subject AWS Notification - Subscription Confirmation. Click its link; check "
            "your spam folder. Send e-mail sends it again. Without a click, AWS gives up after a "
            "few days.",
        )
    notified = f"The site notifies {', '.join(others)}. " if others else ""
    if delivery is Delivery.UNSUBSCRIBED:
        return Finding(
            id_,
            title,
            Severity.FAIL,
            f"{email} was unsubscribed: somebody, or a program that checks e-mail, followed the "
            "link in an alert.",
            f"{notified}Send e-mail subscribes again. Then confirm with solarrally alerts confirm, "
            "so that the link unsubscribes nobody any more.",
        )
    if not email:
        return unknown(id_, title, "enter the address first.", f"{notified}F5 checks again.")
    return Finding(
        id_,
        title,
        Severity.WARN,
        f"The site does not notify {email} yet.",
        f"{notified}Deploy to apply the changed answer. Send e-mail asks for confirmation now, "
        "also where AWS gave up waiting for the click.",
    )


def monitor_finding(monitor: Mapping[str, Any] | None) -> Finding:
    """Return which anomaly monitor there is: an account has one for services, for all sites."""
    id_, title = "monitor", "Unusual spending"
    line = "The account has no monitor yet. The deployment creates one."
    if monitor is not None:
        line = f"Uses your monitor {monitor.get('MonitorName', '')}."
    return Finding(id_, title, Severity.OK, line)


def metrics_finding(on: bool) -> Finding:
    """Return whether AWS publishes the account's costs as CloudWatch metrics."""
    id_, title = "metrics", "Billing metrics"
    if on:
        return Finding(id_, title, Severity.OK, "Enabled: a billing alarm would work.")
    return Finding(
        id_, title, Severity.UNKNOWN, "None found: disabled, or a new account.", _SWITCH_ON
    )


async def _subscriptions(door: Door, topic: str) -> list[dict[str, Any]]:
    subscriptions = await door.pages(
        "sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic
    )
    return [item for item in subscriptions if item["Protocol"] == "email"]


async def _monitor(door: Door) -> Finding:
    try:
        return monitor_finding(await cost_anomalies.monitor(door))
    except AwsError as error:
        return replace(spending.refused(error), id="monitor")


async def _metrics(door: Door) -> Finding:
    try:
        metrics = await door.pages(
            "cloudwatch",
            "list_metrics",
            "Metrics",
            GLOBAL_REGION,
            Namespace="AWS/Billing",
            MetricName="EstimatedCharges",
        )
    except AwsError as error:
        return unknown("metrics", "Billing metrics", why_unknown(error), _SWITCH_ON)
    return metrics_finding(bool(metrics))
