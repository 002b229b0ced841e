"""What waits for a person: certificates for their DNS record, e-mail for a confirmation."""

import json
from typing import Any

import pytest

from tests.simulator.simulator_setup import IsolatedAccount, control, until


def request(aws: IsolatedAccount, domain: str) -> tuple[str, dict[str, Any]]:
    acm = aws.client("acm")
    arn = acm.request_certificate(DomainName=domain, ValidationMethod="DNS")["CertificateArn"]
    shown = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    assert shown["Status"] == "PENDING_VALIDATION"
    return arn, shown["DomainValidationOptions"][0]["ResourceRecord"]


def status(aws: IsolatedAccount, arn: str) -> str:
    found = aws.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    return str(found["Status"])


def zone(aws: IsolatedAccount, domain: str) -> str:
    created = aws.client("route53").create_hosted_zone(Name=domain, CallerReference=domain)
    return str(created["HostedZone"]["Id"]).rpartition("/")[2]


def add(aws: IsolatedAccount, zone_id: str, record: dict[str, Any]) -> None:
    change = {
        "Action": "CREATE",
        "ResourceRecordSet": {
            "Name": record["Name"],
            "Type": "CNAME",
            "TTL": 60,
            "ResourceRecords": [{"Value": record["Value"]}],
        },
    }
    aws.client("route53").change_resource_record_sets(
        HostedZoneId=zone_id, ChangeBatch={"Changes": [change]}
    )


def test_a_certificate_waits_for_its_record(aws: IsolatedAccount) -> None:
    arn, record = request(aws, "one.example.com")
    zone_id = zone(aws, "example.com")
    add(aws, zone_id, {"Name": "other.example.com", "Value": record["Value"]})
    assert status(aws, arn) == "PENDING_VALIDATION"
    add(aws, zone_id, record)
    until(lambda: status(aws, arn) == "ISSUED")


def test_a_fault_leaves_a_certificate_pending(aws: IsolatedAccount) -> None:
    fault = {"kind": "certificate", "target": "two.example.com"}
    identifier = control(aws.account, "POST", "faults", fault)[1]["id"]
    arn, record = request(aws, "two.example.com")
    add(aws, zone(aws, "example.com"), record)
    until(lambda: _happened(aws, identifier) > 2)
    assert status(aws, arn) == "PENDING_VALIDATION"
    control(aws.account, "DELETE", f"faults/{identifier}")
    until(lambda: status(aws, arn) == "ISSUED")


def _happened(aws: IsolatedAccount, identifier: str) -> int:
    found = control(aws.account, "GET", "faults")[1]["faults"]
    return next(f["happened"] for f in found if f["id"] == identifier)


@pytest.mark.parametrize("by_cloudformation", [True, False])
def test_a_stack_waits_for_its_certificate(aws: IsolatedAccount, by_cloudformation: bool) -> None:
    zone_id = zone(aws, "example.net")
    properties: dict[str, Any] = {"DomainName": "example.net", "ValidationMethod": "DNS"}
    if by_cloudformation:
        properties["DomainValidationOptions"] = [
            {"DomainName": "example.net", "HostedZoneId": zone_id}
        ]
    kind = "AWS::CertificateManager::Certificate"
    body = {"Certificate": {"Type": kind, "Properties": properties}}
    if by_cloudformation:
        assert aws.create_stack("s", body) == ("CREATE_COMPLETE", [])
        return

    aws.client("cloudformation").create_stack(
        StackName="s",
        TemplateBody=json.dumps({"Resources": body | {"Topic": {"Type": "AWS::SNS::Topic"}}}),
    )
    until(lambda: ("Topic", "CREATE_COMPLETE") in progress(aws, "s"))
    until(lambda: ("Certificate", "Resource creation Initiated") in progress(aws, "s"))
    acm = aws.client("acm")
    [listed] = until(lambda: acm.list_certificates()["CertificateSummaryList"])
    shown = acm.describe_certificate(CertificateArn=listed["CertificateArn"])["Certificate"]
    assert aws.stack("s")["StackStatus"] == "CREATE_IN_PROGRESS"
    add(aws, zone_id, shown["DomainValidationOptions"][0]["ResourceRecord"])
    assert aws.settled("s") == ("CREATE_COMPLETE", [])


def progress(aws: IsolatedAccount, stack: str) -> list[tuple[str, str]]:
    """Return the resource of each event and its reason, or else its status."""
    told = aws.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    return [
        (event["LogicalResourceId"], event.get("ResourceStatusReason") or event["ResourceStatus"])
        for event in told
    ]


def mails(aws: IsolatedAccount, to: str) -> list[str]:
    found = control(aws.account, "GET", "mailbox")[1]["messages"]
    return [m["subject"] for m in found if m["to"] == to]


def test_a_subscription_is_confirmed_and_gets_mail(aws: IsolatedAccount) -> None:
    sns, to = aws.client("sns"), f"{aws.number}@example.com"
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=to)
    assert mails(aws, to) == ["AWS Notification - Subscription Confirmation"]

    def confirmed() -> bool:
        [one] = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        return bool(one["SubscriptionArn"].startswith("arn:"))

    until(confirmed)
    sns.publish(TopicArn=topic, Subject="Database down", Message="x")
    until(lambda: "Database down" in mails(aws, to))


def test_a_subscription_that_nobody_confirms(aws: IsolatedAccount) -> None:
    to = f"{aws.number}@example.com"
    fault = {"kind": "subscription", "target": to}
    identifier = control(aws.account, "POST", "faults", fault)[1]["id"]
    topic = {
        "Type": "AWS::SNS::Topic",
        "Properties": {"Subscription": [{"Protocol": "email", "Endpoint": to}]},
    }
    assert aws.create_stack("s", {"Topic": topic}) == ("CREATE_COMPLETE", [])
    sns = aws.client("sns")
    until(lambda: _happened(aws, identifier) > 1)
    [pending] = sns.list_subscriptions()["Subscriptions"]
    assert pending["SubscriptionArn"] == "PendingConfirmation"
    sns.publish(TopicArn=pending["TopicArn"], Subject="Lost", Message="x")
    control(aws.account, "DELETE", f"faults/{identifier}")
    until(
        lambda: sns.list_subscriptions()["Subscriptions"][0]["SubscriptionArn"].startswith("arn:")
    )
    assert "Lost" not in mails(aws, to)
