"""What a change set lists: also what a condition switches, and whether it replaces."""

import json
from typing import Any

import pytest

from tests.simulator.simulator_setup import IsolatedAccount, until

TEMPLATE = {
    "Parameters": {
        "Loud": {"Type": "String", "Default": "no"},
        "Days": {"Type": "Number", "Default": 7},
        "Range": {"Type": "String", "Default": "10.0.0.0/16"},
    },
    "Conditions": {"IsLoud": {"Fn::Equals": [{"Ref": "Loud"}, "yes"]}},
    "Resources": {
        "Network": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": {"Ref": "Range"}}},
        "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": {"Ref": "Days"}}},
        "Bell": {"Type": "AWS::SNS::Topic", "Condition": "IsLoud"},
    },
}


@pytest.fixture
def aws(account: Any) -> IsolatedAccount:
    return IsolatedAccount(account)


def changes(aws: IsolatedAccount, name: str, **given: str) -> dict[str, dict[str, Any]]:
    client = aws.client("cloudformation")
    client.create_change_set(
        StackName="s",
        ChangeSetName=name,
        TemplateBody=json.dumps(TEMPLATE),
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
    )
    response = client.describe_change_set(StackName="s", ChangeSetName=name)
    assert response["Status"] == "CREATE_COMPLETE", response.get("StatusReason")
    bodies = [change["ResourceChange"] for change in response["Changes"]]
    return {body["LogicalResourceId"]: body for body in bodies}


def test_a_condition_adds_and_removes(aws: IsolatedAccount) -> None:
    more = {key: value for key, value in TEMPLATE.items() if key != "Resources"}
    assert aws.create_stack("s", TEMPLATE["Resources"], **more) == ("CREATE_COMPLETE", [])
    added = changes(aws, "louder", Loud="yes")
    assert {name: body["Action"] for name, body in added.items()} == {"Bell": "Add"}

    client = aws.client("cloudformation")
    client.execute_change_set(StackName="s", ChangeSetName="louder")
    until(lambda: aws.stack("s")["StackStatus"] == "UPDATE_COMPLETE")
    listed = client.list_stack_resources(StackName="s")["StackResourceSummaries"]
    assert "Bell" in {each["LogicalResourceId"] for each in listed}

    removed = changes(aws, "quieter", Loud="no")
    assert {name: body["Action"] for name, body in removed.items()} == {"Bell": "Remove"}


def test_the_schema_says_what_replaces(aws: IsolatedAccount) -> None:
    more = {key: value for key, value in TEMPLATE.items() if key != "Resources"}
    assert aws.create_stack("s", TEMPLATE["Resources"], **more) == ("CREATE_COMPLETE", [])
    found = changes(aws, "both", Range="10.9.0.0/16", Days="30")
    assert {name: body["Replacement"] for name, body in found.items()} == {
        "Network": "True",
        "Log": "False",
    }
