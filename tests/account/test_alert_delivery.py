"""Proof of delivery: pending, asked again, confirmed, and a test message in the mailbox."""

import json
import urllib.request
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from solarrally_tui.account import billing_alerts
from solarrally_tui.account.billing_alerts import Delivery
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.poll import poll
from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.names import SITE_TAG, stack_name
from solarrally_tui.wizard.engine import real_services
from tests import clients
from tests.provisioning.engine_setup import opened

SITE, EMAIL, REGION = "mail-garage", "mail-garage@example.com", "eu-west-1"
OTHER = {"Protocol": "email", "Endpoint": "old@example.com", "SubscriptionArn": "arn:x"}


def own(arn: str, endpoint: str = EMAIL) -> Mapping[str, str]:
    return {"Protocol": "email", "Endpoint": endpoint, "SubscriptionArn": arn}


@pytest.mark.parametrize(
    ("told", "delivery"),
    [
        ([], Delivery.MISSING),
        ([OTHER], Delivery.MISSING),
        ([own("PendingConfirmation")], Delivery.PENDING),
        ([own("arn:aws:sns:x")], Delivery.CONFIRMED),
        ([own("arn:aws:sns:x", EMAIL.upper())], Delivery.CONFIRMED),
        ([own("PendingConfirmation"), own("arn:aws:sns:x")], Delivery.CONFIRMED),
        ([own("Deleted")], Delivery.UNSUBSCRIBED),
        ([own("Deleted"), own("PendingConfirmation")], Delivery.PENDING),
        ([own("arn:aws:sns:x"), own("Deleted")], Delivery.CONFIRMED),
    ],
)
def test_the_way_to_the_mailbox_is_judged(
    told: list[Mapping[str, str]], delivery: Delivery
) -> None:
    assert billing_alerts.delivery_to(told, EMAIL) is delivery


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("https://sns.eu-west-1.amazonaws.com/confirmation.html?TopicArn=arn:x&Token=2336&E=a", ""),
        (f"https://sns.x/confirmation.html?TopicArn=arn:x&Token={'0af1' * 20}&Endpoint=a", "0af1"),
        (f"  {'0af1' * 10}\n{'0af1' * 10} ", "0af1"),
        ("https://sns.x/unsubscribe.html?SubscriptionArn=arn:x", ""),
    ],
)
def test_the_token_of_a_link_is_found(text: str, token: str) -> None:
    assert billing_alerts.token_in(text) == token * 20


def test_only_a_confirmed_address_is_well() -> None:
    levels = {
        each: billing_alerts.delivery_finding(each, EMAIL, ("old@example.com",))
        for each in Delivery
    }
    assert levels[Delivery.CONFIRMED].severity is Severity.OK
    assert levels[Delivery.PENDING].severity is Severity.WARN
    assert levels[Delivery.UNSUBSCRIBED].severity is Severity.FAIL
    assert "was unsubscribed" in levels[Delivery.UNSUBSCRIBED].line
    assert "old@example.com" in levels[Delivery.MISSING].fix
    assert "Send e-mail" in levels[Delivery.PENDING].fix
    assert billing_alerts.delivery_finding(Delivery.MISSING, "").severity is Severity.UNKNOWN
    assert levels[Delivery.NOT_YET].severity is Severity.UNKNOWN
    assert "clicked the link" in levels[Delivery.NOT_YET].fix


@pytest.fixture
async def owner(account: Account) -> AsyncIterator[Door]:
    """The root user's, for what is there before the product looks."""
    async with opened(clients.owner(account), REGION) as made:
        yield made


