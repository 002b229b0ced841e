"""What keeps a task from starting, in the words that Amazon ECS uses."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.simulator.child import Account, Child
from tests.runtime.runtime_setup import House, eventually


@pytest.fixture(scope="module")
def house(account: Account) -> House:
    return House(account)


@pytest.fixture(scope="module")
def image(house: House) -> str:
    return house.image()


@pytest.fixture(scope="module")
def secret(house: House) -> str:
    return house.bridge_secret(house.bridge_certificate())


@pytest.fixture
def run(house: House) -> Iterator[Any]:
    """Start a service and return its first stopped task and its first event."""

    def started(definition: str) -> tuple[dict[str, Any], str]:
        house.service(definition)
        task = eventually(lambda: house.tasks("STOPPED"))[0]
        return task, house.described()["events"][-1]["message"]

    yield started
    house.aws("ecs").delete_service(cluster=house.site, service=house.site, force=True)
    house.aws("ecs").delete_cluster(cluster=house.site)
    house.site = f"{house.site[:9]}{os.urandom(2).hex()}"


def test_a_missing_image_digest(house: House, secret: str, run: Any) -> None:
    missing = f"123456789012.dkr.ecr.{house.region}.amazonaws.com/none@sha256:{'0' * 64}"
    task, event = run(house.task_definition(missing, secret))
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("CannotPullContainerError: ")
    assert missing in task["stoppedReason"]
    assert "failed to launch a task: CannotPullContainerError: " in event


def test_a_missing_secret(house: House, image: str, run: Any) -> None:
    gone = f"arn:aws:secretsmanager:{house.region}:123456789012:secret:gone-AbCdEf"
    task, event = run(house.task_definition(image, gone))
    assert task["stoppedReason"].startswith(
        "ResourceInitializationError: unable to pull secrets or registry auth: "
    )
    assert "gone-AbCdEf" in task["stoppedReason"]
    assert "ResourceInitializationError" in event


def test_a_secret_without_the_json_key(house: House, image: str, run: Any) -> None:
    name = f"{house.site}-half"
    value = json.dumps({"certificatePem": "x", "rootCaPem": "x"})
    arn = house.aws("secretsmanager").create_secret(Name=name, SecretString=value)["ARN"]
    task, _ = run(house.task_definition(image, arn))
    assert "privateKey" in task["stoppedReason"]


def test_a_configuration_that_mosquitto_refuses(
    house: House, image: str, secret: str, run: Any
) -> None:
    task, _ = run(house.task_definition(image, secret, MOSQUITTO_CONF="connection a\nadress b"))
    assert task["stopCode"] == "EssentialContainerExited"
    (init,) = [c for c in task["containers"] if c["name"] == "init"]
    assert init["exitCode"] == 3
    assert "Unknown configuration variable in mosquitto.conf:2: adress" in init["reason"]


def test_a_database_that_is_not_available(house: House, image: str, secret: str, run: Any) -> None:
    host, _ = house.database()
    definition = house.task_definition(image, secret, host)
    house.aws("rds").stop_db_instance(DBInstanceIdentifier=house.site)
    eventually(lambda: _status(house) == "stopped")
    task, event = run(definition)
    (backend,) = [c for c in task["containers"] if c["name"] == "backend"]
    assert task["stoppedReason"] == "Essential container in task exited"
    assert backend["exitCode"] == 3
    assert backend["reason"].endswith("the database instance is stopped")
    assert "backend exited with 3" in event


def test_a_wrong_database_password(house: House, image: str, secret: str, run: Any) -> None:
    host, _ = house.database(password="another-password")
    task, _ = run(house.task_definition(image, secret, host))
    (backend,) = [c for c in task["containers"] if c["name"] == "backend"]
    assert backend["reason"] == 'password authentication failed for user "solarrally"'


def test_a_bridge_that_aws_iot_refuses(house: House, image: str, run: Any) -> None:
    other = House(house.account)
    refused = other.bridge_secret(other.bridge_certificate())  # another site's policy
    task, event = run(house.task_definition(image, refused))
    assert task["stoppedReason"] == "Task failed container health checks"
    assert "broker has no link to AWS IoT" in event


def test_the_circuit_breaker_gives_up_and_a_repaired_service_starts(
    house: House, image: str, secret: str, run: Any
) -> None:
    missing = f"123456789012.dkr.ecr.{house.region}.amazonaws.com/none@sha256:{'0' * 64}"
    run(house.task_definition(missing, secret))
    eventually(lambda: house.described()["deployments"][0]["rolloutState"] == "FAILED")
    assert len(house.tasks("STOPPED")) == 3
    repaired = house.task_definition(image, secret)
    house.aws("ecs").update_service(
        cluster=house.site, service=house.site, taskDefinition=repaired, forceNewDeployment=True
    )
    eventually(house.tasks)
    eventually(lambda: house.described()["deployments"][0]["rolloutState"] == "COMPLETED")


def test_a_stack_update_with_a_missing_image_rolls_back_with_the_reason(account: Account) -> None:
    house = House(account)
    stacks, image = house.aws("cloudformation"), house.image()
    missing = image.rpartition(":")[0] + ":" + "0" * 64
    stacks.create_stack(StackName=house.site, TemplateBody=_service_template(image))
    assert _settled(house) == "CREATE_COMPLETE"
    stacks.update_stack(StackName=house.site, TemplateBody=_service_template(missing))
    assert _settled(house) == "UPDATE_ROLLBACK_COMPLETE"
    events = stacks.describe_stack_events(StackName=house.site)["StackEvents"]
    reasons = [e["ResourceStatusReason"] for e in events if e["ResourceStatus"] == "UPDATE_FAILED"]
    assert any("CannotPullContainerError" in r and missing in r for r in reasons)
    stacks.delete_stack(StackName=house.site)


def _service_template(image: str) -> str:
    container = {"Name": "web", "Image": image, "PortMappings": [{"ContainerPort": 80}]}
    breaker = {"DeploymentCircuitBreaker": {"Enable": True, "Rollback": True}}
    properties = {
        "AWS::ECS::Cluster": {},
        "AWS::ECS::TaskDefinition": {"NetworkMode": "awsvpc", "ContainerDefinitions": [container]},
        "AWS::ECS::Service": {
            "Cluster": {"Ref": "Cluster"},
            "TaskDefinition": {"Ref": "TaskDefinition"},
            "DeploymentConfiguration": breaker,
        },
    }
    resources = {
        kind.rpartition(":")[2]: {"Type": kind, "Properties": given}
        for kind, given in properties.items()
    }
    return json.dumps({"Resources": resources})


def _settled(house: House) -> str:
    def state() -> str:
        stack = house.aws("cloudformation").describe_stacks(StackName=house.site)["Stacks"][0]
        found = str(stack["StackStatus"])
        return "" if found.endswith("IN_PROGRESS") else found

    return str(eventually(state, limit=30))


def _status(house: House) -> str:
    found = house.aws("rds").describe_db_instances(DBInstanceIdentifier=house.site)
    return str(found["DBInstances"][0]["DBInstanceStatus"])


def test_a_stand_in_that_dies_is_replaced_and_none_outlives_its_account() -> None:
    child = Child(speed="instant")
    house = House(child.start())
    try:
        made = house.bridge_certificate()
        house.service(house.task_definition(house.image(), house.bridge_secret(made)))
        (task,) = eventually(house.tasks)
        (first,) = _children(child.pid)
        command = Path(f"/proc/{first}/cmdline").read_bytes()
        assert b"runtime.standin" in command
        assert b"PRIVATE KEY" not in command
        os.kill(first, signal.SIGKILL)
        stopped = eventually(lambda: house.tasks("STOPPED"))[0]
        assert stopped["taskArn"] == task["taskArn"]
        assert stopped["stoppedReason"].startswith("Essential container")
        (second,) = eventually(lambda: house.tasks() and _children(child.pid))
        os.kill(child.pid, signal.SIGKILL)
        eventually(lambda: not _runs(second))
    finally:
        child.stop()


def _children(pid: int) -> list[int]:
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for listed in lists for child in listed.read_text().split()]


def _runs(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
