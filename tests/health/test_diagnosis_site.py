"""Sites that failed on the embedded account, opened read-only: the cause is what was injected."""

import asyncio
import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest
from botocore import xform_name

from solarrally_tui.aws.door import Door, is_reading
from solarrally_tui.cli import main
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.diagnosis.examine import TOTAL, examine
from solarrally_tui.health.diagnosis.model import Diagnosis
from solarrally_tui.provisioning.deployment.deploy import deploy
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.simulator.child import Account, Child
from solarrally_tui.site.files import from_answers
from tests.policy.operators import operator

TOKEN: Final = secrets.token_hex(4)
"""In every injected message: nothing but the account can have told it."""

QUOTA: Final = f"You've reached the limit on the number of vCPUs you can run concurrently {TOKEN}"
CAPACITY: Final = f"There are no availability zones with sufficient capacity {TOKEN}"
DENIED: Final = (
    "User: arn:aws:sts::123456789012:assumed-role/x/AWSCloudFormation is not authorized to "
    f"perform: ec2:CreateVpc on resource: {TOKEN} because no identity-based policy allows it"
)
IMAGE: Final = f"ERROR: No matching distribution found for fastapi=={TOKEN}"


@contextlib.contextmanager
def fault(account: Account, **what: Any) -> Iterator[None]:
    url = f"{account.endpoint_url}/_solarrally/faults"
    made = httpx.post(url, json=what, trust_env=False).raise_for_status().json()
    yield
    httpx.delete(f"{url}/{made['id']}", trust_env=False).raise_for_status()


async def failed(name: str) -> None:
    site = {
        "name": name,
        "region": "eu-central-1",
        "tier": "small",
        "alerts": {"email": "ops@example.com"},
    }
    async with await Door.open("us-east-1") as door:
        outcome = await deploy(from_answers(site), door, lambda _: None)
    assert outcome.exit_code is Exit.FAILED


async def all_failed(account: Account) -> None:
    """Deploy four sites, each with something that goes wrong. Builds are of no site's own."""
    with (
        fault(account, kind="resource", target="solarrally-quota-app/Service", message=QUOTA),
        fault(account, kind="resource", target="solarrally-room-data/Database", message=CAPACITY),
        fault(account, kind="resource", target="solarrally-denied-network/Vpc", message=DENIED),
    ):
        await asyncio.gather(failed("quota"), failed("room"), failed("denied"))
    with fault(account, kind="build", target="image/BUILD", message=IMAGE):
        await failed("bad-image")


@pytest.fixture(scope="module")
def own() -> Iterator[Account]:
    """An account of its own, with four sites that failed."""
    child = Child(speed="instant")
    account = operator(child.start())
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in account.environment.items():
            patch.setenv(name, value)
        asyncio.run(all_failed(account))
        yield account
    child.stop()


async def examined(name: str) -> Diagnosis:
    async with await Door.open("us-east-1", read_only=True) as door:
        return await examine(await DeployedSite.open(door, name))


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("quota", "quota-vcpu"),
        ("bad-image", "package-missing"),
        ("room", "no-capacity"),
        ("denied", "denied"),
    ],
)
def test_the_cause_is_what_was_injected(own: Account, name: str, rule: str) -> None:
    httpx.delete(f"{own.endpoint_url}/_solarrally/calls", trust_env=False).raise_for_status()
    found = asyncio.run(examined(name))
    first = found.causes[0]
    assert (first.id, found.health, found.asked) == (rule, Severity.FAIL, TOTAL)
    assert TOKEN in first.why
    assert first.evidence[0].command.startswith("aws ")
    assert first.evidence[0].time
    assert not first.evidence[0].link, "an account that is not AWS's has no console"
    assert any(each.kind == "stack-missing" for each in first.effects)
    assert asked_only_to_read(own)


def asked_only_to_read(account: Account) -> bool:
    """Whether the account was asked nothing but reading calls since the count began."""
    url = f"{account.endpoint_url}/_solarrally/calls"
    counted = httpx.get(url, trust_env=False).raise_for_status().json()["calls"]
    assert counted["cloudformation.DescribeStacks"] >= 10
    return all(is_reading(xform_name(call.partition(".")[2])) for call in counted)


async def test_a_certificate_that_waits_is_told_with_its_record(own: Account) -> None:
    domain = f"{TOKEN}.example.com"
    site = {
        "name": "waits",
        "region": "us-east-1",
        "tier": "small",
        "domain": {"name": domain},
        "alerts": {"email": "ops@example.com"},
    }
    async with await Door.open("us-east-1") as door:
        await door.call("route53", "create_hosted_zone", Name="example.com", CallerReference=TOKEN)
        with fault(own, kind="certificate", target="*"):
            running = asyncio.create_task(deploy(from_answers(site), door, lambda _: None))
            try:
                found = await until_told(running, "waits", "certificate-pending")
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
    assert domain in found.causes[0].what
    assert "acm-validations.aws" in found.causes[0].next


async def until_told(running: "asyncio.Task[Any]", name: str, rule: str) -> Diagnosis:
    for _ in range(300):
        with contextlib.suppress(Exception):  # the record comes first, but not at once
            found = await examined(name)
            if found.causes and found.causes[0].id == rule:
                return found
        assert not running.done(), running.result()
        await asyncio.sleep(0.3)
    pytest.fail(f"never told {rule}")


async def test_a_source_that_is_refused_is_not_known_and_ends_nothing(own: Account) -> None:
    with (
        fault(own, kind="refuse", target="rds.*"),
        fault(own, kind="refuse", target="codebuild.*"),
    ):
        found = await examined("quota")
    assert TOKEN in found.causes[0].why
    hidden = {each.title: each.why for each in found.unknown}
    assert "Not checked: needs" in hidden["Database and its events"]
    assert "codebuild" in hidden["Builds of the images"]
    assert not any(each.kind == "build" for each in found.fine)
    assert "does not show that yet" in hidden["Quotas"]
    assert not any(each.kind == "check:quotas" for each in found.fine)


async def test_without_the_events_the_state_is_still_told(own: Account) -> None:
    with fault(own, kind="refuse", target="cloudformation.DescribeStackEvents"):
        found = await examined("room")
    assert found.health is Severity.FAIL
    hidden = next(each.why for each in found.unknown if each.title.startswith("Stacks"))
    assert "Not checked: needs" in hidden


async def test_stacks_that_were_deleted_by_hand_are_told(own: Account) -> None:
    async with await Door.open("eu-central-1") as door:
        await door.call("cloudformation", "delete_stack", StackName="solarrally-denied-network")
    found = await examined("denied")
    told = [each for each in found.causes if each.id in {"denied", "stack-deleted"}]
    assert TOKEN in told[0].why


def test_the_command_prints_the_same_and_exits_as_status_does(
    own: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    for options in (["--format", "json"], ["--format", "md"], []):
        with pytest.raises(SystemExit) as ended:
            main(["diagnose", "quota", *options])
        assert ended.value.code == 11
        shown = capsys.readouterr().out
        assert TOKEN in shown
        if "json" in options:
            assert json.loads(shown)["causes"][0]["id"] == "quota-vcpu"
    with pytest.raises(SystemExit) as ended:
        main(["diagnose", "nobody"])
    assert ended.value.code == 2
    assert "There is no site named nobody" in capsys.readouterr().err
    assert own