@pytest.fixture
async def door(account: Account, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    async with await Door.open(REGION) as made:
        yield made


def control(account: Account, method: str, path: str, body: Any = None) -> Any:
    """Speak to the embedded account itself: its faults and its mailbox."""
    request = urllib.request.Request(
        f"{account.endpoint_url}/_solarrally/{path}",
        method=method,
        data=json.dumps(body).encode() if body else None,
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"{}")


def mails(account: Account) -> list[str]:
    told = control(account, "GET", "mailbox")["messages"]
    return [each["subject"] for each in told if each["to"] == EMAIL]


async def deploy_topic(door: Door) -> None:
    bootstrap = next(each for each in CATALOGUE if each.id == "bootstrap")
    name = stack_name(SITE, "bootstrap")
    await door.call(
        "cloudformation",
        "create_stack",
        StackName=name,
        TemplateBody=bootstrap.template(),
        Parameters=[
            {"ParameterKey": "SiteName", "ParameterValue": SITE},
            {"ParameterKey": "AlertEmail", "ParameterValue": EMAIL},
        ],
        Tags=[{"Key": SITE_TAG, "Value": SITE}],
    )

    async def made() -> bool | None:
        told = await door.call("cloudformation", "describe_stacks", StackName=name)
        return told["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE" or None

    await poll(made, every=0.2, limit=30)


async def test_a_test_message_arrives_once_the_address_has_confirmed(
    account: Account, owner: Door, door: Door
) -> None:
    services = real_services()
    try:
        alerts = services.billing
        before = await alerts.alerts(SITE, REGION, EMAIL)
        assert before.delivery is Delivery.NOT_YET
        quiet = await alerts.alerts(SITE, REGION, EMAIL, anomalies=False)
        assert {each.id for each in before.findings} - {each.id for each in quiet.findings} == {
            "monitor"
        }
        with pytest.raises(AwsError, match="no topic"):
            await alerts.send_test(SITE, REGION)
        fault = control(account, "POST", "faults", {"kind": "subscription", "target": EMAIL})
        await deploy_topic(owner)
        assert (await alerts.alerts(SITE, REGION, EMAIL)).delivery is Delivery.PENDING
        await alerts.send_test(SITE, REGION)
        asked = mails(account)
        assert asked == ["AWS Notification - Subscription Confirmation"]
        await alerts.resend_confirmation(SITE, REGION, EMAIL)
        assert mails(account) == asked * 2
        control(account, "DELETE", f"faults/{fault['id']}")

        async def confirmed() -> bool | None:
            return (await alerts.alerts(SITE, REGION, EMAIL)).delivery is Delivery.CONFIRMED or None

        await poll(confirmed, every=0.2, limit=30)
        await alerts.send_test(SITE, REGION)
        assert mails(account)[-1] == billing_alerts.SUBJECT
        changed = await alerts.alerts(SITE, REGION, "new@example.com")
        assert (changed.delivery, changed.others) == (Delivery.MISSING, (EMAIL,))
        # A program that checks e-mail has followed the link that unsubscribes.
        topics = await owner.pages("sns", "list_subscriptions", "Subscriptions")
        (own,) = [each for each in topics if each["Endpoint"] == EMAIL]
        await owner.call("sns", "unsubscribe", SubscriptionArn=own["SubscriptionArn"])
        assert (await alerts.alerts(SITE, REGION, EMAIL)).delivery is Delivery.MISSING
        assert await billing_alerts.subscribe_again(door, own["TopicArn"], EMAIL)
        await poll(confirmed, every=0.2, limit=30)
        assert not await billing_alerts.subscribe_again(door, own["TopicArn"], EMAIL)
    finally:
        await services.close()
    reader = real_services(read_only=True)
    try:
        assert (await reader.billing.alerts(SITE, REGION, EMAIL)).delivery is Delivery.CONFIRMED
        for write in (
            reader.billing.send_test(SITE, REGION),
            reader.billing.resend_confirmation(SITE, REGION, EMAIL),
        ):
            with pytest.raises(AwsError) as refused:
                await write
            assert refused.value.kind is Kind.READ_ONLY
        assert mails(account).count(billing_alerts.SUBJECT) == 1
    finally:
        await reader.close()


async def test_what_the_account_has_of_its_own_is_named(owner: Door, door: Door) -> None:
    found = await by_id(door)
    assert found["metrics"].severity is Severity.UNKNOWN
    assert "Billing preferences" in found["metrics"].fix
    await owner.call(
        "cloudwatch",
        "put_metric_data",
        "us-east-1",
        Namespace="AWS/Billing",
        MetricData=[
            {
                "MetricName": "EstimatedCharges",
                "Value": 1.0,
                "Dimensions": [{"Name": "Currency", "Value": "USD"}],
            }
        ],
    )
    assert (await by_id(door))["metrics"].severity is Severity.OK
    monitors = await owner.call("ce", "get_anomaly_monitors", "us-east-1")
    if not monitors["AnomalyMonitors"]:
        await owner.call(
            "ce",
            "create_anomaly_monitor",
            "us-east-1",
            AnomalyMonitor={
                "MonitorName": "Default-Services-Monitor",
                "MonitorType": "DIMENSIONAL",
                "MonitorDimension": "SERVICE",
            },
        )
    assert (await by_id(door))["monitor"].line.startswith("Uses your monitor ")


async def by_id(door: Door) -> dict[str, Finding]:
    return {each.id: each for each in (await billing_alerts.inspect(door, "", EMAIL)).findings}


async def test_what_is_refused_is_unknown_and_stops_nothing(account: Account, door: Door) -> None:
    faults = [
        control(account, "POST", "faults", {"kind": "refuse", "target": target})
        for target in ("ce.GetAnomalyMonitors", "cloudwatch.ListMetrics")
    ]
    try:
        found = await by_id(door)
    finally:
        for each in faults:
            control(account, "DELETE", f"faults/{each['id']}")
    assert {found["monitor"].severity, found["metrics"].severity} == {Severity.UNKNOWN}
    assert "may not read it" in found["monitor"].line
