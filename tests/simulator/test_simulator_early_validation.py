"""Change sets that CloudFormation refuses, and the events that say why."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulator.simulator_setup import IsolatedAccount, control

BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "Name"}}}


def refused(aws: IsolatedAccount, stack: str, name: str) -> tuple[dict[str, Any], Any]:
    """Create a change set with one bucket; return it, and the events of what failed."""
    cloudformation = aws.client("cloudformation")
    template = {"Parameters": {"Name": {"Type": "String"}}, "Resources": {"Web": BUCKET}}
    made = cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": "Name", "ParameterValue": name}],
    )
    described = cloudformation.describe_change_set(ChangeSetName=made["Id"])
    events = cloudformation.describe_events(
        ChangeSetName=made["Id"], Filters={"FailedEvents": True}
    )
    return described, events["OperationEvents"]


def test_a_name_that_exists_is_refused_before_anything_is_created(aws: IsolatedAccount) -> None:
    aws.client("s3").create_bucket(Bucket="early-taken")
    described, [event] = refused(aws, "early-one", "early-taken")
    assert described["Status"] == "FAILED"
    assert "[AWS::EarlyValidation::ResourceExistenceCheck]" in described["StatusReason"]
    assert event["EventType"] == "VALIDATION_ERROR"
    assert event["LogicalResourceId"] == "Web"
    assert event["ValidationStatusReason"] == (
        "Resource of type 'AWS::S3::Bucket' with identifier 'early-taken' already exists."
    )
    described, events = refused(aws, "early-two", "early-free")
    assert described["Status"] == "CREATE_COMPLETE"
    assert events == []


def test_a_hook_refuses_a_change_set(aws: IsolatedAccount) -> None:
    fault = {
        "kind": "change-set",
        "target": "early-three/Web",
        "code": "AWSControlTower::Guard::Hook",
        "message": "[CT.S3.PR.2]: Require server access logging",
    }
    identifier = control(aws.account, "POST", "faults", fault)[1]["id"]
    try:
        described, [event] = refused(aws, "early-three", "early-free")
    finally:
        control(aws.account, "DELETE", f"faults/{identifier}")
    assert (
        described["StatusReason"] == "The following hook(s) failed: [AWSControlTower::Guard::Hook]"
    )
    assert (event["EventType"], event["HookStatusReason"]) == (
        "HOOK_INVOCATION_ERROR",
        fault["message"],
    )


def test_events_are_asked_for_by_a_name(aws: IsolatedAccount) -> None:
    with pytest.raises(ClientError, match="One of ChangeSetName"):
        aws.client("cloudformation").describe_events(OperationId="")
