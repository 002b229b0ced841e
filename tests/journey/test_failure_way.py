"""A database that fails: the cause is shown, the stack rolls back, and running again completes."""

import secrets
from pathlib import Path

import httpx
import pytest

from solarrally_tui.simulator.child import Account
from tests.journey.journey_setup import EXAMPLES, client, solarrally


@pytest.mark.torture  # test_deploy_failures has its thinner sibling
@pytest.mark.timeout(300)
def test_a_failing_database_is_explained_and_can_be_tried_again(
    journey_account: Account, tmp_path: Path
) -> None:
    message = f"The instance class is out of capacity, reference {secrets.token_hex(6)}."
    faults = f"{journey_account.endpoint_url}/_solarrally/faults"
    httpx.post(
        faults,
        json={"kind": "resource", "target": "data/Database", "message": message},
    ).raise_for_status()
    example = str(EXAMPLES / "small.toml")
    failed = solarrally(journey_account, tmp_path, "deploy", example, "--yes", "--json")
    result = failed.events[-1]
    assert (failed.code, result["exit_code"], result["state"]) == (6, 6, "failed")
    assert message in result["cause"]["detail"] + result["cause"]["why"]
    stack = client(journey_account, "cloudformation", "us-east-1").describe_stacks(
        StackName="solarrally-small-data"
    )["Stacks"][0]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"

    plain = solarrally(journey_account, tmp_path, "deploy", example, "--yes")
    assert plain.code == 6
    assert message in plain.err

    httpx.delete(faults).raise_for_status()
    assert solarrally(journey_account, tmp_path, "deploy", example, "--yes", "--json").code == 0
