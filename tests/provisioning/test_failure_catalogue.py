"""The catalogue of failures: how each is provoked, AWS's words, the cause shown, and the way on.

docs/failures.md is written from failures.jsonl. A slice runs always, all of it in make torture.
"""

import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.poll import poll
from solarrally_tui.blueprints import blueprint
from solarrally_tui.deployed import stack
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.provisioning.change.change_set import Wanted
from solarrally_tui.provisioning.change.stack_step import StackStep
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.steps import StepError, from_aws
from solarrally_tui.provisioning.teardown import step_actions
from solarrally_tui.provisioning.teardown.context import Teardown
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.names import SITE_TAG, stack_name
from tests.clients import owner
from tests.provisioning.engine_setup import Heard, fault, opened

SITE, HOME = "failing", "us-east-1"
TOPIC = {"Topic": {"Type": "AWS::SNS::Topic"}}
BUCKET = {"Kept": {"Type": "AWS::S3::Bucket"}}
FILE = Path(__file__).parent / "failures.jsonl"


@dataclass(frozen=True)
class Failure:
    """One entry. Words are AWS's; cause and next are what the operator reads of ours."""

    id: str
    command: str
    provoked: str
    words: str
    cause: str
    next: str
    exit: int
    source: str
    always: bool

    @property
    def part(self) -> str:
        """The stack that fails, of what cannot be deleted."""
        return self.provoked.partition("/")[0] if "/Topic cannot" in self.provoked else "iot"


CATALOGUE = [Failure(**json.loads(line)) for line in FILE.read_text("utf-8").splitlines()]
EACH = [
    pytest.param(each, id=each.id, marks=() if each.always else pytest.mark.torture)
    for each in CATALOGUE
]


@pytest.fixture
async def own_door(own_account: Account) -> AsyncIterator[Door]:
    """The root user's: the stacks here are of no blueprint."""
    async with opened(owner(own_account)) as created:
        yield created


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Delete a stack again at once: what is stuck here stays stuck."""
    monkeypatch.setattr(step_actions, "_PAUSES", (0.0,))


def test_the_catalogue_is_large_enough_and_says_each_thing_once() -> None:
    ids = [each.id for each in CATALOGUE]
    assert len(ids) == len(set(ids)) >= 60
    assert sum(each.command == "destroy" for each in CATALOGUE) >= 24
    assert all(each.source and each.cause and each.next for each in CATALOGUE)


@pytest.mark.parametrize("failure", EACH)
async def test_a_failure_shows_its_cause_and_the_way_on(
    own_account: Account, own_door: Door, failure: Failure
) -> None:
    name = stack_name(SITE, failure.part)
    await prepared(own_door, name, failure)
    run = deployed if failure.command == "deploy" else destroyed
    with provoked(own_account, failure), pytest.raises((StepError, AwsError)) as caught:
        await run(own_door, failure)
    error = caught.value
    ended = from_aws(error, begun=True) if isinstance(error, AwsError) else error
    plain = ended.plain
    assert ended.exit_code == failure.exit
    assert failure.cause in f"{plain.what} {plain.why}"
    assert failure.next in plain.next
    assert failure.words in f"{plain.why} {plain.detail}"
    if failure.command == "destroy" and "/Topic cannot" in failure.provoked:
        assert ended.stuck == (f"{failure.part}/Topic",)
        assert f"--leave {failure.part}/Topic" in plain.next
    await goes_on(own_door, name, failure)


async def prepared(door: Door, name: str, failure: Failure) -> None:
    """Create what has to exist before it fails."""
    is_others = "no tag" in failure.provoked
    if failure.command == "deploy" and not is_others and "removes" not in failure.provoked:
        return
    body = json.dumps({"Resources": TOPIC | (BUCKET if "removes" in failure.provoked else {})})
    tags = [] if is_others else [{"Key": SITE_TAG, "Value": SITE}]
    await door.call("cloudformation", "create_stack", StackName=name, TemplateBody=body, Tags=tags)
    await settled(door, name)
    if "termination protection" in failure.provoked:
        await protect(door, name, on=True)


async def protect(door: Door, name: str, *, on: bool) -> None:
    await door.call(
        "cloudformation",
        "update_termination_protection",
        StackName=name,
        EnableTerminationProtection=on,
    )


def provoked(account: Account, failure: Failure) -> AbstractContextManager[None]:
    """Let AWS say the words of the failure for as long as the block lasts."""
    kinds: dict[str, Callable[[], AbstractContextManager[None]]] = {
        "the resource": lambda: fault(
            account, kind="resource", target="iot/Topic", message=failure.words
        ),
        "a change set": lambda: fault(
            account, kind="change-set", target="iot/Topic", message=failure.words
        ),
    }
    if "/Topic cannot" in failure.provoked:
        target = f"{failure.part}/Topic"
        return fault(account, kind="deletion", target=target, message=failure.words)
    begins = next((kind for kind in kinds if failure.provoked.startswith(kind)), "")
    return kinds[begins]() if begins else contextlib.nullcontext()


async def deployed(door: Door, failure: Failure) -> None:
    wanted = Wanted(SITE, stack_name(SITE, "iot"), HOME, json.dumps({"Resources": TOPIC}), {})
    await StackStep(door, Narrator(SITE, Heard().append), "iot", wanted).bring()


async def destroyed(door: Door, failure: Failure) -> None:
    narrator = Narrator(SITE, Heard().append)
    teardown = Teardown(narrator=narrator, stacks=SiteStacks(SITE, door), delete_data=True)
    await step_actions.delete_stack(teardown, blueprint(failure.part))


async def goes_on(door: Door, name: str, failure: Failure) -> None:
    """Run the same command again once the cause is gone: it ends well, and leaves nothing."""
    if failure.exit == 5:
        await door.call("cloudformation", "delete_stack", StackName=name)
    else:
        if "termination protection" in failure.provoked:
            await protect(door, name, on=False)
        await (deployed if failure.command == "deploy" else destroyed)(door, failure)
        await door.call("cloudformation", "delete_stack", StackName=name)
    await settled(door, name)
    assert await stack.find(door, name, HOME) is None


async def settled(door: Door, name: str) -> None:
    async def at_rest() -> Any:
        found = await stack.find(door, name, HOME)
        return True if found is None or not found.busy else None

    await poll(at_rest, every=0.15, limit=30.0)
