"""Faults: resources that fail, calls that are throttled, refused or late."""

import time

import pytest
from botocore.exceptions import ClientError

from solarrally_tui.simulator.calls import Call
from solarrally_tui.simulator.child import Child
from solarrally_tui.simulator.faults import Faults
from tests.simulator.simulator_setup import IsolatedAccount, control

TOPICS = {
    "First": {"Type": "AWS::SNS::Topic"},
    "Second": {"Type": "AWS::SNS::Topic", "DependsOn": "First"},
}


@pytest.fixture
def faulty(aws: IsolatedAccount):
    """Faults that are lifted after the test."""
    added: list[str] = []

    def add(**fault: object) -> str:
        status, answer = control(aws.account, "POST", "faults", fault)
        assert status == 200, answer
        added.append(answer["id"])
        return str(answer["id"])

    yield add
    for identifier in added:
        control(aws.account, "DELETE", f"faults/{identifier}")


def test_a_resource_fails_and_the_stack_rolls_back(aws: IsolatedAccount, faulty) -> None:
    fault = faulty(kind="resource", target="one/Second", message="We have no capacity. 4711")
    status, reasons = aws.create_stack("faulty-one", TOPICS)
    assert status == "ROLLBACK_COMPLETE"
    assert "We have no capacity. 4711" in reasons
    assert not aws.client("sns").list_topics()["Topics"]
    told = aws.client("cloudformation").describe_stack_events(StackName="faulty-one")
    initiated = {
        event["LogicalResourceId"]
        for event in told["StackEvents"]
        if event.get("ResourceStatusReason") == "Resource creation Initiated"
        and event["PhysicalResourceId"]
    }
    assert initiated == {"First"}
    aws.delete_stack("faulty-one")
    assert control(aws.account, "DELETE", f"faults/{fault}") == (200, {"removed": [fault]})
    assert aws.create_stack("faulty-one", TOPICS) == ("CREATE_COMPLETE", [])


def test_a_fault_of_the_load_balancer_is_met_under_its_former_stack() -> None:
    faults = Faults()
    faults.add_text("app/LoadBalancer=not supported")
    assert faults.resource_message("solarrally-x-balancer", "LoadBalancer") == "not supported"
    assert faults.resource_message("solarrally-x-balancer", "Listener") is None
    assert faults.resource_message("solarrally-x-edge", "LoadBalancer") is None


def test_a_fault_from_the_command_line() -> None:
    child = Child(speed="instant", faults=["two/First=Insufficient capacity"])
    try:
        aws = IsolatedAccount(child.start())
        assert aws.create_stack("site-two", TOPICS) == (
            "ROLLBACK_COMPLETE",
            ["Insufficient capacity"],
        )
        [listed] = control(aws.account, "GET", "faults")[1]["faults"]
        assert (listed["target"], listed["happened"]) == ("two/First", 1)
    finally:
        child.stop()


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "code"),
    [
        ("rds", "describe_db_instances", {}, "Throttling"),
        ("ec2", "describe_vpcs", {}, "RequestLimitExceeded"),
        ("ecs", "list_clusters", {}, "ThrottlingException"),
        ("iot", "list_things", {}, "ThrottlingException"),
        ("s3", "list_buckets", {}, "SlowDown"),
        ("cloudfront", "list_distributions", {}, "Throttling"),
        ("cloudwatch", "describe_alarms", {}, "ThrottlingException"),
    ],
)
def test_a_call_is_throttled_so_many_times(
    aws: IsolatedAccount, faulty, service: str, operation: str, arguments: dict, code: str
) -> None:
    client = aws.client(service)
    name = client.meta.method_to_api_mapping[operation]
    faulty(kind="throttle", target=f"{service}.{name}", times=2)
    for _ in range(2):
        with pytest.raises(ClientError) as caught:
            getattr(client, operation)(**arguments)
        assert caught.value.response["Error"]["Code"] == code
    getattr(client, operation)(**arguments)


def test_a_call_is_refused(aws: IsolatedAccount, faulty) -> None:
    faulty(kind="refuse", target="ssm.PutParameter")
    with pytest.raises(ClientError) as caught:
        aws.client("ssm").put_parameter(Name="/a", Value="b", Type="String")
    error = caught.value.response["Error"]
    assert error["Code"] == "AccessDeniedException"
    assert "ssm:PutParameter" in error["Message"]


def test_a_session_ends_with_a_call_and_other_keys_are_not_concerned() -> None:
    faults = Faults()
    ended = faults.add({"kind": "session", "target": "ssm.PutParameter", "times": 1})
    first, other = (
        [
            Call("ssm", operation, key, "123456789012", "us-east-1", "POST", "/", "", b"")
            for operation in ("GetParameter", "PutParameter")
        ]
        for key in ("ASIAFIRST", "ASIAOTHER")
    )
    assert faults.refusal(first[0]) is None
    for call in (first[1], first[0]):
        refusal = faults.refusal(call)
        assert refusal is not None
        assert refusal.code == "ExpiredToken"
    assert faults.refusal(other[0]) is faults.refusal(other[1]) is None
    faults.remove(ended["id"])
    assert faults.refusal(first[0]) is None


def test_a_call_is_refused_with_a_code(aws: IsolatedAccount, faulty) -> None:
    faulty(kind="refuse", target="sns.*", code="InternalError", message="Try again")
    with pytest.raises(ClientError, match="Try again") as caught:
        aws.client("sns").list_topics()
    assert caught.value.response["Error"]["Code"] == "InternalError"


def test_a_session_ends_for_every_call(aws: IsolatedAccount, faulty) -> None:
    faulty(kind="refuse", target="*", code="ExpiredToken", message="It has expired")
    for service, operation in (("iam", "list_roles"), ("sqs", "list_queues")):
        with pytest.raises(ClientError, match="It has expired") as caught:
            getattr(aws.client(service), operation)()
        assert caught.value.response["Error"]["Code"] == "ExpiredToken"


def test_a_call_is_late(aws: IsolatedAccount, faulty) -> None:
    faulty(kind="delay", target="sts.GetCallerIdentity", seconds=0.5, times=1)
    began = time.monotonic()
    aws.client("sts").get_caller_identity()
    assert time.monotonic() - began >= 0.5


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "magic", "target": "x"},
        {"kind": "resource"},
        {"kind": "delay", "target": "x", "speed": 1},
    ],
)
def test_a_fault_that_makes_no_sense_is_said(aws: IsolatedAccount, body: dict) -> None:
    status, answer = control(aws.account, "POST", "faults", body)
    assert status == 400
    assert answer["error"]


def test_an_unknown_fault_cannot_be_lifted(aws: IsolatedAccount) -> None:
    assert control(aws.account, "DELETE", "faults/nope")[0] == 404
    assert control(aws.account, "GET", "nonsense")[0] == 404


def test_stacks_do_not_suffer_from_faults_on_calls(aws: IsolatedAccount, faulty) -> None:
    faulty(kind="refuse", target="ec2.AllocateAddress")
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        aws.client("ec2").allocate_address(Domain="vpc")
    assert aws.create_stack("s", {"Address": {"Type": "AWS::EC2::EIP"}}) == ("CREATE_COMPLETE", [])
