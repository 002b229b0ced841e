"""A new password of the database: seen by boto3 calls, and by tasks that log in with it."""

import json
from typing import Any

import pytest

from solarrally_tui.aws.door import Door, is_reading
from solarrally_tui.cli import main
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.checks import check_site
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.operations.rotation import ROTATION, rotate
from solarrally_tui.provisioning.operations.site_run import outputs_of
from solarrally_tui.simulator.child import Account
from tests.provisioning.engine_setup import Heard, StandingSite, environment, fault, put_stack

NAME = "engine-home"


async def value(owner: Door, standing: StandingSite, **which: str) -> dict[str, Any]:
    """The secret as only the root user reads it: no operator may."""
    secret = standing.outcome.outputs["data"]["DbSecretArn"]
    response = await owner.call("secretsmanager", "get_secret_value", SecretId=secret, **which)
    found: dict[str, Any] = json.loads(response["SecretString"])
    return found


async def labels(door: Door, standing: StandingSite) -> set[str]:
    secret = standing.outcome.outputs["data"]["DbSecretArn"]
    response = await door.call("secretsmanager", "describe_secret", SecretId=secret)
    return {label for labels in response["VersionIdsToStages"].values() for label in labels}


async def tasks(door: Door, standing: StandingSite) -> set[str]:
    app = standing.outcome.outputs["app"]
    response = await door.call(
        "ecs",
        "list_tasks",
        cluster=app["ClusterName"],
        serviceName=app["ServiceName"],
        desiredStatus="RUNNING",
    )
    return set(response["taskArns"])


async def is_green(door: Door) -> bool:
    report = await check_site(await DeployedSite.open(door, NAME))
    return report.health in (Severity.OK, Severity.WARN)


class Dead(BaseException):
    """No error that anybody would handle."""


