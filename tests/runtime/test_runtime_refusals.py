"""What keeps a task from starting, in the words that Amazon ECS uses."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.simulator.child import Account, Child
from tests.runtime.runtime_setup import SmallSite, eventually


@pytest.fixture(scope="module")
def site(account: Account) -> SmallSite:
    return SmallSite(account)


@pytest.fixture(scope="module")
def image(site: SmallSite) -> str:
    return site.image()


@pytest.fixture(scope="module")
def secret(site: SmallSite) -> str:
    return site.bridge_secret(site.bridge_certificate())


@pytest.fixture
def run(site: SmallSite) -> Iterator[Any]:
    """Start a service and return its first stopped task and its first event."""

    def started(definition: str) -> tuple[dict[str, Any], str]:
        site.service(definition)
        task = eventually(lambda: site.tasks("STOPPED"))[0]
        return task, site.described()["events"][-1]["message"]

    yield started
    site.aws("ecs").delete_service(cluster=site.name, service=site.name, force=True)
    site.aws("ecs").delete_cluster(cluster=site.name)
    site.name = f"{site.name[:9]}{os.urandom(2).hex()}"


def test_a_missing_image_digest(site: SmallSite, secret: str, run: Any) -> None:
    missing = f"123456789012.dkr.ecr.{site.region}.amazonaws.com/none@sha256:{'0' * 64}"
    task, event = run(site.task_definition(missing, secret))
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("CannotPullContainerError: ")
    assert missing in task["stoppedReason"]
    assert "failed to launch a task: CannotPullContainerError: " in event


def test_a_missing_secret(site: SmallSite, image: str, run: Any) -> None:
    gone = f"arn:aws:secretsmanager:{site.region}:123456789012:secret:gone-AbCdEf"
    task, event = run(site.task_definition(image, gone))
    assert task["stoppedReason"].startswith(
        "ResourceInitializationError: unable to pull secrets or registry auth: "
    )
    assert "gone-AbCdEf" in task["stoppedReason"]
    assert "ResourceInitializationError" in event


def test_a_secret_without_the_json_key(site: SmallSite, image: str, run: Any) -> None:
    name = f"{site.name}-half"
    value = json.dumps({"certificatePem": "x", "rootCaPem": "x"})
    arn = site.aws("secretsmanager").create_secret(Name=name, SecretString=value)["ARN"]
    task, _ = run(site.task_definition(image, arn))
    assert "privateKey" in task["stoppedReason"]


def test_a_configuration_that_mosquitto_refuses(
    site: SmallSite, image: str, secret: str, run: Any
) -> None:
    task, _ = run(site.task_definition(image, secret, MOSQUITTO_CONF="connection a\nadress b"))
    assert task["stopCode"] == "EssentialContainerExited"
    (init,) = [c for c in task["containers"] if c["name"] == "init"]
    assert init["exitCode"] == 3
    assert "Unknown configuration variable in mosquitto.conf:2: adress" in init["reason"]


def test_a_database_that_is_not_available(
    site: SmallSite, image: str, secret: str, run: Any
) -> None:
    host, _ = site.database()
    definition = site.task_definition(image, secret, host)
    site.aws("rds").stop_db_instance(DBInstanceIdentifier=site.name)
    eventually(lambda: _status(site) == "stopped")
    task, event = run(definition)
    (backend,) = [c for c in task["containers"] if c["name"] == "backend"]
    assert task["stoppedReason"] == "Essential container in task exited"
    assert backend["exitCode"] == 3
    assert backend["reason"].endswith("the database instance is stopped")
    assert "backend exited with 3" in event


def test_a_wrong_database_password(site: SmallSite, image: str, secret: str, run: Any) -> None:
    host, _ = site.database(password="another-password")
    task, _ = run(site.task_definition(image, secret, host))
    (backend,) = [c for c in task["containers"] if c["name"] == "backend"]
    assert backend["reason"] == 'password authentication failed for user "solarrally"'


def test_a_bridge_that_aws_iot_refuses(site: SmallSite, image: str, run: Any) -> None:
    other = SmallSite(site.account)
    refused = other.bridge_secret(other.bridge_certificate())  # another site's policy
    task, event = run(site.task_definition(image, refused))
    assert task["stoppedReason"] == "Task failed container health checks"
    assert "broker has no link to AWS IoT" in event


def test_a_broker_that_waits_for_its_link_for_a_while_keeps_no_task_from_serving(
    site: SmallSite, image: str, run: Any
) -> None:
    other = SmallSite(site.account)
    refused = other.bridge_secret(other.bridge_certificate())  # another site's policy
    site.service(site.task_definition(image, refused, link_wait="45"))
    (task,) = eventually(lambda: site.tasks("RUNNING"))
    assert {c["name"]: c.get("healthStatus") for c in task["containers"]}["broker"] == "HEALTHY"


def test_the_circuit_breaker_gives_up_and_a_repaired_service_starts(
    site: SmallSite, image: str, secret: str, run: Any
) -> None:
    missing = f"123456789012.dkr.ecr.{site.region}.amazonaws.com/none@sha256:{'0' * 64}"
    run(site.task_definition(missing, secret))
    eventually(lambda: site.described()["deployments"][0]["rolloutState"] == "FAILED")
    assert len(site.tasks("STOPPED")) == 3
    repaired = site.task_definition(image, secret)
    site.aws("ecs").update_service(
        cluster=site.name, service=site.name, taskDefinition=repaired, forceNewDeployment=True
    )
    eventually(site.tasks)
    eventually(lambda: site.described()["deployments"][0]["rolloutState"] == "COMPLETED")


def test_a_stack_update_with_a_missing_image_rolls_back_with_the_reason(account: Account) -> None:
    site = SmallSite(account)
    stacks, image = site.aws("cloudformation"), site.image()
    missing = image.rpartition(":")[0] + ":" + "0" * 64
    stacks.create_stack(StackName=site.name, TemplateBody=_service_template(image))
    assert _settled(site) == "CREATE_COMPLETE"
    stacks.update_stack(StackName=site.name, TemplateBody=_service_template(missing))
    assert _settled(site) == "UPDATE_ROLLBACK_COMPLETE"
    events = stacks.describe_stack_events(StackName=site.name)["StackEvents"]
    reasons = [e["ResourceStatusReason"] for e in events if e["ResourceStatus"] == "UPDATE_FAILED"]
    assert any("CannotPullContainerError" in r and missing in r for r in reasons)
    stacks.delete_stack(StackName=site.name)


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


def _settled(site: SmallSite) -> str:
    def state() -> str:
        stack = site.aws("cloudformation").describe_stacks(StackName=site.name)["Stacks"][0]
        found = str(stack["StackStatus"])
        return "" if found.endswith("IN_PROGRESS") else found

    return str(eventually(state, limit=30))


def _status(site: SmallSite) -> str:
    found = site.aws("rds").describe_db_instances(DBInstanceIdentifier=site.name)
    return str(found["DBInstances"][0]["DBInstanceStatus"])


def test_a_stand_in_that_dies_is_replaced_and_none_outlives_its_account() -> None:
    child = Child(speed="instant")
    site = SmallSite(child.start())
    try:
        certificate = site.bridge_certificate()
        site.service(site.task_definition(site.image(), site.bridge_secret(certificate)))
        (task,) = eventually(site.tasks)
        (first,) = _children(child.pid)
        command = Path(f"/proc/{first}/cmdline").read_bytes()
        assert b"runtime.standin" in command
        assert b"PRIVATE KEY" not in command
        os.kill(first, signal.SIGKILL)
        stopped = eventually(lambda: site.tasks("STOPPED"))[0]
        assert stopped["taskArn"] == task["taskArn"]
        assert stopped["stoppedReason"].startswith("Essential container")
        (second,) = eventually(lambda: site.tasks() and _children(child.pid))
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
