"""Functions of AWS Lambda, and what leads to them: a rule, a queue, two APIs and a distribution."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from solarrally_tui.chargers.message import SAMPLE
from solarrally_tui.simulator.child import Account
from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.functions.connections import Connections
from solarrally_tui.simulator.iam.authorization import Authorization
from solarrally_tui.simulator.runtime.edge import api_origin
from solarrally_tui.simulator.runtime.edge.http_message import EdgeResponse, Head, Request
from tests.simulator.functions_setup import (
    Site,
    image,
    of_image,
    role,
    site_of,
    without_network,
)
from tests.simulator.simulator_setup import LIMIT_SECONDS, IsolatedAccount, until

TOLD: Final[dict[str, Any]] = dict(SAMPLE) | {"timestamp": "2026-11-30T08:00:00+00:00"}


@pytest.fixture(scope="module")
def site(account: Account) -> Site:
    return site_of(IsolatedAccount(account))


def get(site: Site, path: str) -> httpx.Response:
    return httpx.get(f"http://{site.address}{path}", timeout=60, trust_env=False)


def said(site: Site, told: dict[str, Any]) -> None:
    """Publish a message of a charger, as over MQTT."""
    site.aws.client("iot-data").publish(topic="evse/one/telemetry", payload=json.dumps(told))


def viewers(site: Site) -> list[Any]:
    name = site.physical("Viewers")
    return list(site.aws.client("dynamodb").scan(TableName=name)["Items"])


async def heard(socket: ClientConnection) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), LIMIT_SECONDS))
    return frame


def measured(site: Site, namespace: str, name: str, **dimensions: str) -> float:
    """Return the sum of a metric."""
    named = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": named}
    stat = {"Metric": metric, "Period": 60, "Stat": "Sum"}
    now = datetime.now(UTC)
    found = site.aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "m", "MetricStat": stat}],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=1),
    )
    return float(sum(found["MetricDataResults"][0]["Values"]))


def log(site: Site, function: str) -> str:
    logs, group = site.aws.client("logs"), f"/aws/lambda/{site.physical(function)}"
    found = logs.filter_log_events(logGroupName=group)["events"]
    return "\n".join(event["message"] for event in found)


def test_a_message_reaches_a_viewer_by_rule_queue_function_and_api(site: Site) -> None:
    async def watch() -> dict[str, Any]:
        async with connect(f"ws://{site.address}/live") as socket:
            assert len(await asyncio.to_thread(viewers, site)) == 1
            await asyncio.to_thread(said, site, TOLD | {"power_w": 1234.0})
            return await heard(socket)

    frame = asyncio.run(watch())
    assert (frame["unit_id"], frame["power_w"]) == ("one", 1234.0)
    until(lambda: not viewers(site))
    [charger] = get(site, "/api/v1/site").json()["chargers"]
    assert charger["unit_id"] == "one"
    telemetry = site.physical("Telemetry")
    assert measured(site, "AWS/Lambda", "Invocations", FunctionName=telemetry) == 1
    assert measured(site, "AWS/Lambda", "Errors", FunctionName=telemetry) == 0
    assert measured(site, "AWS/ApiGateway", "ConnectCount", ApiId=site.physical("Live")) == 1
    assert "REPORT RequestId: " in log(site, "Telemetry")


def test_what_a_function_cannot_handle_becomes_a_dead_letter(site: Site) -> None:
    sqs, queue = site.aws.client("sqs"), site.physical("Queue")
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
    said(site, {"bad": "yes"})
    dead = site.physical("Dead")
    found = until(lambda: sqs.receive_message(QueueUrl=dead).get("Messages"))
    assert json.loads(found[0]["Body"]) == {"bad": "yes", "thing": "one"}


def test_an_api_does_not_show_why_a_function_failed(site: Site) -> None:
    answer = get(site, "/fail")
    assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})
    until(lambda: "[ERROR] KeyError: 'broken'" in log(site, "Answers"))
    assert measured(site, "AWS/ApiGateway", "5xx", ApiId=site.physical("Http")) == 1
    assert measured(site, "AWS/Lambda", "Errors", FunctionName=site.physical("Answers")) == 1


def test_an_api_invokes_only_a_function_whose_policy_lets_it(site: Site) -> None:
    function = site.physical("Answers")
    client = site.aws.client("lambda")
    [statement] = json.loads(client.get_policy(FunctionName=function)["Policy"])["Statement"]
    client.remove_permission(FunctionName=function, StatementId=statement["Sid"])
    assert get(site, "/health").status_code == 500
    client.add_permission(
        FunctionName=function,
        StatementId=statement["Sid"],
        Action=statement["Action"],
        Principal="apigateway.amazonaws.com",
        SourceArn=statement["Condition"]["ArnLike"]["AWS:SourceArn"],
    )
    assert get(site, "/health").json()["status"] == "healthy"


def test_a_function_may_refuse_a_viewer(site: Site) -> None:
    account, api = site.aws.account, site.physical("Live")
    address = f"{account.endpoint_url}/_aws/execute-api/{api}/live".replace("http", "ws")

    async def come() -> None:
        async with connect(address):
            pass

    with pytest.raises(InvalidStatus) as caught:
        asyncio.run(come())
    assert caught.value.response.status_code == 403
    assert json.loads(caught.value.response.body)["message"] == "Forbidden"


def sender(site: Site, key: str) -> Any:
    endpoint = f"{site.aws.account.endpoint_url}/_aws/execute-api/{site.physical('Live')}/live"
    return boto3.client(
        "apigatewaymanagementapi",
        region_name=site.aws.region,
        endpoint_url=endpoint,
        aws_access_key_id=key,
        aws_secret_access_key="any",
    )


def test_only_who_may_manage_connections_sends_to_a_viewer(site: Site) -> None:
    iam = site.aws.client("iam")
    iam.create_user(UserName="somebody")
    key = iam.create_access_key(UserName="somebody")["AccessKey"]["AccessKeyId"]
    with pytest.raises(ClientError, match="execute-api:ManageConnections on resource: "):
        sender(site, key).post_to_connection(ConnectionId="nobody", Data=b"x")
    with pytest.raises(ClientError, match="GoneException"):
        sender(site, site.aws.number).post_to_connection(ConnectionId="nobody", Data=b"x")


def invoked(aws: IsolatedAccount, function: str) -> dict[str, Any]:
    """Invoke a function of the stack; return what it answers, or how it failed."""
    name = Site(aws, "").physical(function)
    answer: dict[str, Any] = json.load(aws.client("lambda").invoke(FunctionName=name)["Payload"])
    return answer


def test_an_image_for_another_processor_or_without_the_program_does_not_start(
    aws: IsolatedAccount,
) -> None:
    uri = image(aws)
    given = {
        "Role": role("lambda.amazonaws.com"),
        "Other": of_image(uri, "api", Architectures=["x86_64"], Environment={}),
        "Wrong": of_image(uri, "nothing", Environment={}),
    }
    assert aws.create_stack("s", given) == ("CREATE_COMPLETE", [])
    assert "exec format error" in invoked(aws, "Other")["errorMessage"]
    assert invoked(aws, "Wrong")["errorType"] == "Runtime.ImportModuleError"
    assert aws.delete_stack("s") == ("DELETE_COMPLETE", [])


def test_a_function_in_a_vpc_reaches_a_service_only_by_an_endpoint(aws: IsolatedAccount) -> None:
    given = without_network()
    assert aws.create_stack("s", given) == ("CREATE_COMPLETE", [])
    assert invoked(aws, "Function")["errorType"] == "Sandbox.Timedout"
    given["Endpoint"] = {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {
            "VpcId": {"Ref": "Vpc"},
            "ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.dynamodb"},
            "RouteTableIds": [{"Ref": "Table"}],
        },
    }
    assert aws.update_stack("s", given) == ("UPDATE_COMPLETE", [])
    assert invoked(aws, "Function") == {"tables": 0}
    group = Site(aws, "").physical("Group")
    with pytest.raises(ClientError, match="DependencyViolation"):
        aws.client("ec2").delete_security_group(GroupId=group)
    identifier = aws.stack("s")["StackId"]
    assert aws.delete_stack("s") == ("DELETE_COMPLETE", [])
    events = aws.client("cloudformation").describe_stack_events(StackName=identifier)
    reasons = [event.get("ResourceStatusReason", "") for event in events["StackEvents"]]
    assert any("waiting for NetworkInterfaces" in reason for reason in reasons)


def test_a_connection_ends_after_ten_minutes_without_a_message() -> None:
    sent: list[dict[str, Any]] = []

    async def forever() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def handle(
        _scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
    ) -> None:
        await send({"type": "websocket.accept"})
        ended = await receive()
        assert ended["type"] == "websocket.disconnect"
        await send({"type": "websocket.close", "code": 1000})

    limited = Connections(Clock(6000.0), Authorization()).limited(handle)
    asyncio.run(limited({}, forever, send))
    assert sent[-1] == {"type": "websocket.close", "code": 1001}


@pytest.mark.parametrize(
    ("policy", "target", "upgrade"),
    [
        # API Gateway does not know the Host that a viewer names.
        ("216adef6-5c7f-47e4-b989-5492eafa07d3", "/health", ""),
        # The path of a WebSocket API is its stage.
        ("b689b0a8-53d0-40ab-baf2-68738e2966ac", "/ws/live", "websocket"),
    ],
)
def test_an_api_refuses_what_it_does_not_know(policy: str, target: str, upgrade: str) -> None:
    head = Head(f"GET {target} HTTP/1.1", (("Host", "localhost"), ("Upgrade", upgrade)))
    answer = asyncio.run(
        api_origin.forward(
            {"DomainName": "abcdef01.execute-api.us-east-1.amazonaws.com"},
            {"OriginRequestPolicyId": policy},
            Request(head, "GET", target),
            b"",
        )
    )
    assert isinstance(answer, EdgeResponse)
    assert (answer.status, answer.body) == (403, b'{"message":"Forbidden"}')
