"""What a change set lists: also what a condition switches, and whether it replaces."""

import json
from typing import Any

import pytest

from tests.simulator.simulator_setup import Bench, until

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
def bench(account: Any) -> Bench:
    return Bench(account)


def changes(bench: Bench, name: str, **given: str) -> dict[str, dict[str, Any]]:
    client = bench.client("cloudformation")
    client.create_change_set(
        StackName="s",
        ChangeSetName=name,
        TemplateBody=json.dumps(TEMPLATE),
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
    )
    told = client.describe_change_set(StackName="s", ChangeSetName=name)
    assert told["Status"] == "CREATE_COMPLETE", told.get("StatusReason")
    bodies = [change["ResourceChange"] for change in told["Changes"]]
    return {body["LogicalResourceId"]: body for body in bodies}


def test_a_condition_adds_and_removes(bench: Bench) -> None:
    more = {key: value for key, value in TEMPLATE.items() if key != "Resources"}
    assert bench.up("s", TEMPLATE["Resources"], **more) == ("CREATE_COMPLETE", [])
    added = changes(bench, "louder", Loud="yes")
    assert {name: body["Action"] for name, body in added.items()} == {"Bell": "Add"}

    client = bench.client("cloudformation")
    client.execute_change_set(StackName="s", ChangeSetName="louder")
    until(lambda: bench.stack("s")["StackStatus"] == "UPDATE_COMPLETE")
    listed = client.list_stack_resources(StackName="s")["StackResourceSummaries"]
    assert "Bell" in {each["LogicalResourceId"] for each in listed}

    removed = changes(bench, "quieter", Loud="no")
    assert {name: body["Action"] for name, body in removed.items()} == {"Bell": "Remove"}


def test_the_schema_says_what_replaces(bench: Bench) -> None:
    more = {key: value for key, value in TEMPLATE.items() if key != "Resources"}
    assert bench.up("s", TEMPLATE["Resources"], **more) == ("CREATE_COMPLETE", [])
    found = changes(bench, "both", Range="10.9.0.0/16", Days="30")
    assert {name: body["Replacement"] for name, body in found.items()} == {
        "Network": "True",
        "Log": "False",
    }
