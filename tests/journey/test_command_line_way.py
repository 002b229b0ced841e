"""One site from nothing to nothing, by the command line, in two Regions.

What the tests of a whole site need besides happens to the small one while it stands.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from solarrally_tui.simulator.child import Account
from tests.journey.access_setup import passwords_open_what_they_should_and_show_nowhere_else
from tests.journey.journey_setup import EXAMPLES, Journey, client, names_of_site, solarrally
from tests.journey.mosquitto_setup import telemetry_crosses_the_bridge
from tests.journey.operations_setup import (
    a_deletion_says_first_what_is_lost,
    operations_run_in_the_terminal_of_the_wizard,
)
from tests.journey.simulation_setup import (
    a_charger_is_proven_hop_by_hop,
    sixty_test_chargers_are_simulated_and_gone_afterwards,
)
from tests.terraform.adopted_setup import terraform_takes_over_what_is_deployed

STACKS = {
    "bootstrap",
    "network",
    "balancer",
    "data",
    "iot",
    "build",
    "app",
    "edge",
    "observe",
    "trail",
    "governance",
}
EVENT_KEYS = {"v", "time", "site", "step", "stack", "resource", "type", "state", "reason"}


@pytest.fixture(scope="module")
def deployed(journey_account: Account, home: Path) -> Callable[[str], Journey]:
    """Deploy the site of an example, once."""

    @cache
    def deploy(name: str) -> Journey:
        example = str(EXAMPLES / f"{name}.toml")
        first = solarrally(journey_account, home, "deploy", example, "--yes", "--json")
        assert first.code == 0, first.out + first.err
        return Journey(journey_account, home, first)

    return deploy


@pytest.mark.timeout(240)
def test_passwords_open_what_they_should_and_show_nowhere_else(
    deployed: Callable[[str], Journey],
) -> None:
    passwords_open_what_they_should_and_show_nowhere_else(deployed("small"))


@pytest.mark.timeout(240)
def test_terraform_takes_over_what_is_deployed(
    deployed: Callable[[str], Journey], tmp_path: Path
) -> None:
    terraform_takes_over_what_is_deployed(deployed("small"), "small", tmp_path / "small")


@pytest.mark.timeout(240)
async def test_telemetry_crosses_the_bridge_of_the_task_definition(
    deployed: Callable[[str], Journey], tmp_path: Path
) -> None:
    """A real mosquitto runs the configuration of the registered task definition."""
    await telemetry_crosses_the_bridge(deployed("small").account, tmp_path)


@pytest.mark.timeout(240)
def test_sixty_test_chargers_are_simulated_and_gone_afterwards(
    deployed: Callable[[str], Journey], tmp_path: Path
) -> None:
    sixty_test_chargers_are_simulated_and_gone_afterwards(deployed("small").account, tmp_path)


@pytest.mark.timeout(240)
async def test_a_charger_is_proven_hop_by_hop(
    deployed: Callable[[str], Journey], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = deployed("small").account
    await a_charger_is_proven_hop_by_hop(account, tmp_path, monkeypatch)


@pytest.mark.timeout(240)
def test_operations_run_in_the_terminal_of_the_wizard(
    deployed: Callable[[str], Journey], tmp_path: Path
) -> None:
    operations_run_in_the_terminal_of_the_wizard(deployed("small"), tmp_path)


@pytest.mark.timeout(240)
def test_a_deletion_says_first_what_is_lost(
    deployed: Callable[[str], Journey], tmp_path: Path
) -> None:
    a_deletion_says_first_what_is_lost(deployed("small"), tmp_path)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("small", "us-east-1"),
        pytest.param("medium", "eu-central-1", marks=pytest.mark.torture),
    ],
)
def test_a_site_is_deployed_and_deleted(
    deployed: Callable[[str], Journey], tmp_path: Path, name: str, region: str
) -> None:
    example, journey = str(EXAMPLES / f"{name}.toml"), deployed(name)
    account, first = journey.account, journey.first
    assert all(event.keys() >= EVENT_KEYS for event in first.events)
    result = first.events[-1]
    assert (result["type"], result["state"], result["changed"]) == ("result", "done", True)

    again = solarrally(account, tmp_path, "deploy", example, "--yes", "--json")
    assert again.code == 0
    assert (again.events[-1]["state"], again.events[-1]["changed"]) == ("unchanged", False)

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    status = solarrally(account, elsewhere, "status", name, "--json", AWS_REGION="ap-southeast-2")
    report = status.events[0]
    assert set(report) >= {"site", "health", "checks", "telemetry", "type", "exit_code"}
    assert (report["type"], report["exit_code"]) == ("result", status.code)
    assert all(set(check) >= {"id", "title", "state", "detail"} for check in report["checks"])
    red = [check for check in report["checks"] if check["state"] in {"fail", "unknown"}]
    assert red == []

    _seen_with_plain_boto3(account, name, region)
    charger = solarrally(
        account,
        tmp_path,
        "chargers",
        "add",
        f"evse-{name}",
        "--to",
        str(tmp_path / "charger"),
        "--site",
        name,
    )
    assert charger.code == 0, charger.err
    things = client(account, "iot", region).list_things()["things"]
    assert f"evse-{name}" in [thing["thingName"] for thing in things]

    gone = solarrally(
        account,
        elsewhere,
        "destroy",
        name,
        "--yes",
        "--delete-data",
        name,
        AWS_REGION="ap-southeast-2",
    )
    assert gone.code == 0, gone.out + gone.err
    assert list(names_of_site(account, name, region)) == []
    assert solarrally(account, elsewhere, "status", name).code not in {0, 10}


def _seen_with_plain_boto3(account: Account, name: str, region: str) -> None:
    stacks = client(account, "cloudformation", region).describe_stacks()["Stacks"]
    ours = {s["StackName"]: s for s in stacks if s["StackName"].startswith(f"solarrally-{name}-")}
    assert {f"solarrally-{name}-{stack}" for stack in STACKS} <= set(ours)
    # The distribution is created before the load balancer that it is then connected to.
    twice = {f"solarrally-{name}-edge": "UPDATE_COMPLETE"}
    assert {id_: stack["StackStatus"] for id_, stack in ours.items()} == (
        dict.fromkeys(ours, "CREATE_COMPLETE") | twice
    )
    outputs = {
        output["OutputKey"]: output["OutputValue"]
        for stack in ours.values()
        for output in stack.get("Outputs", [])
    }
    services = client(account, "ecs", region).describe_services(
        cluster=outputs["ClusterName"], services=[outputs["ServiceName"]]
    )["services"]
    assert services[0]["runningCount"] == services[0]["desiredCount"] >= 1
    database = client(account, "rds", region).describe_db_instances(
        DBInstanceIdentifier=outputs["DbInstanceId"]
    )["DBInstances"][0]
    assert (database["DBInstanceStatus"], database["Engine"]) == ("available", "postgres")
