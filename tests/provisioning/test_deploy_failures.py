"""What goes wrong while deploying, and how the engine says so."""

import asyncio
import secrets
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed import stack
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.names import stack_name
from tests.provisioning.engine_setup import (
    Heard,
    StandingSite,
    deployed,
    fault,
    opened,
    site_named,
    speed,
)


async def status_of(door: Door, stack: str) -> str:
    response = await door.call("cloudformation", "describe_stacks", StackName=stack)
    return str(response["Stacks"][0]["StackStatus"])


async def test_a_failed_database_shows_awss_words_and_the_next_run_completes(
    account: Account, door: Door
) -> None:
    words = f"The disk of {secrets.token_hex(8)} is on holiday"
    site = site_named("bad-disk")
    with fault(account, kind="resource", target="solarrally-bad-disk-data/Database", message=words):
        outcome, heard = await deployed(site, door)
    assert outcome.exit_code is Exit.FAILED
    assert outcome.cause
    assert words in outcome.cause.why
    assert words in outcome.cause.detail
    assert await status_of(door, "solarrally-bad-disk-data") == "ROLLBACK_COMPLETE"
    assert [e.reason for e in heard.of("data") if e.resource == "Database"][-1:] == [words]
    states = heard.states()
    assert states["data"] is State.FAILED
    assert states["app"] is states["verify"] is State.WAITING

    again, heard = await deployed(site, door)
    assert again.exit_code is Exit.OK, again.cause
    assert heard.states()["network"] is State.UNCHANGED
    assert heard.states()["data"] is State.DONE


REFUSED: dict[str, dict[str, str]] = {
    "balancer": {
        "kind": "resource",
        "target": "app/LoadBalancer",  # as it was named before it had a stack of its own
        "message": "This AWS account currently does not support creating load balancers.",
    },
    "distribution": {
        "kind": "resource",
        "target": "edge/Distribution",
        "message": "Access denied for operation 'AWS::CloudFront::Distribution: Your account must "
        "be verified before you can add new CloudFront resources.'",
    },
    "image-build": {
        "kind": "refuse",
        "target": "codebuild.StartBuild",
        "code": "AccountLimitExceededException",
        "message": "Cannot have more than 0 builds in queue for the account",
    },
}


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(step, marks=[] if step == "balancer" else pytest.mark.torture)
        for step in REFUSED
    ],
)
async def test_what_aws_refuses_to_new_accounts_stops_before_the_database(
    account: Account, door: Door, step: str
) -> None:
    site = site_named(f"new-{step}")
    with fault(account, **REFUSED[step]):
        outcome, heard = await deployed(site, door)
    states = heard.states()
    assert outcome.exit_code is Exit.FAILED
    assert outcome.cause
    assert "account" in f"{outcome.cause.what} {outcome.cause.why}"
    assert states[step] is State.FAILED
    assert states["data"] is states["app"] is states["edge"] is State.WAITING
    assert await stack.find(door, stack_name(site.name, "data"), site.region) is None


async def test_a_complete_stack_without_its_output_is_an_error_in_plain_words(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_described = stack._stack

    def without_it(description: dict[str, Any]) -> stack.Stack:
        listed = description.get("Outputs") or ()
        kept = [output for output in listed if output["OutputKey"] != "ArtifactBucketName"]
        return as_described({**description, "Outputs": kept})

    monkeypatch.setattr(stack, "_stack", without_it)
    outcome, heard = await deployed(site_named("no-output"), door)
    assert outcome.exit_code is Exit.FAILED
    assert outcome.cause
    told = f"{outcome.cause.what} {outcome.cause.why}"
    assert "bootstrap has no output ArtifactBucketName" in told
    assert State.FAILED in heard.states().values()


async def test_a_failed_build_stops_before_the_application(account: Account, door: Door) -> None:
    words = "solarrally: failed: the fix named calm-sql does not fit this commit."
    with fault(account, kind="build", target="BUILD", message=words):
        outcome, heard = await deployed(site_named("bad-build"), door)
    assert outcome.exit_code is Exit.FAILED
    assert outcome.cause
    assert "could not be built" in outcome.cause.what  # whichever of the builds fails first
    assert words in f"{outcome.cause.why}\n{outcome.cause.detail}"
    assert heard.states()["app"] is State.WAITING
    phases = [event for event in heard if event.resource == "BUILD"]
    assert phases[-1].state is State.FAILED


async def test_a_failed_update_leaves_the_site_as_it_was(
    account: Account, standing: StandingSite, door: Door
) -> None:
    louder = site_named("engine-home", size={"log_retention_days": 90})
    target = "solarrally-engine-home-app/LogGroup"
    with fault(account, kind="resource", target=target, message="not today"):
        outcome, heard = await deployed(louder, door)
    assert outcome.exit_code is Exit.FAILED
    assert outcome.cause
    assert "as it was before" in outcome.cause.what
    assert "not today" in outcome.cause.why
    assert heard.states()["app"] is State.FAILED
    back, _ = await deployed(standing.site, door)
    assert back.exit_code is Exit.OK, back.cause


async def test_throttling_slows_down_and_loses_nothing(
    account: Account, standing: StandingSite, door: Door
) -> None:
    with fault(account, kind="throttle", target="cloudformation.DescribeStackEvents", times=3):
        outcome, _ = await deployed(
            site_named("engine-home", size={"log_retention_days": 14}), door
        )
    assert outcome.exit_code is Exit.OK, outcome.cause
    back, _ = await deployed(standing.site, door)
    assert back.exit_code is Exit.OK, back.cause


@pytest.mark.parametrize(
    ("code", "operation", "wanted"),
    [
        ("ExpiredTokenException", "sts.GetCallerIdentity", Exit.CREDENTIALS),
        ("ExpiredToken", "ecs.DescribeServices", Exit.OUT_OF_SIGHT),
        ("AccessDeniedException", "ecr.DescribeImages", Exit.FAILED),
    ],
)
async def test_what_aws_refuses_decides_the_exit_status(
    account: Account,
    standing: StandingSite,
    door: Door,
    code: str,
    operation: str,
    wanted: Exit,
) -> None:
    with fault(account, kind="refuse", target=operation, code=code, message="said the test"):
        outcome, _ = await deployed(standing.site, door)
    assert outcome.exit_code is wanted
    assert outcome.cause
    assert "said the test" in outcome.cause.detail


async def test_a_run_that_dies_is_rejoined_and_completed(account: Account) -> None:
    site, heard = site_named("cut-off"), Heard()
    speed(account, "60")
    try:
        async with opened(account) as first:
            task = asyncio.ensure_future(deploy(site, first, heard.append))
            while not any(e.step == "data" and e.resource == "Database" for e in heard):
                await asyncio.sleep(0.05)
                assert not task.done(), task.result()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert heard.last("data").state is State.OUT_OF_SIGHT
        speed(account, "2")  # so that a busy machine, too, joins it before it is complete
        async with opened(account) as second:
            assert await status_of(second, "solarrally-cut-off-data") == "CREATE_IN_PROGRESS"
            again = Heard()
            finish = asyncio.ensure_future(deploy(site, second, again.append))
            while not any("Joining" in e.reason for e in again.of("data")):
                await asyncio.sleep(0.05)
                assert not finish.done(), finish.result()
            speed(account, "instant")
            outcome = await finish
    finally:
        speed(account, "instant")
    assert outcome.exit_code is Exit.OK, outcome.cause
    response = [e.reason for e in again.of("data") if e.type == "AWS::CloudFormation::Stack"]
    assert "CREATE_COMPLETE" in response
    assert again.last("network").state is State.UNCHANGED