class Cut:
    """Lets a run die right after its nth change of the account, and notes what RDS was given."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.left, self.passwords = 0, [""]
        real = Door.call

        async def call(
            door: Door, service: str, operation: str, /, *rest: Any, **named: Any
        ) -> Any:
            answer = await real(door, service, operation, *rest, **named)
            if operation == "modify_db_instance":
                self.passwords.append(named["MasterUserPassword"])
            if service == "ssm":  # the note that a run is under way
                return answer
            self.left -= not is_reading(operation)
            if self.left == 0 and not is_reading(operation):
                raise Dead
            return answer

        async def once(
            door: Door, service: str, operation: str, _look: Any, /, **named: Any
        ) -> Any:
            return await call(door, service, operation, **named)

        patch.setattr(Door, "call", call)
        patch.setattr(Door, "once", once)

    async def rotate(self, door: Door, changes: int) -> None:
        self.left = changes
        with pytest.raises(Dead):
            await rotate(NAME, door, lambda _: None)


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Cut:
    return Cut(monkeypatch)


async def test_a_new_password_reaches_database_secret_and_tasks(
    standing: StandingSite, door: Door, owner: Door
) -> None:
    before, old = await value(owner, standing), await tasks(door, standing)
    heard = Heard()
    outcome = await rotate(NAME, door, heard.append)
    assert outcome.exit_code is Exit.OK, outcome.cause
    after = await value(owner, standing)
    assert after["password"] != before["password"]
    assert (len(after["password"]), after["password"].isalnum()) == (40, True)
    assert {**before, "password": after["password"]}.items() <= after.items()
    assert await labels(door, standing) == {"AWSCURRENT", "AWSPREVIOUS"}
    new = await tasks(door, standing)
    assert new
    assert new.isdisjoint(old)
    assert await is_green(door)
    assert heard.states() == dict.fromkeys((s.id for s in ROTATION.steps), State.DONE)
    response = json.dumps([event.to_json() for event in heard]) + repr(outcome)
    assert after["password"] not in response
    assert before["password"] not in response


CHANGES = ["staged", "in the database", "promoted", "deploying", "label gone"]


@pytest.mark.parametrize("changes", range(1, len(CHANGES) + 1), ids=CHANGES)
async def test_a_run_that_dies_after_any_change_is_continued(
    changes: int, standing: StandingSite, door: Door, owner: Door, account: Account, cut: Cut
) -> None:
    before, old = await value(owner, standing), await tasks(door, standing)
    await cut.rotate(door, changes)
    between = await value(owner, standing)
    taken = CHANGES[changes - 1] not in ("staged", "in the database")
    assert (between == before) is not taken
    # Nobody has lost the way in: what the database took last is in the secret, under a label.
    if cut.passwords[-1]:
        label = "AWSCURRENT" if taken else "AWSPENDING"
        staged = await value(owner, standing, VersionStage=label)
        assert staged["password"] == cut.passwords[-1]
    # The operator's policy has no permission to read this secret: going on must not need it.
    with fault(account, kind="refuse", target="secretsmanager.GetSecretValue"):
        outcome = await rotate(NAME, door, lambda _: None)
    assert outcome.exit_code is Exit.OK, outcome.cause
    after = await value(owner, standing)
    assert after["password"] == cut.passwords[-1] != before["password"]
    # Whoever was as far as the tasks goes on there. Before that a fresh password is staged.
    begun_anew = not taken or CHANGES[changes - 1] == "label gone"
    assert (after == between) is not begun_anew
    assert await labels(door, standing) == {"AWSCURRENT", "AWSPREVIOUS"}
    assert (await tasks(door, standing)).isdisjoint(old)


async def test_a_second_run_in_between_stops_the_first(
    standing: StandingSite, door: Door, owner: Door
) -> None:
    before = await value(owner, standing)
    secret = standing.outcome.outputs["data"]["DbSecretArn"]
    heard = Heard()

    def emit(event: Event) -> None:
        heard.append(event)
        if (event.step, event.state) == ("database", State.RUNNING):
            # What a second run does first; this one must notice before it touches the database.
            import boto3

            boto3.client("secretsmanager", region_name="us-east-1").put_secret_value(
                SecretId=secret, SecretString=json.dumps(before), VersionStages=["AWSPENDING"]
            )

    outcome = await rotate(NAME, door, emit)
    assert outcome.exit_code is Exit.FAILED
    assert heard.last("database").state is State.FAILED
    assert await value(owner, standing) == before
    assert (await rotate(NAME, door, lambda _: None)).exit_code is Exit.OK


@pytest.mark.parametrize(
    ("status", "is_ready"),
    [
        ("UPDATE_ROLLBACK_COMPLETE", True),
        ("IMPORT_ROLLBACK_COMPLETE", True),
        ("UPDATE_ROLLBACK_FAILED", False),
        ("UPDATE_IN_PROGRESS", False),
    ],
)
async def test_a_stack_that_is_as_it_was_before_is_ready(
    standing: StandingSite, account: Account, door: Door, status: str, is_ready: bool
) -> None:
    site = await DeployedSite.open(door, NAME)
    put_stack(account, site.stacks.name("app"), status)
    try:
        if is_ready:
            outputs = await outputs_of(site, "data", "app")
            assert outputs["ClusterName"] == standing.outcome.outputs["app"]["ClusterName"]
        else:
            with pytest.raises(StepError) as refused:
                await outputs_of(site, "data", "app")
            assert f"app is {status}" in refused.value.plain.why
    finally:
        put_stack(account, site.stacks.name("app"), "UPDATE_COMPLETE")


async def test_an_unknown_site_is_an_outcome(standing: StandingSite, door: Door) -> None:
    outcome = await rotate("nobody", door, lambda _: None)
    assert (outcome.exit_code, outcome.changed) == (Exit.FAILED, False)
    assert outcome.cause
    assert "nobody" in outcome.cause.what


def test_without_a_terminal_and_yes_nothing_is_changed(
    standing: StandingSite, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    with environment(account), pytest.raises(SystemExit) as ended:
        main(["rotate", NAME])
    assert ended.value.code == Exit.REFUSED
    assert "Nothing was changed" in capsys.readouterr().err
