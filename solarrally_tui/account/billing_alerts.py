"""Whether alerts about costs can arrive: judged from facts, asked of AWS, and proven by a mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from solarrally_tui.account.shared import cost_anomalies
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.names import GLOBAL_REGION

SUBJECT: Final = "SolarRally test message"
_PENDING: Final = "PendingConfirmation"
_SWITCH_ON: Final = (
    "No call of AWS switches them on, and the console does: Billing and Cost Management, Billing "
    "preferences, Alert preferences, Edit, CloudWatch billing alerts. Only the account that pays "
    "can, and they come about 15 minutes later. Without them a billing alarm stays silent. The "
    "budget does not need them."
)


class Delivery(StrEnum):
    """How far the way from the site's topic to a mailbox is."""

    NOT_YET = "not_yet"
    """There is no topic: the site is not deployed."""
    MISSING = "missing"
    """The topic knows nobody at this address."""
    PENDING = "pending"
    """AWS waits for a click on the link in its mail."""
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class AlertDelivery:
    """Who is told by the site's topic, and what the account has of its own."""

    delivery: Delivery
    email: str
    others: tuple[str, ...]
    """Other addresses that the topic tells."""
    findings: tuple[Finding, ...]


async def inspect(door: Door, topic: str, email: str) -> AlertDelivery:
    """Look at the alerts of a site. The door is in its Region. Raises AwsError.

    topic: ARN of the site's topic, empty before it is deployed.
    """
    told = await _subscriptions(door, topic) if topic else []
    delivery = delivery_to(told, email) if topic else Delivery.NOT_YET
    others = tuple(sorted({str(each["Endpoint"]) for each in told} - {email}))
    findings = (
        delivery_finding(delivery, email, others),
        await _monitor(door),
        await _metrics(door),
    )
    return AlertDelivery(delivery, email, others, findings)


async def send_test(door: Door, topic: str, site: str) -> str:
    """Send one message to everybody who has confirmed and return its id. Raises AwsError."""
    text = (
        f"This is a test message of the SolarRally site {site}. "
        "You see it, so alerts of the site reach you. There is nothing to do."
    )
    told = await door.call("sns", "publish", TopicArn=topic, Subject=SUBJECT, Message=text)
    return str(told["MessageId"])


async def resend_confirmation(door: Door, topic: str, email: str) -> None:
    """Let AWS mail its confirmation once more; also where it gave up waiting. Raises AwsError."""
    await door.call("sns", "subscribe", TopicArn=topic, Protocol="email", Endpoint=email)


def delivery_to(subscriptions: Sequence[Mapping[str, Any]], email: str) -> Delivery:
    """Judge the subscriptions of a topic for one address."""
    own = [each for each in subscriptions if str(each["Endpoint"]).lower() == email.lower()]
    if not own:
        return Delivery.MISSING
    if all(each["SubscriptionArn"] == _PENDING for each in own):
        return Delivery.PENDING
    return Delivery.CONFIRMED


def delivery_finding(delivery: Delivery, email: str, others: Sequence[str] = ()) -> Finding:
    """Say in words how far the way to the mailbox is."""
    id_, title = "delivery", "Alert mails"
    if delivery is Delivery.CONFIRMED:
        return Finding(id_, title, Severity.OK, f"{email} has confirmed. F2 sends a test message.")
    if delivery is Delivery.NOT_YET:
        return Finding(
            id_,
            title,
            Severity.OK,
            f"AWS asks {email or 'the address'} to confirm during Provision.",
            "Alarms of the site arrive after somebody clicked the link in that mail; look into "
            "spam too. Come back here then: F2 sends a test message. Mails about budget and "
            "unusual spending need no click.",
        )
    if delivery is Delivery.PENDING:
        return Finding(
            id_,
            title,
            Severity.WARN,
            f"{email} has not confirmed yet.",
            "Until then alarms of the site do not arrive. AWS has sent a mail with the subject "
            "AWS Notification - Subscription Confirmation, "
            "from no-reply@sns.amazonaws.com. Click its link; look into spam too. F4 sends it "
            "again. AWS gives up after some days without a click.",
        )
    told = f"It tells {', '.join(others)}. " if others else ""
    if not email:
        return unknown(id_, title, "type the address first.", f"{told}F5 looks again.")
    return Finding(
        id_,
        title,
        Severity.WARN,
        f"The site does not tell {email} yet.",
        f"{told}Deploying the changed answer moves it. F4 asks for a confirmation now, which also "
        "helps where AWS gave up waiting for the click.",
    )


def monitor_finding(found: Mapping[str, Any] | None) -> Finding:
    """Say which anomaly monitor there is: an account has one of services, which all sites use."""
    id_, title = "monitor", "Unusual spending"
    if found is None:
        return Finding(id_, title, Severity.OK, "The account has no monitor yet. One is made.")
    name = str(found.get("MonitorName", ""))
    return Finding(id_, title, Severity.OK, f"Uses your monitor {name}.")


def metrics_finding(on: bool) -> Finding:
    """Say whether AWS writes the account's costs into CloudWatch."""
    id_, title = "metrics", "Billing metrics"
    if on:
        return Finding(id_, title, Severity.OK, "They are on: a billing alarm would work.")
    return Finding(
        id_, title, Severity.UNKNOWN, "AWS shows none: off, or a new account.", _SWITCH_ON
    )


async def _subscriptions(door: Door, topic: str) -> list[dict[str, Any]]:
    found = await door.pages("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic)
    return [each for each in found if each["Protocol"] == "email"]


async def _monitor(door: Door) -> Finding:
    try:
        return monitor_finding(await cost_anomalies.monitor(door))
    except AwsError as error:
        return unknown("monitor", "Unusual spending", _why(error), "The deployment looks again.")


async def _metrics(door: Door) -> Finding:
    try:
        found = await door.pages(
            "cloudwatch",
            "list_metrics",
            "Metrics",
            GLOBAL_REGION,
            Namespace="AWS/Billing",
            MetricName="EstimatedCharges",
        )
    except AwsError as error:
        return unknown("metrics", "Billing metrics", _why(error), _SWITCH_ON)
    return metrics_finding(bool(found))


def _why(error: AwsError) -> str:
    return "these credentials may not ask." if error.kind is Kind.DENIED else f"{error.code}."
