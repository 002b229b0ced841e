"""A task of no service runs once on the embedded account, and says why where it cannot."""

from typing import Any

import pytest

from solarrally_tui.simulator.child import Account
from tests.runtime.runtime_setup import SmallSite, eventually

IMAGE = "public.ecr.aws/docker/library/python:3.11-slim"
ABSENT = "123456789012.dkr.ecr.us-east-1.amazonaws.com/absent@sha256:" + "0" * 64

LOST = "arn:aws:secretsmanager:us-east-1:123456789012:secret:lost-abcdef"


def ended(site: SmallSite, container: dict[str, Any]) -> dict[str, Any]:
    ecs = site.aws("ecs")
    ecs.create_cluster(clusterName=site.name)
    definition = ecs.register_task_definition(
        family=site.name,
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "once", "essential": True} | container],
    )["taskDefinition"]["taskDefinitionArn"]
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "assignPublicIp": "ENABLED"}}
    (task,) = ecs.run_task(
        cluster=site.name,
        taskDefinition=definition,
        launchType="FARGATE",
        networkConfiguration=network,
    )["tasks"]
    assert task["lastStatus"] == "PROVISIONING"

    def stopped() -> dict[str, Any] | None:
        (now,) = ecs.describe_tasks(cluster=site.name, tasks=[task["taskArn"]])["tasks"]
        return dict(now) if now["lastStatus"] == "STOPPED" else None

    return dict(eventually(stopped))


def test_a_task_that_can_start_ends_well(account: Account) -> None:
    site = SmallSite(account)
    secret = site.aws("secretsmanager").create_secret(Name=site.name, SecretString="word")["ARN"]
    task = ended(site, {"image": IMAGE, "secrets": [{"name": "WORD", "valueFrom": secret}]})
    assert (task["stopCode"], task["containers"][0]["exitCode"]) == ("EssentialContainerExited", 0)


@pytest.mark.parametrize(
    ("container", "reason"),
    [
        ({"image": ABSENT}, "CannotPullContainerError"),
        (
            {
                "image": IMAGE,
                "secrets": [
                    {
                        "name": "WORD",
                        "valueFrom": LOST,
                    }
                ],
            },
            "unable to pull secrets",
        ),
    ],
)
def test_a_task_that_cannot_start_says_why(
    account: Account, container: dict[str, Any], reason: str
) -> None:
    task = ended(SmallSite(account), container)
    assert task["stopCode"] == "TaskFailedToStart"
    assert reason in task["stoppedReason"]
    assert "exitCode" not in task["containers"][0] or task["containers"][0]["exitCode"] is None


def test_a_program_without_its_database_ends_badly(account: Account) -> None:
    nowhere = [{"name": "PGHOST", "value": "nowhere.example"}]
    task = ended(SmallSite(account), {"image": IMAGE, "environment": nowhere})
    assert task["containers"][0]["exitCode"] == 3
