"""Brings a stack whose last change failed back to where it can be changed again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Plain
from solarrally_tui.deployed.stack import Stack, events
from solarrally_tui.findings.stack_failures import FailedResource, last_operation, stuck
from solarrally_tui.provisioning.change.change_set import Wanted, token, with_role
from solarrally_tui.provisioning.change.explanation import not_rolled_back, passed_over, would_lose
from solarrally_tui.provisioning.change.remains import losses
from solarrally_tui.provisioning.change.stack_watch import Watch
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.narrator import Narrator
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.provisioning.identities.service_role import retry_until_assumable

_ROLLED_BACK: Final = "UPDATE_ROLLBACK_COMPLETE"


@dataclass(frozen=True, slots=True)
class Recovered:
    """A stack that can be changed again."""

    stack: Stack
    warnings: tuple[Plain, ...] = ()
    """What its rollback has passed over."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """The way back of one stack."""

    door: Door
    narrator: Narrator
    step: str
    wanted: Wanted

    async def roll_back(self, stack: Stack) -> Recovered:
        """Roll an update back that failed and stayed as it was, which no update of ours does.

        Raises StepError with the status of a refusal where that loses data, and nobody agreed to
        it; StepError with the cause where it failed, and AwsError.
        """
        wanted = self.wanted
        operation = last_operation(await events(self.door, stack.id, wanted.region), stack.id)
        created = {
            event["LogicalResourceId"]: event["ResourceType"]
            for event in operation
            if event["ResourceStatus"].startswith("CREATE_") and event.get("PhysicalResourceId")
        }
        held = losses(self.step, created.items())
        if held and not wanted.may_lose:
            effects = [change.effect.text for change in held]
            raise StepError(would_lose(wanted.site, stack.name, effects), Exit.REFUSED)
        self._report("Rolling back the last change, which failed.")
        return Recovered(await self._rolled_back(stack, "rollback_stack", {}))

    async def continue_rollback(self, stack: Stack) -> Recovered:
        """Continue a rollback that failed, without what the operator has named.

        Raises StepError with what failed again, and AwsError.
        """
        failed = await self._stuck(stack)
        left = [resource for resource in failed if resource.logical_id in self.wanted.leave]
        without = f", without {', '.join(r.logical_id for r in left)}" if left else ""
        self._report(f"Continuing the rollback of the last change{without}.")
        more = {"ResourcesToSkip": [resource.logical_id for resource in left]} if left else {}
        back = await self._rolled_back(stack, "continue_update_rollback", more)
        return Recovered(back, tuple(passed_over(stack.name, resource) for resource in left))

    async def _rolled_back(self, stack: Stack, call: str, more: Mapping[str, Any]) -> Stack:
        door, region = self.door, self.wanted.region
        watch = Watch(door, self.narrator, self.step, region, stack.id, stack.name)
        await watch.mark()
        once = token(call, stack.id, watch.marker)
        role = with_role(self.wanted.role or stack.role)
        await retry_until_assumable(
            lambda: door.call(
                "cloudformation",
                call,
                region,
                StackName=stack.id,
                ClientRequestToken=once,
                **role,
                **more,
            )
        )
        ended = await watch.end()
        if ended.status != _ROLLED_BACK:
            raise self._still_stuck(stack, await self._stuck(stack))
        return ended

    def _still_stuck(self, stack: Stack, failed: Collection[FailedResource]) -> StepError:
        places = places_of(self.wanted.site, stack, failed)
        return StepError(not_rolled_back(stack.name, tuple(failed), places), stuck=places)

    async def _stuck(self, stack: Stack) -> tuple[FailedResource, ...]:
        return stuck(await events(self.door, stack.id, self.wanted.region), stack.id)

    def _report(self, why: str) -> None:
        self.narrator.step(self.step, State.RUNNING, why)


def places_of(site: str, stack: Stack, failed: Collection[FailedResource]) -> tuple[str, ...]:
    """Return each resource as STACK/RESOURCE, by which an operator names what to leave."""
    return tuple(f"{stack.short_name(site)}/{resource.logical_id}" for resource in failed)
