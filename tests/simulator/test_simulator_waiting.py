"""What waits for a person: certificates for their DNS record, e-mail for a confirmation."""

import json
from typing import Any

import pytest

from tests.simulator.simulator_setup import Bench, control, until


def request(bench: Bench, domain: str) -> tuple[str, dict[str, Any]]:
    acm = bench.client("acm")
    arn = acm.request_certificate(DomainName=domain, ValidationMethod="DNS")["CertificateArn"]
    shown = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    assert shown["Status"] == "PENDING_VALIDATION"
    return arn, shown["DomainValidationOptions"][0]["ResourceRecord"]


def status(bench: Bench, arn: str) -> str:
    found = bench.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    return str(found["Status"])


def zone(bench: Bench, domain: str) -> str:
    made = bench.client("route53").create_hosted_zone(Name=domain, CallerReference=domain)
    return str(made["HostedZone"]["Id"]).rpartition("/")[2]


def add(bench: Bench, zone_id: str, record: dict[str, Any]) -> None:
    change = {
        "Action": "CREATE",
        "ResourceRecordSet": {
            "Name": record["Name"],
            "Type": "CNAME",
            "TTL": 60,
            "ResourceRecords": [{"Value": record["Value"]}],
        },
    }
    bench.client("route53").change_resource_record_sets(
        HostedZoneId=zone_id, ChangeBatch={"Changes": [change]}
    )


def test_a_certificate_waits_for_its_record(bench: Bench) -> None:
    arn, record = request(bench, "one.example.com")
    zone_id = zone(bench, "example.com")
    add(bench, zone_id, {"Name": "other.example.com", "Value": record["Value"]})
    assert status(bench, arn) == "PENDING_VALIDATION"
    add(bench, zone_id, record)
    until(lambda: status(bench, arn) == "ISSUED")


def test_a_fault_leaves_a_certificate_pending(bench: Bench) -> None:
    fault = {"kind": "certificate", "target": "two.example.com"}
    identifier = control(bench.account, "POST", "faults", fault)[1]["id"]
    arn, record = request(bench, "two.example.com")
    add(bench, zone(bench, "example.com"), record)
    until(lambda: _happened(bench, identifier) > 2)
    assert status(bench, arn) == "PENDING_VALIDATION"
    control(bench.account, "DELETE", f"faults/{identifier}")
    until(lambda: status(bench, arn) == "ISSUED")


def _happened(bench: Bench, identifier: str) -> int:
    found = control(bench.account, "GET", "faults")[1]["faults"]
    return next(f["happened"] for f in found if f["id"] == identifier)


@pytest.mark.parametrize("by_cloudformation", [True, False])
def test_a_stack_waits_for_its_certificate(bench: Bench, by_cloudformation: bool) -> None:
    zone_id = zone(bench, "example.net")
    properties: dict[str, Any] = {"DomainName": "example.net", "ValidationMethod": "DNS"}
    if by_cloudformation:
        properties["DomainValidationOptions"] = [
            {"DomainName": "example.net", "HostedZoneId": zone_id}
        ]
    kind = "AWS::CertificateManager::Certificate"
    body = {"Certificate": {"Type": kind, "Properties": properties}}
    if by_cloudformation:
        assert bench.up("s", body) == ("CREATE_COMPLETE", [])
        return

    bench.client("cloudformation").create_stack(
        StackName="s", TemplateBody=json.dumps({"Resources": body})
    )
    acm = bench.client("acm")
    [listed] = until(lambda: acm.list_certificates()["CertificateSummaryList"])
    shown = acm.describe_certificate(CertificateArn=listed["CertificateArn"])["Certificate"]
    assert bench.stack("s")["StackStatus"] == "CREATE_IN_PROGRESS"
    add(bench, zone_id, shown["DomainValidationOptions"][0]["ResourceRecord"])
    assert bench.settled("s") == ("CREATE_COMPLETE", [])


def mails(bench: Bench, to: str) -> list[str]:
    found = control(bench.account, "GET", "mailbox")[1]["messages"]
    return [m["subject"] for m in found if m["to"] == to]


def test_a_subscription_is_confirmed_and_gets_mail(bench: Bench) -> None:
    sns, to = bench.client("sns"), f"{bench.number}@example.com"
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=to)
    assert mails(bench, to) == ["AWS Notification - Subscription Confirmation"]

    def confirmed() -> bool:
        [one] = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        return bool(one["SubscriptionArn"].startswith("arn:"))

    until(confirmed)
    sns.publish(TopicArn=topic, Subject="Database down", Message="x")
    until(lambda: "Database down" in mails(bench, to))


def test_a_subscription_that_nobody_confirms(bench: Bench) -> None:
    to = f"{bench.number}@example.com"
    fault = {"kind": "subscription", "target": to}
    identifier = control(bench.account, "POST", "faults", fault)[1]["id"]
    topic = {
        "Type": "AWS::SNS::Topic",
        "Properties": {"Subscription": [{"Protocol": "email", "Endpoint": to}]},
    }
    assert bench.up("s", {"Topic": topic}) == ("CREATE_COMPLETE", [])
    sns = bench.client("sns")
    until(lambda: _happened(bench, identifier) > 1)
    [pending] = sns.list_subscriptions()["Subscriptions"]
    assert pending["SubscriptionArn"] == "PendingConfirmation"
    sns.publish(TopicArn=pending["TopicArn"], Subject="Lost", Message="x")
    control(bench.account, "DELETE", f"faults/{identifier}")
    until(
        lambda: sns.list_subscriptions()["Subscriptions"][0]["SubscriptionArn"].startswith("arn:")
    )
    assert "Lost" not in mails(bench, to)
