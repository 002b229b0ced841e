"""The database is away for ten minutes of the simulated clock: no task is replaced for that."""

import json
import time
import urllib.request
from collections.abc import Iterator

import pytest

from solarrally_tui.simulator.child import Account, Child
from solarrally_tui.site.model import Site
from tests.blueprints.blueprint_setup import deployed, example
from tests.blueprints.estate_setup import Estate
from tests.blueprints.tasks.test_charger_rules import until
from tests.policy.operators import operator

FAST = 200
OUTAGE = 600  # simulated seconds


@pytest.fixture
def account() -> Iterator[Account]:
    """An account of its own, because the clock of this one is changed."""
    child = Child(speed="instant")
    yield operator(child.start())
    child.stop()


def speed_up(account: Account, speed: float) -> None:
    request = urllib.request.Request(
        f"{account.endpoint_url}/_solarrally/speed",
        data=json.dumps({"speed": str(speed)}).encode(),
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert json.load(answer) == {"speed": speed}


def events(estate: Estate) -> dict[str, int]:
    """How many events each of the two services has, the application's and the hub's."""
    app = estate.outputs["app"]
    told = estate.client("ecs").describe_services(
        cluster=app["ClusterName"], services=[app["ServiceName"], app["HubServiceName"]]
    )
    return {each["serviceName"]: len(each["events"]) for each in told["services"]}


def tasks(estate: Estate, status: str, service: str = "") -> set[str]:
    """The tasks of the cluster, or of the service in one of its stack's outputs."""
    app = estate.outputs["app"]
    of = {"serviceName": app[service]} if service else {}
    told = estate.client("ecs").list_tasks(cluster=app["ClusterName"], desiredStatus=status, **of)
    return set(told["taskArns"])


def healthy(estate: Estate) -> int:
    told = estate.client("elbv2").describe_target_health(
        TargetGroupArn=estate.outputs["balancer"]["TargetGroupArn"]
    )
    states = [each["TargetHealth"]["State"] for each in told["TargetHealthDescriptions"]]
    return states.count("healthy")


def test_an_outage_of_the_database_replaces_no_task(account: Account) -> None:
    answers = example("medium", {}).model_dump(by_alias=True) | {"name": "outage"}
    estate = Estate(account, Site.model_validate(answers))
    estate.deploy(["bootstrap", "network", "balancer", "iot", "build", "data", "app"])
    until(lambda: healthy(estate) == 2)
    before, told = tasks(estate, "RUNNING"), events(estate)
    assert len(told) == 2
    assert len(tasks(estate, "RUNNING", "ServiceName")) == 2
    assert len(tasks(estate, "RUNNING", "HubServiceName")) == 1
    assert len(before) == 3
    rds, name = estate.client("rds"), estate.outputs["data"]["DbInstanceId"]
    rds.stop_db_instance(DBInstanceIdentifier=name)

    def status() -> str:
        (told,) = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        return str(told["DBInstanceStatus"])

    until(lambda: status() == "stopped")
    speed_up(account, FAST)
    time.sleep(OUTAGE / FAST)
    assert status() == "stopped"
    assert tasks(estate, "RUNNING") == before
    assert tasks(estate, "STOPPED") == set()
    assert events(estate) == told
    assert healthy(estate) == 2


def test_nothing_that_replaces_a_task_asks_the_database() -> None:
    """The load balancer asks /health, which knows no database; no container check does either."""
    stacks = deployed(example("medium", {}))
    group = stacks["balancer"]["Resources"]["TargetGroup"]["Properties"]
    assert group["HealthCheckPath"] == "/health"
    task = stacks["app"]["Resources"]["TaskDefinition"]["Properties"]
    checked = [each["Name"] for each in task["ContainerDefinitions"] if "HealthCheck" in each]
    assert checked == ["broker"]
